# SPDX-License-Identifier: Apache-2.0
"""A wrong setting ends each server too, instead of having it start workers for ever: one line says what is wrong."""

import os
import subprocess
from pathlib import Path

import placedock
import pytest

from .processes import SERVERS

GOOD = {"OS_API__AUTH_STRATEGY": "noauth2", "PORT": "0"}
WRONG = {
    "OS_PLACEMENT_DATABASE__CONNECTION: ": {},
    "OS_API__AUTH_STRATEGY: ": {
        "OS_API__AUTH_STRATEGY": "nobody",
        "OS_PLACEMENT_DATABASE__CONNECTION": "sqlite://",
    },
    "the database at ": {
        "OS_PLACEMENT_DATABASE__CONNECTION": "sqlite:///log",
        "OS_PLACEMENT_DATABASE__SYNC_ON_STARTUP": "True",
    },
}
"""The beginning of the line, and the variables. The file `log` is no database."""


@pytest.mark.parametrize("begin", WRONG)
@pytest.mark.parametrize("server", SERVERS)
def test_it_ends_the_server_with_one_line(server: str, begin: str, tmp_path: Path) -> None:
    log = tmp_path / "log"
    log.write_text("no database " * 100 + "\n")
    with log.open("ab") as output:
        status = subprocess.run(
            SERVERS[server],
            env={"PATH": os.environ["PATH"], **GOOD, **WRONG[begin]},
            cwd=tmp_path,
            stdout=output,
            stderr=subprocess.STDOUT,
            check=False,
            timeout=60,
        ).returncode
    said = log.read_text()
    assert status != 0
    # Each of two workers may have come to say it.
    lines = {line for line in said.splitlines() if line.startswith("placedock: ")}
    assert [line.startswith(f"placedock: {begin}") for line in lines] == [True], said
    # gunicorn has a traceback of its own when the second worker ends while it halts because of the first.
    assert str(Path(placedock.__file__).parent) not in said
