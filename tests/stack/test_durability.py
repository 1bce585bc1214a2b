# SPDX-License-Identifier: Apache-2.0
"""Data and tokens outlive every container, and the readiness check tells the truth meanwhile."""

import time
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import requests
from keystoneauth1 import adapter

from . import clients
from .compose import Failed, Stack, passes_check

NEWEST = "1.39"


def everything(placement: adapter.Adapter) -> dict[str, Any]:
    """All that the service knows, as it tells it."""

    def get(path: str) -> Any:
        answer = placement.get(path, microversion=NEWEST)
        assert answer.status_code == 200, answer.text
        return answer.json()

    known: dict[str, Any] = {}
    for path in "/resource_providers", "/resource_classes", "/traits":
        known[path] = get(path)
    for provider in known["/resource_providers"]["resource_providers"]:
        for part in "inventories", "traits", "aggregates", "usages", "allocations":
            path = f"/resource_providers/{provider['uuid']}/{part}"
            known[path] = get(path)
    return known


def fill(placement: adapter.Adapter) -> dict[str, Any]:
    """Write one of each kind of thing, and tell all that there is then."""

    def send(method: str, path: str, body: object = None) -> None:
        answer = placement.request(path, method, json=body, microversion=NEWEST)
        assert answer.status_code < 300, answer.text

    unique = uuid.uuid4().hex.upper()
    parent, child = str(uuid.uuid4()), str(uuid.uuid4())
    send("POST", "/resource_providers", {"name": f"parent-{unique}", "uuid": parent})
    send(
        "POST",
        "/resource_providers",
        {"name": f"child-{unique}", "uuid": child, "parent_provider_uuid": parent},
    )
    send("PUT", f"/traits/CUSTOM_{unique}")
    send("PUT", f"/resource_classes/CUSTOM_{unique}")
    guarded = f"/resource_providers/{child}"
    inventories = {"VCPU": {"total": 8}, f"CUSTOM_{unique}": {"total": 1}}
    for what, wanted, generation in (
        ("inventories", inventories, 0),
        ("traits", [f"CUSTOM_{unique}"], 1),
        ("aggregates", [str(uuid.uuid4())], 2),
    ):
        body = {what: wanted, "resource_provider_generation": generation}
        send("PUT", f"{guarded}/{what}", body)
    send(
        "PUT",
        f"/allocations/{uuid.uuid4()}",
        {
            "allocations": {child: {"resources": {"VCPU": 3}}},
            "project_id": "project",
            "user_id": "user",
            "consumer_generation": None,
            "consumer_type": "INSTANCE",
        },
    )
    return everything(placement)


@pytest.fixture
def stopped(mysql_keystone: Stack) -> Iterator[Callable[[str], None]]:
    """Stops a service of the default stack, which is whole again after the test."""

    def stop(service: str) -> None:
        mysql_keystone.compose("stop", service)

    yield stop
    mysql_keystone.up()


def token_of(client: adapter.Adapter) -> str:
    token = client.get_token()
    assert token
    return token


def get(stack: Stack, path: str, token: str) -> requests.Response:
    headers = {"X-Auth-Token": token, "OpenStack-API-Version": "placement 1.39"}
    return requests.get(stack.url + path, headers=headers, timeout=30)


def test_any_container_can_be_restarted_and_nothing_is_lost(mysql_keystone: Stack) -> None:
    """No other container is restarted with it, and a token from before is as good as it was."""
    placement = clients.keystoneauth(mysql_keystone)
    before, token = fill(placement), token_of(placement)
    for service in sorted(mysql_keystone.services - {"db-sync"}):
        mysql_keystone.compose("restart", service)
        mysql_keystone.up("--no-recreate")
        assert everything(placement) == before, service
        assert token_of(placement) == token
    # A token that no verdict is kept for is judged by the Keystone that was restarted.
    unseen = clients.keystoneauth(mysql_keystone)
    assert everything(unseen) == before


def test_down_keeps_data_and_tokens(mysql_keystone: Stack) -> None:
    placement = clients.keystoneauth(mysql_keystone)
    before, token = fill(placement), token_of(placement)
    mysql_keystone.down()
    assert mysql_keystone.states() == {}
    mysql_keystone.up()
    assert everything(placement) == before
    assert token_of(placement) == token


def lives(stack: Stack) -> bool:
    try:
        return requests.get(f"{stack.url}/livez", timeout=10).ok
    except requests.ConnectionError:
        return False


def test_down_with_v_drops_the_data(images: None) -> None:
    stack = Stack("sqlite-noauth", name="dropped")
    with stack.running():
        placement = clients.keystoneauth(stack)
        fresh = everything(placement)
        filled = fill(placement)
        stack.down()
        stack.up()
        assert everything(placement) == filled
        stack.down("--volumes")
        stack.wait_until_gone()
        stack.up()
        assert everything(placement) == fresh


