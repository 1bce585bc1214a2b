# SPDX-License-Identifier: Apache-2.0
"""Empty databases of both kinds, and upstream's tools beside ours."""

import secrets
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import cache
from pathlib import Path

import mysql_server
import pytest
import sqlalchemy as sa
from placedock.store import sync
from placedock.store.database import Database

KINDS = ("sqlite", *mysql_server.KINDS)
MEMORY = Path("/dev/shm")

NewDatabase = Callable[[], str]
Servers = Callable[[str], mysql_server.Server]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--without-servers", action="store_true", help="leave out the tests that need MySQL"
    )


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption("without_servers"):
        left_out = [
            item for item in items if isinstance(item, pytest.Function) and _wants_a_server(item)
        ]
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in left_out]


def _wants_a_server(test: pytest.Function) -> bool:
    """Whether a test uses the server's fixture, or has a parameter that names a kind of database with a server."""
    parameters = test.callspec.params.values() if hasattr(test, "callspec") else ()
    return "mysql" in test.fixturenames or any(each in KINDS[1:] for each in parameters)


@pytest.fixture(scope="session")
def servers() -> Iterator[Servers]:
    """The server of a kind, started when a test first asks for it."""
    with ExitStack() as running:
        yield cache(
            lambda kind: running.enter_context(mysql_server.shared(mysql_server.KINDS[kind]))
        )


@pytest.fixture(scope="session", params=mysql_server.KINDS)
def mysql(request: pytest.FixtureRequest, servers: Servers) -> mysql_server.Server:
    """MySQL, and then MariaDB."""
    return servers(request.param)


@contextmanager
def sqlite_database() -> Iterator[str]:
    """The URL of a file that does not exist yet, in memory where the system offers that."""
    parent = MEMORY if MEMORY.is_dir() else None
    with tempfile.TemporaryDirectory(prefix="placedock-store-", dir=parent) as folder:
        yield f"sqlite:///{folder}/{secrets.token_hex(4)}.db"


@contextmanager
def empty_database(kind: str, servers: Servers) -> Iterator[str]:
    """The URL of an empty database of a kind."""
    with sqlite_database() if kind == "sqlite" else servers(kind).database() as url:
        yield url


@contextmanager
def filled_database(
    kind: str, servers: Servers, fill: Callable[[sa.Connection], object]
) -> Iterator[Database]:
    """A database of a kind with all tables, and what `fill` writes. The tests of a module that only read can share it."""
    with empty_database(kind, servers) as url:
        database = Database(url)
        sync.sync(database, say=lambda line: None)
        database.write(fill)
        yield database
        database.close()


@pytest.fixture
def sqlite_url() -> Iterator[str]:
    with sqlite_database() as url:
        yield url


@pytest.fixture
def mysql_url(mysql: mysql_server.Server) -> Iterator[str]:
    with mysql.database() as url:
        yield url


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def url(kind: str, servers: Servers) -> Iterator[str]:
    """An empty database of each kind."""
    with empty_database(kind, servers) as url:
        yield url


@pytest.fixture
def second_url(kind: str, servers: Servers) -> Iterator[str]:
    """Another empty database of the same kind, to compare with."""
    with empty_database(kind, servers) as url:
        yield url


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
