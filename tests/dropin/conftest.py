# SPDX-License-Identifier: Apache-2.0
"""The databases that both work on."""

from collections.abc import Iterator

import pytest
from conformance import databases
from conformance.databases import Database

DATABASES = {
    "sqlite": databases.sqlite,
    "mysql": databases.mysql,
    "mariadb": databases.mariadb,
}


@pytest.fixture(params=DATABASES)
def database(request: pytest.FixtureRequest) -> Iterator[Database]:
    with DATABASES[request.param]() as database:
        yield database


@pytest.fixture
def mysql() -> Iterator[Database]:
    with databases.mysql() as database:
        yield database
