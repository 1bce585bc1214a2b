# SPDX-License-Identifier: Apache-2.0
"""A process that is interrupted while it loads the application ends without a traceback of ours.

uWSGI interrupts its other workers when one could not load the application, and a person interrupts a server by Ctrl-C.
"""

import os
import signal
import subprocess
import sys
from pathlib import Path

import placedock
import pytest

# Tells each module before it is looked for.
LOADS = """
import sys

class Teller:
    def find_spec(self, name, path=None, target=None):
        print(name, flush=True)

sys.meta_path.insert(0, Teller())
import placedock.wsgi
print("loaded", flush=True)
"""
SETTINGS = {
    "OS_API__AUTH_STRATEGY": "noauth2",
    "OS_PLACEMENT_DATABASE__CONNECTION": "sqlite://",
}
MOMENTS = [
    *("placedock.ending", "oslo_config.cfg", "pecan", "sqlalchemy.engine", "placedock.store"),
    *("placedock.store.tables", "placedock.console.app", "placedock.web.layers"),
]
"""The process is interrupted when it is about to import this module. It imports them in this order."""


@pytest.mark.parametrize("moment", MOMENTS)
def test_it_ends_without_a_traceback(moment: str, tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", LOADS],
        env={"PATH": os.environ["PATH"], **SETTINGS},
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None and process.stderr is not None
        for line in process.stdout:
            if line.rstrip() == moment:
                break
        process.send_signal(signal.SIGINT)
        # `communicate` would miss the lines that the loop above has read ahead.
        said, complaints = process.stdout.read(), process.stderr.read()
    assert str(Path(placedock.__file__).parent) not in complaints
    # It may have loaded all before it hears the signal.
    if "loaded" not in said.splitlines():
        assert process.returncode == 128 + signal.SIGINT
