# SPDX-License-Identifier: Apache-2.0
"""The number of clients and processes that write at once, and their databases."""

from collections.abc import Iterator

import pytest
from conformance import databases
from conformance.databases import Database

DATABASES = {
    "sqlite": databases.sqlite,
    "mysql": databases.mysql,
    "mariadb": databases.mariadb,
}


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("concurrency")
    group.addoption("--clients", type=int, default=8, help="client processes")
    group.addoption("--actions", type=int, default=60, help="actions of each client")
    group.addoption("--servers", type=int, default=3, help="processes of placedock")


@pytest.fixture(params=DATABASES)
def database(request: pytest.FixtureRequest) -> Iterator[Database]:
    with DATABASES[request.param]() as database:
        yield database
