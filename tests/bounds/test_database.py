# SPDX-License-Identifier: Apache-2.0
"""A MySQL that hangs: everybody is told 503 in time, the service lives, and what was told to have failed is not done later."""

import itertools
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple, Self

import mysql_server
import pytest
import requests
import sqlalchemy as sa
from relay import Relay
from topology import uuid_of

from .services import PATIENCE, PROMPT, QUICK, SERVERS, Service, docker

LONGEST = 35
"""Seconds within which everybody is told. A request waits for a thread up to its 20 seconds, and then 5 for a session."""

STOPPABLE = mysql_server.MYSQL._replace(name="mysql-stoppable")
"""A server of its own: others that use the shared one would hang with it."""


def on_mysql(address: sa.URL) -> dict[str, str]:
    return {
        "OS_PLACEMENT_DATABASE__CONNECTION": address.render_as_string(hide_password=False),
        "OS_PLACEDOCK__REQUEST_SECONDS": "20",
    }


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
        settings = QUICK | on_mysql(address)
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


class Load:
    """Four clients. Each makes a trait and reads the providers, again and again, until the block ends."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._over = threading.Event()
        self._clients = ThreadPoolExecutor(4)
        self._told: list[list[tuple[str, int, float]]] = [[] for _ in range(4)]
        """For each client the trait (or nothing), the status and the seconds of each request."""

    def __enter__(self) -> Self:
        for number in range(4):
            self._clients.submit(self._ask, number)
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._clients.shutdown()

    @property
    def told(self) -> list[tuple[str, int, float]]:
        return [each for told in self._told for each in told]

    def wait_until_each_is_told(self, *statuses: int) -> None:
        """A status among these, from now on."""
        known = [len(told) for told in self._told]
        end = time.monotonic() + PATIENCE
        while not all(
            any(status in statuses for _, status, _ in told[count:])
            for told, count in zip(self._told, known, strict=True)
        ):
            assert time.monotonic() < end, self.told
            time.sleep(0.1)

    def _ask(self, number: int) -> None:
        for each in itertools.count():
            trait = f"CUSTOM_{number}_{each}"
            for name, method, path in (
                (trait, "PUT", f"/traits/{trait}"),
                ("", "GET", "/resource_providers"),
            ):
                if self._over.is_set():
                    return
                began = time.monotonic()
                status = self._service.ask(method, path).status_code
                self._told[number].append((name, status, time.monotonic() - began))


@pytest.fixture(scope="module")
def stoppable() -> Iterator[mysql_server.Server]:
    with mysql_server.shared(STOPPABLE) as server:
        yield server


@pytest.mark.parametrize("server", SERVERS)
def test_a_database_whose_process_is_stopped_under_load_is_told_in_time_and_loses_nothing(
    server: str, stoppable: mysql_server.Server, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Its kernel takes all that is sent, and it answers nothing."""
    container = STOPPABLE.container
    with stoppable.database() as url:
        address = sa.make_url(url)
        if server == "container":
            where = "--format={{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}"
            address = address.set(host=docker("inspect", where, container), port=3306)
        folder = tmp_path_factory.mktemp(f"stopped-{server}")
        with SERVERS[server](QUICK | on_mysql(address), folder) as service:
            with Load(service) as load:
                load.wait_until_each_is_told(200)
                docker("kill", "--signal=STOP", container)
                try:
                    load.wait_until_each_is_told(503)
                    service.is_alive()
                    ready = requests.get(service.health_url + "/readyz", timeout=PATIENCE)
                finally:
                    docker("kill", "--signal=CONT", container)
                load.wait_until_each_is_told(200)
                load.wait_until_each_is_told(201)
            assert ready.status_code == 503
            assert {status for _, status, _ in load.told} == {200, 201, 503}, load.told
            assert max(seconds for _, _, seconds in load.told) < LONGEST, load.told
            kept = service.get("/traits?name=startswith:CUSTOM_").json()["traits"]
            assert {trait for trait, status, _ in load.told if status == 201} <= set(kept)
