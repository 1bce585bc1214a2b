# SPDX-License-Identifier: Apache-2.0
"""The databases that both work on, and how much is done."""

from collections.abc import Iterator

import pytest
from conformance import databases
from conformance.databases import Database

DATABASES = {"sqlite": databases.sqlite, "mysql": databases.mysql}


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("dropin")
    group.addoption("--writes", type=int, default=80, help="random writes through each service")
    group.addoption("--queries", type=int, default=100, help="random queries after them")
    group.addoption("--clients", type=int, default=6, help="client processes that write at once")
    group.addoption("--actions", type=int, default=40, help="actions of each of them")


@pytest.fixture(params=DATABASES)
def database(request: pytest.FixtureRequest) -> Iterator[Database]:
    with DATABASES[request.param]() as database:
        yield database


@pytest.fixture
def mysql() -> Iterator[Database]:
    with databases.mysql() as database:
        yield database
