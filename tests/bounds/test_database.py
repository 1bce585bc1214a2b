# SPDX-License-Identifier: Apache-2.0
"""A MySQL that hangs: everybody is told 503 in time, the service lives, and what was told to have failed is not done later."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

import mysql_server
import pytest
import requests
import sqlalchemy as sa
from relay import Relay
from topology import uuid_of

from .services import PATIENCE, PROMPT, QUICK, SERVERS, Service, docker

LONGEST = 25
"""Seconds within which everybody is told, with a statement of 1 second, a session of 5, and 4 threads for 12 requests."""


class Stored(NamedTuple):
    """A service, and the database that it reaches through a relay."""

    service: Service
    relay: Relay
    server: mysql_server.Server
    database: str


@pytest.fixture(scope="module", params=SERVERS)
def stored(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Stored]:
    bridge = docker("network", "inspect", "bridge", "--format={{(index .IPAM.Config 0).Gateway}}")
    here = {"container": bridge, "serve": "127.0.0.1"}[request.param]
    with (
        mysql_server.shared() as server,
        server.database() as url,
        Relay((server.host, server.port), host=here) as relay,
    ):
        address = sa.make_url(url).set(host=here, port=relay.port)
        settings = QUICK | {
            "OS_PLACEMENT_DATABASE__CONNECTION": address.render_as_string(hide_password=False),
            "OS_PLACEDOCK__REQUEST_SECONDS": "20",
        }
        folder = tmp_path_factory.mktemp(f"stored-{request.param}")
        with SERVERS[request.param](settings, folder) as service:
            yield Stored(service, relay, server, sa.make_url(url).database or "")


def test_while_the_database_hangs_everybody_is_told_and_nothing_is_done_later(
    stored: Stored,
) -> None:
    service = stored.service
    service.serves()

    def create(number: int) -> tuple[int, float]:
        began = time.monotonic()
        body = {"name": f"host{number}", "uuid": uuid_of(f"host{number}")}
        answer = service.ask("POST", "/resource_providers", json=body)
        return answer.status_code, time.monotonic() - began

    stored.relay.stall()
    try:
        with ThreadPoolExecutor(12) as clients:
            asked = [clients.submit(create, number) for number in range(12)]
            time.sleep(1)
            service.is_alive()
            ready = requests.get(service.health_url + "/readyz", timeout=PATIENCE)
            told = [each.result() for each in asked]
    finally:
        stored.relay.resume()
    assert ready.status_code == 503
    assert {status for status, _ in told} == {503}, told
    assert max(seconds for _, seconds in told) < LONGEST, told
    end = time.monotonic() + PATIENCE
    while service.get("/resource_providers").status_code != 200:
        assert time.monotonic() < end, service.log()[-3000:]
        time.sleep(0.2)
    time.sleep(PROMPT)
    rows = stored.server.execute(f"SELECT name FROM {stored.database}.resource_providers")
    assert rows == ()
    assert create(0)[0] == 200
