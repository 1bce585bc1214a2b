# SPDX-License-Identifier: Apache-2.0
"""Verdicts that a process keeps by itself. Those in memcached: tests/bounds."""

from typing import Any

import pytest
from placedock.web import token_cache
from placedock.web.token_cache import OwnTokenCache, secret


def test_a_verdict_is_kept_for_its_time() -> None:
    cache = OwnTokenCache()
    cache.set("a", b"good", 60)
    cache.set("b", b"good", -1)
    assert cache.get("a") == b"good"
    assert cache.get("b") is None
    assert cache.get("c") is None


def test_only_the_newest_verdicts_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(token_cache, "MOST", 3)
    cache = OwnTokenCache()
    for key in "abcad":
        cache.set(key, key.encode(), 60)
    assert [key for key in "abcd" if cache.get(key)] == ["a", "c", "d"]


@pytest.mark.parametrize("name", ["password", "application_credential_secret"])
def test_replicas_that_log_in_alike_have_the_same_secret_and_it_is_not_the_password(
    name: str,
) -> None:
    def derived(value: str) -> str:
        options: Any = {name: value}
        return secret(options)

    assert derived("insecure") == derived("insecure") != derived("other")
    assert "insecure" not in derived("insecure")


def test_without_a_login_each_process_has_a_secret_of_its_own() -> None:
    nothing: Any = {}
    assert secret(nothing) != secret(nothing)