def test_without_mysql_it_lives_but_is_not_ready_and_recovers_by_itself(
    mysql_keystone: Stack, stopped: Callable[[str], None]
) -> None:
    token = token_of(clients.keystoneauth(mysql_keystone))
    assert get(mysql_keystone, "/traits", token).status_code == 200
    stopped("mysql")
    assert get(mysql_keystone, "/livez", token).status_code == 200
    assert get(mysql_keystone, "/readyz", token).status_code == 503
    refused = get(mysql_keystone, "/traits", token)
    assert (refused.status_code, refused.json()["errors"][0]["status"]) == (503, 503)
    # Docker calls it healthy, because it was ready; one that starts now is not.
    placement = mysql_keystone.container("placement")
    assert passes_check(placement)
    mysql_keystone.compose("restart", "placement")
    end = time.monotonic() + 60
    while not lives(mysql_keystone):
        assert time.monotonic() < end, "not alive a minute after its restart"
        time.sleep(0.2)
    assert not passes_check(placement)
    mysql_keystone.compose("start", "mysql")
    end = time.monotonic() + 60
    while not passes_check(placement):
        assert time.monotonic() < end, "not ready a minute after MySQL was started"
        time.sleep(0.2)
    assert get(mysql_keystone, "/readyz", token).status_code == 200
    assert get(mysql_keystone, "/traits", token).status_code == 200


def test_without_keystone_tokens_that_were_seen_stay_good_and_others_have_to_wait(
    mysql_keystone: Stack, stopped: Callable[[str], None]
) -> None:
    """The verdicts are in memcached, where all processes find them."""
    seen, unseen = (token_of(clients.keystoneauth(mysql_keystone)) for _ in range(2))
    assert get(mysql_keystone, "/traits", seen).status_code == 200
    stopped("keystone-stub")
    assert {get(mysql_keystone, "/traits", seen).status_code for _ in range(8)} == {200}
    assert get(mysql_keystone, "/traits", unseen).status_code == 503
    mysql_keystone.compose("start", "keystone-stub")
    mysql_keystone.up("--no-recreate")
    assert get(mysql_keystone, "/traits", unseen).status_code == 200


def test_without_memcached_tokens_are_still_judged(
    mysql_keystone: Stack, stopped: Callable[[str], None]
) -> None:
    stopped("memcached")
    token = token_of(clients.keystoneauth(mysql_keystone))
    assert get(mysql_keystone, "/traits", token).status_code == 200
    assert get(mysql_keystone, "/traits", "no-token-of-ours").status_code == 401


def test_db_sync_waits_for_mysql_says_so_and_gives_up_in_one_line(images: None) -> None:
    """MySQL is never started; the patience is 2 tries of 4 seconds instead of 30 of 2."""
    stack = Stack(
        "mysql-noauth",
        name="no-mysql",
        settings={
            "OS_PLACEMENT_DATABASE__MAX_RETRIES": "2",
            "OS_PLACEMENT_DATABASE__RETRY_INTERVAL": "4",
        },
    )
    with stack.prepared():
        started = time.monotonic()
        done = stack.compose_to_its_end("run", "--rm", "--no-deps", "db-sync")
        took = time.monotonic() - started
    assert done.returncode == 1
    assert took < 30
    waiting = done.stdout.splitlines()
    assert waiting
    for line in waiting:
        assert line.startswith("db sync: waiting for mysql+pymysql://placement:***@mysql/placement")
        assert "at most" in line
    (failure,) = [line for line in done.stderr.splitlines() if line.startswith("placedock:")]
    assert "gave up after 8 s" in failure
    assert "OS_PLACEMENT_DATABASE__CONNECTION" in failure
    assert "insecure-mysql-password" not in done.stdout + done.stderr


def test_placement_is_not_started_when_db_sync_fails(images: None) -> None:
    """The password is not the one that MySQL knows, and the patience is 2 tries of 1 second."""
    stack = Stack(
        "mysql-noauth",
        name="wrong-password",
        settings={
            "OS_PLACEMENT_DATABASE__CONNECTION": "mysql+pymysql://placement:wrong@mysql/placement",
            "OS_PLACEMENT_DATABASE__CONNECTION_FILE": "",
            "OS_PLACEMENT_DATABASE__MAX_RETRIES": "2",
            "OS_PLACEMENT_DATABASE__RETRY_INTERVAL": "1",
        },
    )
    with stack.prepared():
        with pytest.raises(Failed, match=r"db-sync.*exit 1"):
            stack.up()
        said = stack.compose("logs", "--no-log-prefix", "db-sync")
        assert "Access denied for user" in said.splitlines()[-1]
        assert stack.states()["placement"] == "Created"
