# SPDX-License-Identifier: Apache-2.0
"""A database of each kind, and several processes of placedock on it."""

from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from conformance import databases, servers
from conformance.databases import Database
from conformance.servers import Server
from conformance.suite import PLAIN_SETTINGS

PROCESSES = 3


@pytest.fixture(scope="session", params=("sqlite", "mysql"))
def database(request: pytest.FixtureRequest) -> Iterator[Database]:
    with getattr(databases, request.param)() as database:
        yield database


@pytest.fixture
def url(database: Database) -> Iterator[str]:
    with database() as url:
        yield url


@pytest.fixture
def processes(url: str) -> Iterator[list[Server]]:
    """All of them serve the one database."""
    with ExitStack() as stack:
        yield [
            stack.enter_context(servers.serve.served(PLAIN_SETTINGS, url)) for _ in range(PROCESSES)
        ]
