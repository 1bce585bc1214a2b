# SPDX-License-Identifier: Apache-2.0
"""The stack judges each token rightly: good, missing, wrong, revoked, expired, or of a user without the right."""

import time

import requests
from keystoneauth1 import identity, session

from . import clients
from .compose import Stack
from .conftest import StackOf


def status(stack: Stack, token: str | None, path: str = "/traits") -> int:
    headers = {"OpenStack-API-Version": "placement 1.39"}
    if token is not None:
        headers["X-Auth-Token"] = token
    return requests.get(stack.url + path, headers=headers, timeout=30).status_code


def new_token(stack: Stack) -> str:
    token = clients.keystoneauth(stack).get_token()
    assert token is not None
    return token


def revoke(stack: Stack, token: str) -> None:
    headers = {"X-Auth-Token": token, "X-Subject-Token": token}
    answer = requests.delete(f"{stack.keystone_url}/auth/tokens", headers=headers)
    assert answer.status_code == 204


def test_without_a_token_the_answer_is_401_and_says_where_to_get_one(mysql_keystone: Stack) -> None:
    answer = requests.get(f"{mysql_keystone.url}/traits")
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"].startswith("Keystone uri=")
    assert answer.json()["error"]["code"] == 401


def test_a_good_token_opens_everything_and_a_wrong_one_nothing(mysql_keystone: Stack) -> None:
    assert status(mysql_keystone, new_token(mysql_keystone)) == 200
    for wrong in "admin", "notused", "", "x" * 5000:
        assert status(mysql_keystone, wrong) == 401


def test_a_revoked_token_is_refused_when_no_verdict_on_it_is_kept(mysql_keystone: Stack) -> None:
    token = new_token(mysql_keystone)
    revoke(mysql_keystone, token)
    assert status(mysql_keystone, token) == 401


def test_a_user_without_the_role_is_known_but_forbidden(mysql_keystone: Stack) -> None:
    demo = identity.Password(
        auth_url=mysql_keystone.keystone_url,
        username="demo",
        password="demo",
        user_domain_name="Default",
        project_name="demo",
        project_domain_name="Default",
    )
    token = session.Session(auth=demo).get_token()
    answer = requests.get(
        f"{mysql_keystone.url}/traits",
        headers={"X-Auth-Token": token or "", "OpenStack-API-Version": "placement 1.39"},
    )
    assert answer.status_code == 403
    assert answer.json()["errors"][0]["code"] == "placement.undefined_code"


def test_a_user_may_see_the_usages_of_the_own_project_only(mysql_keystone: Stack) -> None:
    demo = identity.Password(
        auth_url=mysql_keystone.keystone_url,
        username="demo",
        password="demo",
        user_domain_name="Default",
        project_name="demo",
        project_domain_name="Default",
    )
    logged_in = session.Session(auth=demo)
    token, own = logged_in.get_token(), logged_in.get_project_id()
    assert status(mysql_keystone, token, f"/usages?project_id={own}") == 200
    assert status(mysql_keystone, token, "/usages?project_id=another") == 403


def test_an_expired_token_is_refused_though_a_verdict_on_it_is_kept(stack_of: StackOf) -> None:
    """Tokens of this Keystone last 6 seconds; the service's own is renewed without anybody's doing."""
    stack = stack_of("sqlite-keystone")
    stack.up("keystone-stub", KEYSTONE_TOKEN_SECONDS="6")
    try:
        token = new_token(stack)
        got = time.monotonic()
        assert status(stack, token) == 200
        time.sleep(max(0.0, got + 7 - time.monotonic()))
        assert status(stack, token) == 401
        assert status(stack, new_token(stack)) == 200
    finally:
        stack.up("keystone-stub")


def test_a_revoked_token_is_refused_at_once_when_no_verdicts_are_kept(images: None) -> None:
    """So -1 for token_cache_time buys, at the price of a question to Keystone for each request."""
    setting = {"OS_KEYSTONE_AUTHTOKEN__TOKEN_CACHE_TIME": "-1"}
    with Stack("sqlite-keystone", name="uncached", settings=setting).running() as stack:
        token = new_token(stack)
        assert status(stack, token) == 200
        revoke(stack, token)
        assert {status(stack, token) for _ in range(6)} == {401}
