# SPDX-License-Identifier: Apache-2.0
"""The stub tells a caller who guesses passwords nothing, and makes each guess cost the same time."""

from collections.abc import Callable
from hashlib import scrypt
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from falcon.testing import Result, TestClient
from keystone_stub import guesses, seed, settings
from keystone_stub.app import application
from keystone_stub.store import Store, signing_key
from keystone_stub.tokens import Tokens

from . import servers
from .servers import PASSWORDS

FREE = 20
"""The failed logins in a row that the stub allows before it slows a caller down."""
DEFAULT = {"id": "default"}


class Stub:
    """The stub's application in this process, with a clock that the test moves. It counts the hashes that requests compute.

    A hash is nearly all that a login costs, so equal numbers are equal times. Neither the clock nor the count depends on how
    busy the machine is.
    """

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch, **variables: str) -> None:
        wanted = settings.read(servers.stub_environment(folder, **variables))
        store = Store(seed.read(wanted.directory, servers.stub_environment(folder)), folder)
        tokens = Tokens(store, wanted, signing_key(folder))
        self._client = TestClient(application(store, tokens, wanted))
        self._hashes = 0
        self.now = 1000.0
        monkeypatch.setattr("hashlib.scrypt", self._scrypt)
        monkeypatch.setattr(guesses, "time", SimpleNamespace(monotonic=lambda: self.now))

    def _scrypt(self, *words: Any, **parameters: Any) -> bytes:
        self._hashes += 1
        return scrypt(*words, **parameters)

    def hashes(self, answered: Callable[[], Result]) -> int:
        """The number of hashes that a request computes which is answered with 401."""
        before = self._hashes
        assert answered().status_code == 401
        return self._hashes - before

    def login(self, user: str, password: str, scope: Any = None, domain: Any = DEFAULT) -> Result:
        person = {"name": user, "domain": domain, "password": password}
        auth: dict[str, Any] = {"identity": {"methods": ["password"], "password": {"user": person}}}
        body = {"auth": auth | ({"scope": scope} if scope else {})}
        return self._client.simulate_post("/v3/auth/tokens", json=body)

    def change(self, user_id: str, original: str, password: str) -> Result:
        wanted = {"user": {"original_password": original, "password": password}}
        return self._client.simulate_post(f"/v3/users/{user_id}/password", json=wanted)

    def make(self, **fields: Any) -> str:
        """The id of a new user."""
        scope = {"project": {"name": "admin", "domain": DEFAULT}}
        token = self.login("admin", PASSWORDS["admin"], scope).headers["X-Subject-Token"]
        answer = self._client.simulate_post(
            "/v3/users", json={"user": fields}, headers={"X-Auth-Token": token}
        )
        assert answer.status_code == 201
        found: str = answer.json["user"]["id"]
        return found


def test_a_refusal_computes_one_hash_whether_or_not_the_user_exists(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stub = Stub(tmp_path, monkeypatch, KEYSTONE_GUESSES="0")
    stub.make(name="disabled", password="x-for-tests", enabled=False)
    stub.make(name="without-a-password")
    nowhere = {"project": {"name": "nowhere", "domain": DEFAULT}}
    elsewhere = {"name": "elsewhere"}
    refused: dict[str, Callable[[], Result]] = {
        "a wrong password": lambda: stub.login("admin", "wrong"),
        "an unknown user": lambda: stub.login("nobody", "wrong"),
        "a disabled user": lambda: stub.login("disabled", "wrong"),
        "no password": lambda: stub.login("without-a-password", "wrong"),
        "an unknown project": lambda: stub.login("admin", "x", nowhere),
        "an unknown domain": lambda: stub.login("admin", "x", domain=elsewhere),
        "a change by an unknown user": lambda: stub.change("nobody", "x", "y"),
    }
    computed = {what: stub.hashes(answered) for what, answered in refused.items()}
    assert computed == dict.fromkeys(computed, 1)


def test_after_too_many_failures_a_user_s_secret_is_compared_once_a_second(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stub = Stub(tmp_path, monkeypatch)
    answers = [stub.login("demo", f"guess-{n}") for n in range(FREE)]
    stub.now += 0.9
    right = stub.login("demo", PASSWORDS["demo"])
    assert {answer.status_code for answer in [*answers, right]} == {401}
    # The answer does not tell that this password was the right one.
    assert right.json == answers[0].json
    # Other users are not slowed down.
    assert stub.login("nova", PASSWORDS["nova"]).status_code == 201
    stub.now += 0.2
    assert stub.login("demo", PASSWORDS["demo"]).status_code == 201
    # A success ends the series.
    assert stub.login("demo", "wrong").status_code == 401
    assert stub.login("demo", PASSWORDS["demo"]).status_code == 201


def test_guesses_by_a_change_of_the_password_count_as_logins_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stub = Stub(tmp_path, monkeypatch)
    user = stub.make(name="guest", password="guest-for-tests")
    for n in range(FREE):
        assert stub.change(user, f"guess-{n}", "new-for-tests").status_code == 401
    stub.now += 0.9
    assert stub.login("guest", "guest-for-tests").status_code == 401
    assert stub.change(user, "guest-for-tests", "new-for-tests").status_code == 401
    stub.now += 0.2
    assert stub.change(user, "guest-for-tests", "new-for-tests").status_code == 204


def test_while_a_user_has_to_wait_a_refusal_computes_a_hash_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stub = Stub(tmp_path, monkeypatch)
    computed = [stub.hashes(lambda: stub.login("demo", "wrong")) for _ in range(FREE + 2)]
    assert set(computed) == {1}
