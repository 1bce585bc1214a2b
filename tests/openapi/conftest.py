# SPDX-License-Identifier: Apache-2.0
"""The services that are looked at: `placedock serve` on SQLite, one for each version."""

from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pytest
import requests
from conformance import databases, servers
from conformance.servers import Server
from conformance.suite import PLAIN_SETTINGS

from .world import World


def pytest_configure(config: pytest.Config) -> None:
    """Load schemathesis' plugin, which pyproject.toml keeps away from the other rings."""
    config.pluginmanager.import_plugin("schemathesis.pytest.plugin")


class Service:
    """One that serves, and the worlds that have been made in it."""

    def __init__(self, server: Server) -> None:
        self.url = server.url
        self.log = server.log
        self.session = requests.Session()
        self.worlds: dict[str, World] = {}

    def world(self, purpose: str) -> World:
        """One that nothing changes but what serves the same purpose."""
        if purpose not in self.worlds:
            self.worlds[purpose] = World(self.session, self.url, len(self.worlds))
        return self.worlds[purpose]

    def get(self, path: str, **arguments: Any) -> requests.Response:
        return self.session.get(self.url + path, **arguments)

    def close(self) -> None:
        self.session.close()


class Services:
    """A service for each version that is asked for, so that none finds what another left behind."""

    def __init__(self, stack: ExitStack) -> None:
        self.stack = stack
        self.running: dict[str, Service] = {}

    def at(self, version: str) -> Service:
        if version not in self.running:
            new_database = self.stack.enter_context(databases.sqlite())
            database = self.stack.enter_context(new_database())
            server = self.stack.enter_context(servers.serve.served(PLAIN_SETTINGS, database))
            service = self.running[version] = Service(server)
            self.stack.callback(service.close)
        return self.running[version]


@pytest.fixture(scope="session")
def services() -> Iterator[Services]:
    with ExitStack() as stack:
        yield Services(stack)
