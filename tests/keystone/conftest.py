# SPDX-License-Identifier: Apache-2.0
"""One real Keystone and one stand-in for the whole ring, holding the same people."""

import functools
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from . import servers
from .servers import Server


@pytest.fixture(scope="session")
def folders() -> Iterator[tuple[Path, Path]]:
    """The folder of both servers' state. It is in memory, because on a disk each change would wait."""
    memory = Path("/dev/shm")
    with tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None) as name:
        stub, real = Path(name, "stub"), Path(name, "real")
        for folder in (stub, real):
            folder.mkdir()
        yield stub, real


@pytest.fixture(scope="session")
def stub(folders: tuple[Path, Path]) -> Iterator[Server]:
    with servers.stub(folders[0]) as server:
        yield server


@pytest.fixture(scope="session")
def real(folders: tuple[Path, Path]) -> Iterator[Server]:
    subprocess.run([servers.ROOT / "scripts/keystone-oracle"], check=True)
    servers.prepare(folders[1])
    with servers.real(folders[1]) as server:
        servers.populate(server)
        yield server


@pytest.fixture(params=["stub", "real"])
def keystone(request: pytest.FixtureRequest) -> Server:
    """Each of the two in turn: what a test says of it holds for both."""
    found: Server = request.getfixturevalue(request.param)
    return found


@pytest.fixture(scope="session")
def expired_token(folders: tuple[Path, Path]) -> Callable[[Server], str]:
    """A token of `demo` whose second is over, from a twin of the server with the same keys."""
    starts = {
        "stub": lambda: servers.stub(folders[0], KEYSTONE_TOKEN_SECONDS="1"),
        "real": lambda: servers.real(folders[1], OS_TOKEN__EXPIRATION="1"),
    }

    @functools.cache
    def token(server: Server) -> str:
        with starts[server.name]() as twin:
            issued = twin.token(user="demo", project="demo")
        deadline = time.monotonic() + 30
        while server.check(server.token(), issued).status_code == 200:
            assert time.monotonic() < deadline
            time.sleep(0.2)
        return issued

    return token
