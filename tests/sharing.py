# SPDX-License-Identifier: Apache-2.0
"""Containers that processes share: the first user starts one, and the last removes it.

A user holds a shared lock on a file. Whoever gets the exclusive lock on it is the last. The runner of the rings is a user, too,
so that a server lives for a whole run. It has nothing but Python's standard library, and so this module needs nothing else.
"""

import fcntl
import hashlib
import subprocess
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import IO, TypeVar

T = TypeVar("T")

ROOT = Path(__file__).resolve().parents[1]
CHECKOUT = hashlib.sha256(str(ROOT).encode()).hexdigest()[:8]


def server(kind: str) -> str:
    """The container of a kind of database server, for the tests of this checkout."""
    return f"placedock-tests-{kind}-{CHECKOUT}"


SERVERS = server("mysql"), server("mariadb")
"""Those that several rings use."""


@contextmanager
def used(container: str, start: Callable[[], T]) -> Iterator[T]:
    """Call `start`, which starts the container unless it runs, and keep the container until the block ends.

    A container that a killed run has left is removed first: it may be stopped, or set as one of that run's tests wanted it.
    """
    folder = Path(tempfile.gettempdir()) / container
    folder.mkdir(exist_ok=True)
    with (folder / "users").open("w") as users, (folder / "change").open("w") as change:
        fcntl.flock(change, fcntl.LOCK_EX)
        if _alone(users):
            _remove(container)
        fcntl.flock(users, fcntl.LOCK_SH)
        try:
            started = start()
        finally:
            fcntl.flock(change, fcntl.LOCK_UN)
        try:
            yield started
        finally:
            fcntl.flock(change, fcntl.LOCK_EX)
            if _alone(users):
                _remove(container)


@contextmanager
def kept(containers: Iterable[str]) -> Iterator[None]:
    """Keep each container from its first user's start until the block ends."""
    with ExitStack() as stack:
        for container in containers:
            stack.enter_context(used(container, lambda: None))
        yield


def _remove(container: str) -> None:
    """A run without any container needs no Docker."""
    command = ("docker", "rm", "--force", "--volumes", container)
    with suppress(FileNotFoundError):
        subprocess.run(command, capture_output=True, check=False)


def _alone(users: IO[str]) -> bool:
    try:
        fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
