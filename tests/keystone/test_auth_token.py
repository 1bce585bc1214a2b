# SPDX-License-Identifier: Apache-2.0
"""keystonemiddleware's auth_token, which stands before Placement: its verdicts on both servers."""

from collections.abc import Callable
from typing import Any

import pytest
import webob
from keystonemiddleware.auth_token import AuthProtocol

from .servers import PASSWORDS, Server

SEEN = (
    *("X-User-Name", "X-Project-Name", "X-Domain-Name", "X-Roles", "X-Service-Roles"),
    *("X-Identity-Status", "X-Service-Identity-Status", "OpenStack-System-Scope"),
)


def seen(request: webob.Request) -> webob.Response:
    """Answers with the headers that the middleware has set."""
    return webob.Response(json={name: request.headers.get(name) for name in SEEN})


application = webob.dec.wsgify(seen)


@pytest.fixture
def ask(keystone: Server) -> Callable[..., Any]:
    """Sends a request through a new middleware: what the application saw, or the refusal."""

    def answer(
        token: str | None = None, service_token: str | None = None, path: str = "/", **settings: str
    ) -> Any:
        settings = {
            "auth_type": "password",
            "auth_url": f"{keystone.url}/v3",
            "username": "placement",
            "password": PASSWORDS["placement"],
            "project_name": "service",
            "user_domain_id": "default",
            "project_domain_id": "default",
            "www_authenticate_uri": keystone.url,
            "service_type": "placement",
            "token_cache_time": "-1",
            **settings,
        }
        request = webob.Request.blank(path)
        if token:
            request.headers["X-Auth-Token"] = token
        if service_token:
            request.headers["X-Service-Token"] = service_token
        response = request.get_response(AuthProtocol(application, settings))
        return response.json if response.status_int == 200 else response

    return answer


def roles(seen: dict[str, str]) -> set[str]:
    return set(seen["X-Roles"].split(",")) - {""}


def test_a_projects_token_is_taken_with_all_its_roles(keystone: Server, ask: Any) -> None:
    seen = ask(keystone.token(user="demo", project="demo"))
    assert (seen["X-User-Name"], seen["X-Project-Name"]) == ("demo", "demo")
    assert roles(seen) == {"member", "reader"}
    assert roles(ask(keystone.token())) == {"admin", "manager", "member", "reader"}


def test_the_systems_token_says_so(keystone: Server, ask: Any) -> None:
    seen = ask(keystone.token({"system": {"all": True}}))
    assert (seen["OpenStack-System-Scope"], seen["X-Project-Name"]) == ("all", None)
    assert "admin" in roles(seen)


def test_an_unscoped_token_brings_no_roles(keystone: Server, ask: Any) -> None:
    seen = ask(keystone.token("unscoped"))
    assert (seen["X-Identity-Status"], seen["X-Project-Name"]) == ("Confirmed", None)
    assert roles(seen) == set()


def test_no_token_is_refused_with_the_way_to_one(keystone: Server, ask: Any) -> None:
    refusal = ask()
    assert refusal.status_int == 401
    assert refusal.headers["WWW-Authenticate"] == f'Keystone uri="{keystone.url}"'


def test_a_bad_token_is_refused(keystone: Server, ask: Any) -> None:
    good = keystone.token()
    for bad in ("junk", good[:-3] + "AAA", good + "A", "é"):
        assert ask(bad.encode().decode("latin-1")).status_int == 401, bad


def test_a_revoked_token_is_refused(keystone: Server, ask: Any) -> None:
    token = keystone.token(user="demo", project="demo")
    assert ask(token)["X-User-Name"] == "demo"
    headers = {"X-Subject-Token": token}
    admin = keystone.token()
    keystone.call("DELETE", "/v3/auth/tokens", admin, headers=headers).raise_for_status()
    assert ask(token).status_int == 401


def test_the_token_of_a_disabled_user_is_refused(keystone: Server, ask: Any) -> None:
    admin = keystone.token()
    body = {"user": {"name": "short", "password": "short-for-tests"}}
    user_id = keystone.call("POST", "/v3/users", admin, body).json()["user"]["id"]
    token = keystone.authenticate("short", "short-for-tests").headers["X-Subject-Token"]
    assert ask(token)["X-User-Name"] == "short"
    keystone.call("PATCH", f"/v3/users/{user_id}", admin, {"user": {"enabled": False}})
    assert ask(token).status_int == 401
    keystone.call("DELETE", f"/v3/users/{user_id}", admin).raise_for_status()
    assert ask(token).status_int == 401


def test_a_services_token_beside_the_users_brings_its_roles(keystone: Server, ask: Any) -> None:
    service = keystone.token(user="nova", project="service")
    seen = ask(keystone.token(user="demo", project="demo"), service)
    assert "service" in seen["X-Service-Roles"].split(",")
    assert seen["X-Service-Identity-Status"] == "Confirmed"


def test_a_bad_services_token_is_refused(keystone: Server, ask: Any) -> None:
    assert ask(keystone.token(user="demo", project="demo"), "junk").status_int == 401


def test_an_expired_token_is_good_only_beside_a_services_token(
    keystone: Server, ask: Any, expired_token: Callable[[Server], str]
) -> None:
    expired = expired_token(keystone)
    strict = {"service_token_roles_required": "True"}
    assert ask(expired).status_int == 401
    assert ask(expired, keystone.token(user="demo", project="demo"), **strict).status_int == 401
    seen = ask(expired, keystone.token(user="nova", project="service"), **strict)
    assert (seen["X-User-Name"], seen["X-Identity-Status"]) == ("demo", "Confirmed")


def test_an_application_credential_is_good_for_what_its_rules_name(
    keystone: Server, ask: Any
) -> None:
    demo = keystone.token(user="demo", project="demo")
    user_id = keystone.check(demo, demo).json()["token"]["user"]["id"]
    path = f"/v3/users/{user_id}/application_credentials"
    rule = {"service": "placement", "method": "GET", "path": "/resource_providers/{uuid}"}
    wanted = {"name": "narrow", "secret": "for-tests", "access_rules": [rule]}
    made = keystone.call("POST", path, demo, {"application_credential": wanted}).json()
    key = {"id": made["application_credential"]["id"], "secret": "for-tests"}
    identity = {"methods": ["application_credential"], "application_credential": key}
    answer = keystone.call("POST", "/v3/auth/tokens", "", {"auth": {"identity": identity}})
    token = answer.headers["X-Subject-Token"]
    assert ask(token, path="/resource_providers/1")["X-User-Name"] == "demo"
    assert ask(token, path="/traits").status_int == 401
    keystone.call("DELETE", f"{path}/{key['id']}", demo).raise_for_status()
    assert ask(token, path="/resource_providers/1").status_int == 401
    # Other tests compare the list of the user's rules, and may run after this one.
    (kept,) = made["application_credential"]["access_rules"]
    rules = f"/v3/users/{user_id}/access_rules"
    keystone.call("DELETE", f"{rules}/{kept['id']}", demo).raise_for_status()


def test_a_wrong_password_of_the_services_own_is_no_verdict_on_the_user(
    keystone: Server, ask: Any
) -> None:
    token = keystone.token(user="demo", project="demo")
    assert ask(token, password="wrong").status_int == 503
