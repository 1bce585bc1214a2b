# SPDX-License-Identifier: Apache-2.0
"""The stub tells a caller who guesses passwords nothing, and makes each guess cost the same time."""

import time
from collections.abc import Iterator
from hashlib import scrypt
from pathlib import Path
from typing import Any

import pytest
import requests
from falcon.testing import TestClient
from keystone_stub import seed, settings
from keystone_stub.app import application
from keystone_stub.store import Store, signing_key
from keystone_stub.tokens import Tokens

from . import servers
from .servers import PASSWORDS, Server

FREE = 20
"""The failed logins in a row that the stub allows before it slows a caller down."""
DEFAULT = {"id": "default"}
ADMIN = {"name": "admin", "domain": DEFAULT, "password": PASSWORDS["admin"]}


@pytest.fixture
def limited(tmp_path: Path) -> Iterator[Server]:
    (tmp_path / "state").mkdir()
    with servers.stub(tmp_path / "state") as server:
        yield server


class Counted:
    """The stub's application in this process, which counts the hashes that its requests compute.

    A hash is nearly all that a login costs, so equal numbers are equal times. A count does not depend on a busy machine.
    """

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch, **variables: str) -> None:
        wanted = settings.read(servers.stub_environment(folder, **variables))
        store = Store(seed.read(wanted.directory, servers.stub_environment(folder)), folder)
        tokens = Tokens(store, wanted, signing_key(folder))
        self._client = TestClient(application(store, tokens, wanted))
        self._hashes = 0
        monkeypatch.setattr("hashlib.scrypt", self._scrypt)

    def _scrypt(self, *words: Any, **parameters: Any) -> bytes:
        self._hashes += 1
        return scrypt(*words, **parameters)

    def hashes(self, path: str, body: Any) -> int:
        """The number of hashes that a request computes which is answered with 401."""
        before = self._hashes
        assert self._client.simulate_post(path, json=body).status_code == 401
        return self._hashes - before

    def login(self, user: str, password: str, scope: Any = None, domain: Any = DEFAULT) -> int:
        """The number of hashes that a refused login computes."""
        person = {"name": user, "domain": domain, "password": password}
        auth: dict[str, Any] = {"identity": {"methods": ["password"], "password": {"user": person}}}
        return self.hashes("/v3/auth/tokens", {"auth": auth | ({"scope": scope} if scope else {})})

    def change(self, user_id: str) -> int:
        """The number of hashes that a refused change of a password computes."""
        wanted = {"user": {"original_password": "x", "password": "y"}}
        return self.hashes(f"/v3/users/{user_id}/password", wanted)

    def make(self, **fields: Any) -> None:
        body = {"auth": {"identity": {"methods": ["password"], "password": {"user": ADMIN}}}}
        body["auth"]["scope"] = {"project": {"name": "admin", "domain": DEFAULT}}
        token = self._client.simulate_post("/v3/auth/tokens", json=body).headers["X-Subject-Token"]
        answer = self._client.simulate_post(
            "/v3/users", json={"user": fields}, headers={"X-Auth-Token": token}
        )
        assert answer.status_code == 201


def change(server: Server, user_id: str, original: str, password: str) -> requests.Response:
    wanted = {"user": {"original_password": original, "password": password}}
    return server.call("POST", f"/v3/users/{user_id}/password", "", wanted)


def made(server: Server, name: str, **fields: Any) -> str:
    body = {"user": {"name": name, **fields}}
    answer = server.call("POST", "/v3/users", server.token(), body)
    answer.raise_for_status()
    found: str = answer.json()["user"]["id"]
    return found


def test_a_refusal_computes_one_hash_whether_or_not_the_user_exists(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stub = Counted(tmp_path, monkeypatch, KEYSTONE_GUESSES="0")
    stub.make(name="disabled", password="x-for-tests", enabled=False)
    stub.make(name="without-a-password")
    nowhere = {"project": {"name": "nowhere", "domain": DEFAULT}}
    computed = {
        "a wrong password": stub.login("admin", "wrong"),
        "an unknown user": stub.login("nobody", "wrong"),
        "a disabled user": stub.login("disabled", "wrong"),
        "no password": stub.login("without-a-password", "wrong"),
        "an unknown project": stub.login("admin", "x", nowhere),
        "an unknown domain": stub.login("admin", "x", domain={"name": "elsewhere"}),
        "a change by an unknown user": stub.change("nobody"),
    }
    assert computed == dict.fromkeys(computed, 1)


def test_after_too_many_failures_a_user_s_secret_is_compared_once_a_second(limited: Server) -> None:
    answers = [limited.authenticate("demo", f"guess-{n}") for n in range(FREE)]
    right = limited.authenticate("demo", PASSWORDS["demo"])
    assert {answer.status_code for answer in [*answers, right]} == {401}
    # The answer does not tell that this password was the right one.
    assert right.json() == answers[0].json()
    # Other users are not slowed down.
    assert limited.authenticate("nova", PASSWORDS["nova"]).status_code == 201
    time.sleep(1.1)
    assert limited.authenticate("demo", PASSWORDS["demo"]).status_code == 201
    # A success ends the series.
    assert limited.authenticate("demo", "wrong").status_code == 401
    assert limited.authenticate("demo", PASSWORDS["demo"]).status_code == 201


def test_guesses_by_a_change_of_the_password_count_as_logins_do(limited: Server) -> None:
    user = made(limited, "guest", password="guest-for-tests")
    for n in range(FREE):
        assert change(limited, user, f"guess-{n}", "new-for-tests").status_code == 401
    assert limited.authenticate("guest", "guest-for-tests").status_code == 401
    assert change(limited, user, "guest-for-tests", "new-for-tests").status_code == 401
    time.sleep(1.1)
    assert change(limited, user, "guest-for-tests", "new-for-tests").status_code == 204


def test_while_a_user_has_to_wait_a_refusal_computes_a_hash_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stub = Counted(tmp_path, monkeypatch)
    assert {stub.login("demo", "wrong") for _ in range(FREE + 2)} == {1}
