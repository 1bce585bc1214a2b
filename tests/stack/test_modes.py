# SPDX-License-Identifier: Apache-2.0
"""Each mode of the stack, and the same lesson in it with each client."""

import uuid

import pytest
import requests

from .compose import Stack
from .lesson import CLIENTS, Client, Refused

SHARES = "MISC_SHARES_VIA_AGGREGATE"


def test_up_ends_with_every_service_of_the_mode_healthy_and_no_other_there(stack: Stack) -> None:
    states = stack.states()
    assert set(states) == stack.services
    ended = {service for service, state in states.items() if state.startswith("Exited (0)")}
    assert ended == stack.services & {"db-sync", "keystone-database"}
    healthy = {service for service, state in states.items() if state.endswith("(healthy)")}
    # memcached answers as soon as it runs, and has no check of its own.
    assert healthy == stack.services - ended - {"memcached"}


def test_liveness_and_readiness_need_no_token(stack: Stack) -> None:
    for path, state in ("/livez", "live"), ("/readyz", "ready"):
        answer = requests.get(stack.url + path)
        assert (answer.status_code, answer.json()) == (200, {"status": state})


def test_the_root_tells_its_versions_without_a_token(stack: Stack) -> None:
    answer = requests.get(stack.url)
    assert answer.status_code == 200
    assert answer.json()["versions"][0]["max_version"] == "1.39"


def test_ports_are_published_to_this_machine_only(stack: Stack) -> None:
    published = stack.compose("ps", "--format", "{{.Ports}}")
    assert f"127.0.0.1:{stack.variables['PLACEMENT_PORT']}->8778/tcp" in published
    assert "0.0.0.0" not in published
    assert "[::]" not in published


@pytest.mark.parametrize("kind", CLIENTS, ids=lambda kind: kind.__name__)
def test_a_client_builds_trees_and_claims_from_them(stack: Stack, kind: type[Client]) -> None:
    """Two hosts share a disk::

        host-a   ─ numa-a   VCPU 8     (lesson's trait)
        host-b   ─ numa-b   VCPU 8     (lesson's trait)
        storage             DISK_GB 100 (shares by the aggregate that both hosts are in)

    Two consumers want 8 VCPU and 10 GB each, so each host serves one of them and there is none for a third.
    """
    client = kind(stack)
    lesson = uuid.uuid4().hex[:8]
    trait, aggregate = f"CUSTOM_LESSON_{lesson.upper()}", str(uuid.uuid4())
    wanted = {"VCPU": 8, "DISK_GB": 10}

    numas = []
    for letter in "ab":
        host = client.create(f"host-{letter}-{lesson}")
        numas.append(client.create(f"numa-{letter}-{lesson}", parent=host))
        client.set_inventory(numas[-1], {"VCPU": 8})
        client.set_traits(numas[-1], [trait])
        client.set_aggregate(host, aggregate)
    storage = client.create(f"storage-{lesson}")
    client.set_inventory(storage, {"DISK_GB": 100})
    client.set_traits(storage, [SHARES])
    client.set_aggregate(storage, aggregate)

    def offered() -> list[str]:
        """The NUMA nodes that candidates take their VCPUs from, while all take the disk from the storage."""
        found = client.candidates(wanted, trait)
        assert all(candidate[storage] == {"DISK_GB": 10} for candidate in found)
        vcpus = [set(candidate) - {storage} for candidate in found]
        return sorted(numa for (numa,) in vcpus)

    assert offered() == sorted(numas)
    first, second, third = (str(uuid.uuid4()) for _ in range(3))
    on_a = {numas[0]: {"VCPU": 8}, storage: {"DISK_GB": 10}}
    client.claim(first, on_a)
    assert client.held(first) == on_a
    assert offered() == [numas[1]]

    with pytest.raises(Refused) as refusal:
        client.claim(second, on_a)
    assert refusal.value.status == 409
    assert "capacity" in refusal.value.text
    assert client.held(second) == {}

    client.claim(second, {numas[1]: {"VCPU": 8}, storage: {"DISK_GB": 10}})
    assert offered() == []
    client.release(first)
    assert offered() == [numas[0]]
    client.claim(third, on_a)
    client.release(second)
    client.release(third)
    assert offered() == sorted(numas)
