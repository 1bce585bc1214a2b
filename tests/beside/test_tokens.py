# SPDX-License-Identifier: Apache-2.0
"""Our service and upstream's judge each token of the real Keystone alike, and bear that Keystone is away for a while."""

import time
from collections.abc import Callable
from contextlib import ExitStack

import pytest
import requests

from . import openstack
from .joining import Joined, joined
from .openstack import OpenStack

VERSION = {"OpenStack-API-Version": "placement 1.39"}


def ask(placement: str, path: str = "/traits", **tokens: str) -> requests.Response:
    """With `user` and `service` for the tokens of each."""
    names = {"user": "X-Auth-Token", "service": "X-Service-Token"}
    headers = {names[whose]: token for whose, token in tokens.items()}
    return requests.get(placement + path, headers=headers | VERSION, timeout=60)


@pytest.fixture(scope="module")
def expired(cloud: OpenStack) -> str:
    """A token of the admin's, whose second is over."""
    with openstack.short_lived(cloud) as keystone:
        token = cloud.token("admin", "admin", keystone)
    time.sleep(2)
    return token


def revoke(cloud: OpenStack, token: str) -> None:
    headers = {"X-Auth-Token": cloud.token("admin", "admin"), "X-Subject-Token": token}
    answer = requests.delete(f"{cloud.keystone_url}/auth/tokens", headers=headers, timeout=30)
    assert answer.status_code == 204


def test_the_admins_token_opens_everything(cloud: OpenStack, placement: str) -> None:
    assert ask(placement, user=cloud.token("admin", "admin")).status_code == 200


def test_no_token_and_a_wrong_one_are_401_with_the_way_to_keystone(
    cloud: OpenStack, placement: str
) -> None:
    for refused in ask(placement), ask(placement, user="not-a-token"):
        assert refused.status_code == 401
        assert refused.headers["WWW-Authenticate"] == f'Keystone uri="{cloud.url}/identity"'
        assert refused.json()["error"]["code"] == 401


def test_an_expired_token_is_401(placement: str, expired: str) -> None:
    assert ask(placement, user=expired).status_code == 401


def test_an_expired_token_is_good_beside_that_of_a_service(
    cloud: OpenStack, placement: str, expired: str
) -> None:
    service = cloud.token("nova", "service")
    assert ask(placement, user=expired, service=service).status_code == 200
    # And no better for it when it comes alone.
    assert ask(placement, user=expired).status_code == 401


@pytest.mark.parametrize("beside", ["demo", "junk", "revoked", "expired"])
def test_an_expired_token_is_401_beside_one_that_is_not_a_services(
    cloud: OpenStack, placement: str, expired: str, beside: str
) -> None:
    worthless: dict[str, Callable[[], str]] = {
        "demo": lambda: cloud.token("demo", "demo"),
        "junk": lambda: "not-a-token",
        "revoked": lambda: revoked(cloud, "nova", "service"),
        "expired": lambda: expired,
    }
    assert ask(placement, user=expired, service=worthless[beside]()).status_code == 401


def revoked(cloud: OpenStack, user: str, project: str) -> str:
    token = cloud.token(user, project)
    revoke(cloud, token)
    return token


def test_a_good_token_is_401_beside_a_bad_one_of_a_service(
    cloud: OpenStack, placement: str
) -> None:
    token = cloud.token("admin", "admin")
    assert ask(placement, user=token, service="not-a-token").status_code == 401


def test_a_revoked_token_is_401(cloud: OpenStack, placement: str) -> None:
    assert ask(placement, user=revoked(cloud, "admin", "admin")).status_code == 401


def test_a_user_without_roles_is_known_but_forbidden(cloud: OpenStack, placement: str) -> None:
    refused = ask(placement, user=cloud.token(openstack.STRANGER))
    assert refused.status_code == 403
    assert refused.json()["errors"][0]["status"] == 403
    # What belongs to nobody is open to nobody but the admin and services.
    assert ask(placement, user=cloud.token("demo", "demo")).status_code == 403


def test_a_member_sees_the_usages_of_the_own_project_only(cloud: OpenStack, placement: str) -> None:
    own = cloud.openstack().json("project", "show", "demo")["id"]
    token = cloud.token("demo", "demo")
    assert ask(placement, f"/usages?project_id={own}", user=token).status_code == 200
    assert ask(placement, "/usages?project_id=another", user=token).status_code == 403


def test_without_keystone_the_answer_is_503_and_with_it_again_all_is_well(
    cloud: OpenStack, ours: Joined
) -> None:
    """No container is restarted, all are healthy all the while, and whoever was just believed still is."""
    started = ours.started()
    believed, new = (cloud.token("admin", "admin") for _ in range(2))
    assert {ask(cloud.ours_url, user=believed).status_code for _ in range(6)} == {200}
    with ExitStack() as until_the_end:
        with cloud.without_keystone():
            refused = [ask(url, user=new) for url in (cloud.ours_url, cloud.theirs_url)]
            assert [answer.status_code for answer in refused] == [503, 503]
            assert refused[0].json() == refused[1].json()
            for path in "/livez", "/readyz":
                assert requests.get(ours.url + path, timeout=30).status_code == 200
            assert ask(cloud.ours_url).status_code == 401
            assert 200 in {ask(cloud.ours_url, user=believed).status_code for _ in range(3)}
            late = until_the_end.enter_context(joined(cloud, "late"))
            assert ask(late.url, user=new).status_code == 503
        for url in late.url, cloud.ours_url, cloud.theirs_url:
            assert ask(url, user=new).status_code == 200, url
    assert ours.started() == started
