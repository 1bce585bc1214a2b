# SPDX-License-Identifier: Apache-2.0
"""Runs many `openstack` commands in one process: a list of argument lists comes in as JSON, and a list
of [exit status, output, errors] goes out.

One process serves one server and one person: the client keeps its connection for the process's life.
"""

import contextlib
import io
import json
import sys

from openstackclient import shell


def run(arguments: list[str]) -> tuple[int, str, str]:
    output, errors = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(output), contextlib.redirect_stderr(errors):
        try:
            status: int = shell.main(arguments)
        except SystemExit as end:
            status = end.code if isinstance(end.code, int) else int(end.code is not None)
    return status, output.getvalue(), errors.getvalue()


if __name__ == "__main__":
    sys.argv = ["openstack"]
    json.dump([run(arguments) for arguments in json.load(sys.stdin)], sys.stdout)
