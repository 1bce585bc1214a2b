# SPDX-License-Identifier: Apache-2.0
"""Databases of both kinds, with all tables and standard names, and a service on them."""

import shutil
import tempfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import mysql_server
import pytest
from placedock.store import sync
from placedock.store.database import Database

from .serving import Client, serving

MEMORY = Path("/dev/shm")


@cache
def _empty_file() -> Path:
    """Made once: to make the tables takes longer than most tests."""
    path = Path(tempfile.mkdtemp(prefix="placedock-console-"), "empty.db")
    database = Database(f"sqlite:///{path}")
    sync.sync(database, say=lambda line: None)
    database.close()
    return path


@pytest.fixture
def sqlite_url() -> Iterator[str]:
    with tempfile.TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else None) as folder:
        path = Path(folder, "placement.db")
        shutil.copy(_empty_file(), path)
        yield f"sqlite:///{path}"


@pytest.fixture(scope="session")
def mysql() -> Iterator[mysql_server.Server]:
    with mysql_server.shared() as server:
        yield server


@pytest.fixture
def mysql_url(mysql: mysql_server.Server) -> Iterator[str]:
    with mysql.database() as url:
        database = Database(url)
        sync.sync(database, say=lambda line: None)
        database.close()
        yield url


@pytest.fixture(params=["sqlite", "mysql"])
def url(request: pytest.FixtureRequest) -> str:
    found: str = request.getfixturevalue(f"{request.param}_url")
    return found


@pytest.fixture
def client(url: str) -> Iterator[Client]:
    with serving(url) as made:
        yield made


@pytest.fixture
def sqlite_client(sqlite_url: str) -> Iterator[Client]:
    with serving(sqlite_url) as made:
        yield made
