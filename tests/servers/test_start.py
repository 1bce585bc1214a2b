# SPDX-License-Identifier: Apache-2.0
"""The service serves in each server, also in a worker that was forked after the application had been loaded."""

from collections.abc import Iterator
from pathlib import Path

import mysql_server
import pytest
import requests

from .processes import SERVERS, Server, running


@pytest.fixture(params=["sqlite", "mysql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of an empty database."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/placement.db"
        return
    with mysql_server.shared() as server, server.database() as url:
        yield url


@pytest.fixture(params=list(SERVERS.values()), ids=list(SERVERS))
def server(request: pytest.FixtureRequest, database: str, tmp_path: Path) -> Iterator[Server]:
    """The server with the service, which makes the tables: a server that forks afterwards has used the database before."""
    settings = {
        "OS_API__AUTH_STRATEGY": "noauth2",
        "OS_PLACEMENT_DATABASE__CONNECTION": database,
        "OS_PLACEMENT_DATABASE__SYNC_ON_STARTUP": "True",
    }
    with running(request.param, settings, tmp_path) as server:
        yield server


def statuses(answers: list[requests.Response]) -> set[int]:
    return {answer.status_code for answer in answers}


def test_every_worker_serves_and_is_replaced_when_it_is_killed(server: Server) -> None:
    assert statuses(server.get_at_once("/resource_providers")) == {200}
    made = server.ask("POST", "/resource_providers", json={"name": "host"})
    assert made.status_code == 200
    server.kill_workers()
    # A worker that says that it is ready serves what needs all of the start.
    assert statuses(server.get_at_once("/readyz")) == {200}
    answers = server.get_at_once("/resource_providers")
    assert statuses(answers) == {200}
    names = [provider["name"] for each in answers for provider in each.json()["resource_providers"]]
    assert names == ["host"] * len(answers)
    assert "Traceback" not in server.log.read_text()
