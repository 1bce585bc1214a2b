# SPDX-License-Identifier: Apache-2.0
"""Where a run gets an empty database for each file, as the URL that a server is given."""

import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import mysql_server

Database = Callable[[], AbstractContextManager[str]]

# Every commit waits for the disk, and these databases live for seconds: in memory, where there is
# such a folder.
MEMORY = Path("/dev/shm")


@contextmanager
def sqlite() -> Iterator[Database]:
    """Files that do not exist yet."""

    @contextmanager
    def file() -> Iterator[str]:
        memory = MEMORY if MEMORY.is_dir() else None
        with tempfile.TemporaryDirectory(prefix="conformance-", dir=memory) as folder:
            yield f"sqlite:///{folder}/placement.db"

    yield file


@contextmanager
def mysql() -> Iterator[Database]:
    """Databases on the MySQL server that all rings share."""
    with mysql_server.shared() as server:
        yield server.database
