# SPDX-License-Identifier: Apache-2.0
"""The images run unchanged under what the manifests allow their pods, and become ready in whatever order they start."""

import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
import requests
from stack.compose import run

from . import manifests
from .cluster import Cluster, Running, cluster
from .crowd import Crowd

LATEST = {"OpenStack-API-Version": "placement 1.39"}
PASSWORD = "insecure-admin-password"


@pytest.fixture(scope="module")
def demo(images: None) -> Iterator[Cluster]:
    with cluster(manifests.overlay("demo")) as made:
        yield made


@pytest.fixture(scope="module")
def started(demo: Cluster) -> dict[str, Running]:
    """Everything but db-sync at once, and two replicas: nobody waits for anybody in Kubernetes."""
    names = ("placement", "memcached", "keystone-stub", "mysql")
    pods = {name: demo.start(name) for name in names}
    return pods | {"second": demo.start("placement")}


@pytest.fixture(scope="module")
def ready(demo: Cluster, started: dict[str, Running]) -> dict[str, Running]:
    db_sync = demo.start("db-sync")
    for pod in started.values():
        if "startupProbe" in pod.pod.probes:
            pod.wait("startupProbe")
        pod.wait("readinessProbe")
    return started | {"db-sync": db_sync}


def token(keystone: Running) -> str:
    domain = {"id": "default"}
    user = {"name": "admin", "domain": domain, "password": PASSWORD}
    identity: dict[str, Any] = {"methods": ["password"], "password": {"user": user}}
    scope = {"project": {"name": "admin", "domain": domain}}
    wanted = {"auth": {"identity": identity, "scope": scope}}
    answer = requests.post(f"{keystone.url}/v3/auth/tokens", json=wanted, timeout=20)
    assert answer.status_code == 201, answer.text
    return answer.headers["X-Subject-Token"]


def test_replicas_live_and_wait_for_a_database_and_its_tables(started: dict[str, Running]) -> None:
    pods = [started["placement"], started["second"]]
    for pod in pods:
        pod.wait("livenessProbe")
    started["mysql"].wait("startupProbe")
    for pod in pods:
        assert pod.asked(pod.pod.probes["livenessProbe"])
        # Without the success of this probe a pod is never ready. MySQL may greet late on a busy machine, and Docker may write
        # the line late.
        end = time.monotonic() + pod.patience
        while "the database has no tables" not in pod.log():
            assert not pod.asked(pod.pod.probes["startupProbe"])
            assert time.monotonic() < end, pod.log()
        assert not pod.asked(pod.pod.probes["startupProbe"])
        assert pod.state == {"status": "running", "code": 0, "killed": False}


def test_they_become_ready_when_db_sync_has_ended(ready: dict[str, Running]) -> None:
    assert ready["db-sync"].ends() == 0
    assert "from an empty database" in ready["db-sync"].log()
    for pod in ready.values():
        if pod.pod.kind != "Job":
            assert pod.asked(pod.pod.probes["livenessProbe"])


def test_db_sync_may_run_again(demo: Cluster, ready: dict[str, Running]) -> None:
    """As it does when an overlay is applied again after its Job has been cleared away."""
    assert demo.start("db-sync").ends() == 0


def test_each_replica_serves_a_claim_to_a_caller_with_a_token(ready: dict[str, Running]) -> None:
    headers = {**LATEST, "X-Auth-Token": token(ready["keystone-stub"])}
    one, two = ready["placement"].url, ready["second"].url
    assert requests.get(f"{one}/traits", headers=LATEST, timeout=20).status_code == 401
    made = requests.post(
        f"{one}/resource_providers", json={"name": "pod"}, headers=headers, timeout=20
    ).json()
    inventories: dict[str, Any] = {
        "resource_provider_generation": 0,
        "inventories": {"VCPU": {"total": 4}},
    }
    at = f"/resource_providers/{made['uuid']}/inventories"
    done = requests.put(f"{two}{at}", json=inventories, headers=headers, timeout=20)
    assert done.status_code == 200, done.text
    found = requests.get(
        f"{one}/allocation_candidates?resources=VCPU:4", headers=headers, timeout=20
    )
    assert list(found.json()["provider_summaries"]) == [made["uuid"]]


