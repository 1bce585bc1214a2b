# SPDX-License-Identifier: Apache-2.0
"""The services that the tests share: each server is started when it is first asked for."""

import resource
from collections.abc import Iterator

import pytest

from .services import QUICK, SERVERS, Service


@pytest.fixture(scope="session", autouse=True)
def many_connections() -> None:
    """A crowd of clients has more files open than a process may have by itself."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


@pytest.fixture(scope="session", params=SERVERS)
def service(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Service]:
    """The service on SQLite, in each server, with short bounds."""
    folder = tmp_path_factory.mktemp(request.param)
    with SERVERS[request.param](QUICK, folder) as running:
        yield running
