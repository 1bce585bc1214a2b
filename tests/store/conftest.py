# SPDX-License-Identifier: Apache-2.0
"""Empty databases of both kinds, and upstream's tools beside ours."""

import secrets
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import mysql_server
import pytest
from placedock.store import sync
from placedock.store.database import Database

KINDS = ("sqlite", "mysql")
MEMORY = Path("/dev/shm")

NewDatabase = Callable[[], str]


@pytest.fixture(scope="session")
def mysql() -> Iterator[mysql_server.Server]:
    with mysql_server.shared() as server:
        yield server


@contextmanager
def sqlite_database() -> Iterator[str]:
    """The URL of a file that does not exist yet, in memory where the system offers that."""
    parent = MEMORY if MEMORY.is_dir() else None
    with tempfile.TemporaryDirectory(prefix="placedock-store-", dir=parent) as folder:
        yield f"sqlite:///{folder}/{secrets.token_hex(4)}.db"


@pytest.fixture
def sqlite_url() -> Iterator[str]:
    with sqlite_database() as url:
        yield url


@pytest.fixture
def mysql_url(mysql: mysql_server.Server) -> Iterator[str]:
    with mysql.database() as url:
        yield url


@pytest.fixture(params=KINDS)
def url(request: pytest.FixtureRequest) -> str:
    """An empty database of each kind."""
    return request.getfixturevalue(f"{request.param}_url")


@pytest.fixture
def second_url(url: str, request: pytest.FixtureRequest) -> Iterator[str]:
    """Another empty database of the same kind, to compare with."""
    if url.startswith("sqlite"):
        with sqlite_database() as other:
            yield other
    else:
        with request.getfixturevalue("mysql").database() as other:
            yield other


@pytest.fixture
def connect() -> Iterator[Callable[..., Database]]:
    """Makes databases whose connections are closed at the end."""
    made: list[Database] = []

    def make(url: str, **options: object) -> Database:
        made.append(Database(url, **options))
        return made[-1]

    yield make
    for database in made:
        database.close()


@pytest.fixture
def database(url: str, connect: Callable[..., Database]) -> Database:
    """One with all tables and standard names, of each kind."""
    made = connect(url)
    sync.sync(made, say=lambda line: None)
    return made


@pytest.fixture
def on_mysql(mysql_url: str, connect: Callable[..., Database]) -> Database:
    made = connect(mysql_url)
    sync.sync(made, say=lambda line: None)
    return made
