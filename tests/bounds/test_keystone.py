# SPDX-License-Identifier: Apache-2.0
"""A Keystone that accepts and never answers, and a memcached that somebody else can write to."""

import base64
import hashlib
import pickle
import re
import secrets
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote

import pytest
import requests
from relay import Relay

from keystone import servers

from .services import PATIENCE, PROMPT, QUICK, SERVERS, Service, docker

LOGIN = ("user", "password", "user_domain", "project", "project_domain")
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

    def log_in(self) -> requests.Response:
        """Ask for a token at the service, as a person without one does at the explorer."""
        login = dict.fromkeys(LOGIN, "nobody")
        return self.service.ask("POST", "/-/token", json=login, headers={})

    def in_memcached(self) -> dict[str, bytes]:
        """All that is kept there, by key."""
        from pymemcache.client.base import Client

        client = Client(self.memcached, timeout=PATIENCE)
        end = time.monotonic() + PATIENCE
        # memcached's crawler lists nothing soon after it has listed all.
        while True:
            listed = client.raw_command("lru_crawler metadump all", end_tokens=b"END\r\n").decode()
            found = re.findall(r"key=(\S+)", listed)
            if len(found) >= client.stats()[b"curr_items"]:
                return {key: client.get(key) for key in map(unquote, found)}
            assert time.monotonic() < end, listed
            time.sleep(0.1)

    def kept_of(self, token: str) -> dict[str, bytes]:
        """What memcached keeps of a token that the service sees for the first time.

        The service does not wait until memcached has stored what it sends.
        """
        before = self.in_memcached().keys()
        assert self.ask(token).status_code == 200
        end = time.monotonic() + PATIENCE
        while not (new := (kept := self.in_memcached()).keys() - before):
            assert time.monotonic() < end, self.service.log()[-3000:]
            time.sleep(0.1)
        return {key: kept[key] for key in new}

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
                "OS_KEYSTONE_AUTHTOKEN__MEMCACHE_POOL_SOCKET_TIMEOUT": str(PATIENCE),
            }
            place = folder / "service"
            place.mkdir()
            with SERVERS[request.param](settings, place) as service:
                yield Cloud(service, keystone, relay, memcached)


@pytest.fixture
def token(cloud: Cloud) -> str:
    """One that the service has never seen."""
    return cloud.keystone.token()


@pytest.mark.parametrize("what", ["unknown tokens", "logins"])
def test_while_keystone_hangs_known_tokens_and_health_are_answered_and_others_told_503(
    cloud: Cloud, token: str, what: str
) -> None:
    assert cloud.kept_of(token)
    ask: Callable[[int], requests.Response] = {
        "unknown tokens": lambda number: cloud.ask(f"junk{number}"),
        "logins": lambda number: cloud.log_in(),
    }[what]
    strangers: list[int] = []
    cloud.relay.stall()
    try:
        askers = [
            threading.Thread(target=lambda number=number: strangers.append(ask(number).status_code))
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


def test_a_caller_without_a_token_waits_for_the_two_tries_to_ask_keystone_and_no_longer(
    cloud: Cloud,
) -> None:
    """WWW_AUTHENTICATE_URI is not set here, so the service asks Keystone for the address that the 401 names."""
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
    for key, value in cloud.kept_of(token).items():
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
    """Under each key of the token, with the flag by which python-memcached knows a pickle."""
    mark = "touch /tmp/placedock-was-here"
    for key in cloud.kept_of(token):
        cloud.write_to_memcached(key, pickle.dumps(Bomb(mark)), flags=1)
    digest = hashlib.sha256(token.encode()).hexdigest()
    cloud.write_to_memcached(f"tokens/{digest}", pickle.dumps(Bomb(mark)), flags=1)
    assert cloud.ask(token).status_code == 200
    there = Path(f"/proc/{cloud.service.pid}/root/tmp/placedock-was-here")
    assert not there.exists()


def test_a_forged_verdict_in_memcached_lets_nobody_in(cloud: Cloud, token: str) -> None:
    """Neither as keystonemiddleware writes it without a secret, nor one that was made for another token."""
    genuine = cloud.kept_of(token)
    verdict = cloud.keystone.check(token, token).text.encode()
    digest = hashlib.sha256(b"forged").hexdigest()
    cloud.write_to_memcached(f"tokens/{digest}", verdict)
    assert cloud.ask("forged").status_code == 401
    for key in genuine:
        cloud.write_to_memcached(key, verdict)
    assert cloud.ask("forged").status_code == 401
    assert cloud.ask(token).status_code == 200


def test_the_token_of_a_disabled_user_is_good_until_its_verdict_is_forgotten(cloud: Cloud) -> None:
    """As with every service behind keystonemiddleware (docs/security.md). Here memcached forgets it at once."""
    from pymemcache.client.base import Client

    admin, name = cloud.keystone.token(), f"leaver-{secrets.token_hex(4)}"
    body = {"user": {"name": name, "password": "for-tests-only"}}
    made = cloud.keystone.call("POST", "/v3/users", admin, body).json()["user"]["id"]
    token = cloud.keystone.authenticate(name, "for-tests-only").headers["X-Subject-Token"]
    # No role, so nothing is allowed; but it is known who asks.
    assert cloud.ask(token).status_code == 403
    cloud.keystone.call("PATCH", f"/v3/users/{made}", admin, {"user": {"enabled": False}})
    assert cloud.ask(token).status_code == 403
    # The service does not wait until memcached has stored a verdict, so it may come after this.
    end = time.monotonic() + PATIENCE
    while cloud.ask(token).status_code == 403:
        assert time.monotonic() < end, cloud.service.log()[-3000:]
        for key in cloud.in_memcached():
            Client(cloud.memcached, timeout=PATIENCE).delete(key, noreply=False)
    assert cloud.ask(token).status_code == 401
