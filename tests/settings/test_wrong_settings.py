# SPDX-License-Identifier: Apache-2.0
"""A wrong setting ends the process at once, with status 2 and one line that names the variable."""

import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from .process import GOOD, placedock
from .table import ALL, FILES, Wrong


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, content in FILES.items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content)
    return tmp_path


@pytest.fixture(scope="module")
def taken() -> Iterator[int]:
    """A port at which somebody else listens."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield listening.getsockname()[1]


def check(done: subprocess.CompletedProcess[str], status: int, begin: str, says: str) -> None:
    """One line on stderr, and nothing else but the status."""
    assert (done.returncode, done.stdout) == (status, ""), done.stderr
    (line,) = done.stderr.splitlines()
    assert line.startswith(f"placedock: {begin}")
    assert says in line


@pytest.mark.parametrize("wrong", ALL, ids=[wrong.title for wrong in ALL])
def test_it_is_told_in_one_line_that_names_the_variable(
    wrong: Wrong, folder: Path, taken: int
) -> None:
    given = {
        name: value.replace("{folder}", str(folder)).replace("{taken}", str(taken))
        for name, value in wrong.variables.items()
    }
    done = placedock("serve", variables=GOOD | given, folder=folder)
    variable = next(iter(wrong.variables))
    expected = "HOST, PORT: " if variable == "HOST" else f"{variable}: "
    check(done, 2, expected, wrong.says)
    assert "pa55" not in done.stderr