def test_the_catalog_leads_callers_to_the_service(ready: dict[str, Running]) -> None:
    """The cluster's own variables would otherwise lead them to tcp://…."""
    keystone = ready["keystone-stub"]
    headers = {"X-Auth-Token": token(keystone)}
    listed = requests.get(f"{keystone.url}/v3/endpoints", headers=headers, timeout=20).json()
    assert f"http://{keystone.address}:8778" in {each["url"] for each in listed["endpoints"]}


def test_nobody_has_a_right_or_was_killed_for_memory(ready: dict[str, Running]) -> None:
    for name, pod in ready.items():
        assert not pod.state["killed"], name
        if pod.pod.kind == "Job":
            continue
        told = run(
            "docker", "exec", pod.id, "sh", "-c", "grep -hE '^(Uid|CapEff|CapBnd):' /proc/1/status"
        )
        facts = dict(line.split(":", 1) for line in told.splitlines())
        user = str(pod.pod.spec["securityContext"]["runAsUser"])
        assert set(facts["Uid"].split()) == {user}
        assert int(facts["CapEff"], 16) == int(facts["CapBnd"], 16) == 0


def test_load_is_made_with_a_token_of_keystone_s(ready: dict[str, Running]) -> None:
    environ = {"OS_AUTH_URL": f"{ready['keystone-stub'].url}/v3", "OS_PASSWORD": PASSWORD}
    words = ("--url", ready["second"].url, "--seconds=2", "--clients=4", "--providers=2")
    # Two providers for four clients: claims meet each other, and those that lose are sent again.
    told = run("env", *(f"{key}={environ[key]}" for key in environ), "scripts/load", *words)
    assert told.endswith(" 0 lost")


def test_clients_are_told_to_try_again_while_the_database_is_away(
    ready: dict[str, Running],
) -> None:
    """The replicas stay ready, so a Service leads clients to their answer, and serve again without a restart."""
    headers = {**LATEST, "X-Auth-Token": token(ready["keystone-stub"])}
    replicas = [ready["placement"], ready["second"]]

    def statuses() -> list[int]:
        urls = [f"{pod.url}/traits" for pod in replicas]
        return [requests.get(url, headers=headers, timeout=60).status_code for url in urls]

    assert statuses() == [200, 200]
    run("docker", "kill", ready["mysql"].id)
    try:
        assert statuses() == [503, 503]
        for pod in replicas:
            assert pod.asked(pod.pod.probes["readinessProbe"])
            assert pod.asked(pod.pod.probes["livenessProbe"])
            assert requests.get(f"{pod.url}/readyz", timeout=20).status_code == 503
    finally:
        run("docker", "start", ready["mysql"].id)
    ready["mysql"].wait("startupProbe")
    assert statuses() == [200, 200]


def test_a_container_that_died_while_draining_serves_again_with_what_its_pod_kept(
    ready: dict[str, Running],
) -> None:
    """Apache's pid file and sockets are still there, and so is the word that it is draining."""
    pod = ready["second"]
    run("docker", "exec", pod.id, "touch", "/run/placement/draining")
    assert requests.get(pod.url, timeout=20).headers.get("Connection") == "close"
    pod.restart()
    pod.wait("readinessProbe")
    assert requests.get(pod.url, timeout=20).headers.get("Connection") != "close"


def test_no_request_is_lost_when_a_replica_goes_under_load(ready: dict[str, Running]) -> None:
    """16 clients that keep their connections; the cluster takes a second to tell them of one less."""
    headers = {**LATEST, "X-Auth-Token": token(ready["keystone-stub"])}
    leaving, staying = ready["placement"], ready["second"]
    # When many clients bring a new token to a new process, it may tell some of them to try again.
    for pod in leaving, staying:
        assert requests.get(f"{pod.url}/traits", headers=headers, timeout=60).status_code == 200
    with Crowd([leaving, staying], "/traits?name=startswith:CUSTOM", headers) as crowd:
        crowd.until(200)
        threading.Timer(1, crowd.forget, [leaving]).start()
        took = leaving.terminate()
        before = crowd.answered
        crowd.until(before + 100)
    assert crowd.lost == []
    assert crowd.statuses == {200}
    assert leaving.state["code"] == 0
    assert took < leaving.pod.spec["terminationGracePeriodSeconds"]
