# SPDX-License-Identifier: Apache-2.0
"""`POST /-/token`, which needs no token: a Keystone that never answers, and bodies that no login has."""

import io
import json
import socket
import threading
from collections.abc import Iterator

import pytest
import webob

from .serving import Client, serving

LOGIN = dict.fromkeys(("user", "password", "user_domain", "project", "project_domain"), "x")


class Silent:
    """A Keystone that accepts connections and never answers. It counts how many are open at once."""

    def __init__(self) -> None:
        self.most = 0
        self._open = 0
        self._changed = threading.Lock()
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port = self._listening.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        self._listening.close()

    def _accept(self) -> None:
        while True:
            try:
                made, _ = self._listening.accept()
            except OSError:
                return
            with self._changed:
                self._open += 1
                self.most = max(self.most, self._open)
            threading.Thread(target=self._listen, args=[made], daemon=True).start()

    def _listen(self, made: socket.socket) -> None:
        with made:
            while made.recv(4096):
                pass
        with self._changed:
            self._open -= 1


@pytest.fixture
def silent() -> Iterator[Silent]:
    made = Silent()
    yield made
    made.close()


@pytest.fixture
def client(silent: Silent, sqlite_url: str) -> Iterator[Client]:
    settings = {
        "OS_API__AUTH_STRATEGY": "keystone",
        "OS_PLACEDOCK__KEYSTONE_REQUESTS": "2",
        "OS_KEYSTONE_AUTHTOKEN__AUTH_TYPE": "password",
        "OS_KEYSTONE_AUTHTOKEN__AUTH_URL": f"http://127.0.0.1:{silent.port}/v3",
        "OS_KEYSTONE_AUTHTOKEN__USERNAME": "placement",
        "OS_KEYSTONE_AUTHTOKEN__PASSWORD": "for-tests-only",
        "OS_KEYSTONE_AUTHTOKEN__HTTP_CONNECT_TIMEOUT": "1",
    }
    with serving(sqlite_url, settings) as made:
        yield made


def log_in(client: Client, body: bytes) -> webob.Response:
    request = webob.Request.blank("/-/token", method="POST", accept="application/json")
    request.body, request.content_type = body, "application/json"
    return request.get_response(client.application)


def test_as_few_logins_as_validations_wait_for_keystone_and_all_are_told_that_it_is_away(
    client: Client, silent: Silent
) -> None:
    answers: list[webob.Response] = []
    threads = [
        threading.Thread(target=lambda: answers.append(log_in(client, json.dumps(LOGIN).encode())))
        for _ in range(8)
    ]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert [each.status_int for each in answers] == 8 * [503]
    for each in answers:
        detail = each.json["errors"][0]["detail"]
        assert "The Keystone service is temporarily unavailable." in detail
    # Two more connections may be there before the end of the first two is noticed.
    assert 1 <= silent.most <= 4


def test_a_login_that_is_too_large_is_refused_before_it_is_parsed(sqlite_client: Client) -> None:
    """As it is when its length is not told: a server may pass chunks on."""
    for told in True, False:
        request = webob.Request.blank("/-/token", method="POST", accept="application/json")
        request.body_file = io.BytesIO(b"[" + 8192 * b"0," + b"0]")
        request.content_type = "application/json"
        if told:
            request.content_length = 2 * 8192 + 3
        response = request.get_response(sqlite_client.application)
        assert response.status_int == 413
        assert "may have 16384 bytes" in response.json["errors"][0]["detail"]


def test_a_login_of_the_size_that_is_allowed_is_read(sqlite_client: Client) -> None:
    login = LOGIN | {"password": "x" * (16384 - len(json.dumps(LOGIN | {"password": ""})))}
    response = sqlite_client.ask("POST", "/-/token", login, token=None)
    assert response.status_int == 400
    assert "This service has no Keystone" in response.json["errors"][0]["detail"]
