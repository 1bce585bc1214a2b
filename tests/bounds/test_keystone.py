# SPDX-License-Identifier: Apache-2.0
"""A Keystone that accepts and never answers, and a memcached that somebody else can write to."""

import base64
import hashlib
import pickle
import re
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote

import pytest
import requests
from relay import Relay

from keystone import servers

from .services import PATIENCE, PROMPT, QUICK, SERVERS, Service, docker

BRIDGE = "{{(index .IPAM.Config 0).Gateway}}"


@pytest.fixture(scope="module")
def memcached() -> Iterator[str]:
    """The address of a real one."""
    name = docker("run", "--detach", "memcached:1.6", "--udp-port=0")
    try:
        address = docker(
            "inspect", "--format={{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}", name
        )
        yield f"{address}:11211"
    finally:
        docker("rm", "--force", "--volumes", name)


class Cloud(NamedTuple):
    """A service, and the Keystone that it asks through a relay."""

    service: Service
    keystone: servers.Server
    relay: Relay
    memcached: str

    def ask(self, token: str) -> requests.Response:
        headers = {"X-Auth-Token": token, "OpenStack-API-Version": "placement 1.39"}
        return self.service.get("/resource_providers", headers=headers)

    def in_memcached(self) -> dict[str, bytes]:
        """All that is kept there, by key."""
        from pymemcache.client.base import Client

        client = Client(self.memcached, timeout=10)
        listed = client.raw_command("lru_crawler metadump all", end_tokens=b"END\r\n").decode()
        found = re.findall(r"key=(\S+)", listed)
        return {key: client.get(key) for key in map(unquote, found)}

    def write_to_memcached(self, key: str, value: bytes, flags: int = 0) -> None:
        from pymemcache.client.base import Client

        assert Client(self.memcached, timeout=10).set(key, value, flags=flags, noreply=False)


@pytest.fixture(scope="module", params=SERVERS)
def cloud(
    request: pytest.FixtureRequest, memcached: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Cloud]:
    folder = tmp_path_factory.mktemp("keystone")
    bridge = docker("network", "inspect", "bridge", f"--format={BRIDGE}")
    here = {"container": bridge, "serve": "127.0.0.1"}[request.param]
    state = folder / "stub"
    state.mkdir()
    with servers.stub(state) as keystone:
        port = int(keystone.url.rpartition(":")[2])
        with Relay(("127.0.0.1", port), host=here) as relay:
            settings = QUICK | {
                "THREADS": "4",
                "OS_API__AUTH_STRATEGY": "keystone",
                "OS_PLACEDOCK__REQUEST_SECONDS": "20",
                "OS_PLACEDOCK__KEYSTONE_REQUESTS": "1",
                "OS_KEYSTONE_AUTHTOKEN__AUTH_TYPE": "password",
                "OS_KEYSTONE_AUTHTOKEN__AUTH_URL": f"http://{here}:{relay.port}/v3",
                "OS_KEYSTONE_AUTHTOKEN__USERNAME": "placement",
                "OS_KEYSTONE_AUTHTOKEN__PASSWORD": servers.PASSWORDS["placement"],
                "OS_KEYSTONE_AUTHTOKEN__USER_DOMAIN_NAME": "Default",
                "OS_KEYSTONE_AUTHTOKEN__PROJECT_NAME": "service",
                "OS_KEYSTONE_AUTHTOKEN__PROJECT_DOMAIN_NAME": "Default",
                "OS_KEYSTONE_AUTHTOKEN__HTTP_CONNECT_TIMEOUT": "2",
                "OS_KEYSTONE_AUTHTOKEN__MEMCACHED_SERVERS": memcached,
            }
            place = folder / "service"
            place.mkdir()
            with SERVERS[request.param](settings, place) as service:
                yield Cloud(service, keystone, relay, memcached)


@pytest.fixture
def token(cloud: Cloud) -> str:
    """One that the service has never seen."""
    return cloud.keystone.token()


def test_while_keystone_hangs_known_tokens_and_health_are_answered_and_others_told_503(
    cloud: Cloud, token: str
) -> None:
    assert cloud.ask(token).status_code == 200
    strangers: list[int] = []
    cloud.relay.stall()
    try:
        askers = [
            threading.Thread(
                target=lambda number=number: strangers.append(
                    cloud.ask(f"junk{number}").status_code
                )
            )
            for number in range(24)
        ]
        for each in askers:
            each.start()
        for _ in range(5):
            began = time.monotonic()
            assert cloud.ask(token).status_code == 200
            assert time.monotonic() - began < PROMPT
            cloud.service.is_alive()
            assert cloud.service.get("/").status_code == 200
        for each in askers:
            each.join()
    finally:
        cloud.relay.resume()
    assert set(strangers) == {503}
    end = time.monotonic() + PATIENCE
    fresh = cloud.keystone.token()
    while cloud.ask(fresh).status_code != 200:
        assert time.monotonic() < end, cloud.service.log()[-3000:]
        time.sleep(0.2)


def test_a_caller_without_a_token_does_not_wait_for_keystone(cloud: Cloud) -> None:
    cloud.relay.stall()
    try:
        began = time.monotonic()
        answer = cloud.service.get("/resource_providers", headers={})
        assert answer.status_code == 401
        assert time.monotonic() - began < 2 * 2 + PROMPT
    finally:
        cloud.relay.resume()


def test_what_is_kept_in_memcached_says_nothing_of_the_token_or_its_owner(
    cloud: Cloud, token: str
) -> None:
    before = cloud.in_memcached().keys()
    assert cloud.ask(token).status_code == 200
    kept = cloud.in_memcached()
    new = kept.keys() - before
    assert new
    for key in new:
        value = kept[key]
        assert token not in key
        assert b"admin" not in value and b"admin" not in base64.b64decode(value + b"==")


class Bomb:
    """Runs a command in who unpickles it."""

    def __init__(self, command: str) -> None:
        self.command = command

    def __reduce__(self) -> tuple[object, tuple[str]]:
        import os

        return os.system, (self.command,)


def test_a_pickle_in_memcached_is_not_run(cloud: Cloud, token: str, tmp_path: Path) -> None:
    """Under each key that there is, with the flag by which python-memcached knows a pickle."""
    assert cloud.ask(token).status_code == 200
    assert cloud.in_memcached()
    mark = "touch /tmp/placedock-was-here"
    for key in cloud.in_memcached():
        cloud.write_to_memcached(key, pickle.dumps(Bomb(mark)), flags=1)
    digest = hashlib.sha256(token.encode()).hexdigest()
    cloud.write_to_memcached(f"tokens/{digest}", pickle.dumps(Bomb(mark)), flags=1)
    assert cloud.ask(token).status_code == 200
    there = Path(f"/proc/{cloud.service.pid}/root/tmp/placedock-was-here")
    assert not there.exists()


def test_a_forged_verdict_in_memcached_lets_nobody_in(cloud: Cloud, token: str) -> None:
    """Neither as keystonemiddleware writes it without a secret, nor one that was made for another token."""
    assert cloud.ask(token).status_code == 200
    genuine = cloud.in_memcached()
    assert genuine
    verdict = cloud.keystone.check(token, token).text.encode()
    digest = hashlib.sha256(b"forged").hexdigest()
    cloud.write_to_memcached(f"tokens/{digest}", verdict)
    assert cloud.ask("forged").status_code == 401
    for key in genuine:
        cloud.write_to_memcached(key, verdict)
    assert cloud.ask("forged").status_code == 401
    assert cloud.ask(token).status_code == 200
