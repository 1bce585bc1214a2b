# SPDX-License-Identifier: Apache-2.0
"""Clients ask for the same thing at the same moment, through different processes, and exactly one of them gets it."""

import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest
from conformance import databases
from conformance.servers import Server
from differential.calls import Answer, Call, Client
from topology import uuid_of

from .fleet import fleet

CLIENTS = 8
PROCESSES = 3
ROUNDS = 8
CHANGED = "placement.concurrent_update"


@pytest.fixture(scope="module", params=("sqlite", "mysql", "mariadb"))
def processes(request: pytest.FixtureRequest) -> Iterator[list[Server]]:
    """They serve one database, which all tests here share: each makes providers of its own."""
    with (
        getattr(databases, request.param)() as database,
        database() as url,
        fleet(url, PROCESSES) as placedock,
    ):
        yield placedock.ours


def test_exactly_one_of_many_gets_the_last_unit(processes: list[Server]) -> None:
    for turn in range(ROUNDS):
        provider = _provider(processes[0], f"last{turn}")
        answers = at_once(processes, [_claim(f"{turn} {n}", provider) for n in range(CLIENTS)])
        assert sorted(one.status for one in answers) == [204] + [409] * (CLIENTS - 1)
        usages = Client(processes[-1]).get(f"/resource_providers/{provider}/usages")["usages"]
        assert usages == {"VCPU": 1}


def test_exactly_one_of_many_who_know_one_generation_changes_the_provider(
    processes: list[Server],
) -> None:
    for turn in range(ROUNDS):
        provider = _provider(processes[0], f"known{turn}")
        path = f"/resource_providers/{provider}/inventories"
        bodies = [_inventories(generation=1, total=2 + n) for n in range(CLIENTS)]
        answers = at_once(processes, [Call("PUT", path, body=body) for body in bodies])
        _one_wins(answers, 200)
        (won,) = (one.body for one in answers if one.ok)
        assert Client(processes[-1]).get(path) == won


def test_exactly_one_of_many_makes_a_consumer(processes: list[Server]) -> None:
    for turn in range(ROUNDS):
        provider = _provider(processes[0], f"wide{turn}", total=CLIENTS)
        _one_wins(at_once(processes, [_claim(f"same {turn}", provider)] * CLIENTS), 204)
        usages = Client(processes[-1]).get(f"/resource_providers/{provider}/usages")["usages"]
        assert usages == {"VCPU": 1}


def test_exactly_one_of_many_makes_a_provider(processes: list[Server]) -> None:
    for turn in range(ROUNDS):
        body = {"name": f"made{turn}"}
        made = at_once(processes, [Call("POST", "/resource_providers", body=body)] * CLIENTS)
        assert sorted(one.status for one in made) == [200] + [409] * (CLIENTS - 1)


def test_all_of_many_who_name_a_new_trait_and_class_find_them_made(
    processes: list[Server],
) -> None:
    for turn in range(ROUNDS):
        for path in (f"/traits/CUSTOM_{turn}", f"/resource_classes/CUSTOM_{turn}"):
            made = at_once(processes, [Call("PUT", path)] * CLIENTS)
            assert sorted(one.status for one in made) == [201] + [204] * (CLIENTS - 1)


def at_once(servers: Sequence[Server], calls: Sequence[Call]) -> list[Answer]:
    """The answers to calls that are sent at the same moment, spread over the servers."""
    start = threading.Barrier(len(calls))
    clients = [Client(servers[number % len(servers)]) for number in range(len(calls))]

    def send(client: Client, call: Call) -> Answer:
        start.wait()
        return client.send(call)

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(send, clients, calls))


def _one_wins(answers: list[Answer], status: int) -> None:
    assert [one.status for one in answers if one.ok] == [status]
    refused = [(one.status, one.code) for one in answers if not one.ok]
    assert refused == [(409, CHANGED)] * (len(answers) - 1)


def _provider(server: Server, name: str, total: int = 1) -> str:
    client, uuid = Client(server), uuid_of(name)
    made = client.send(Call("POST", "/resource_providers", body={"name": name, "uuid": uuid}))
    assert made.ok, made
    path = f"/resource_providers/{uuid}/inventories"
    stocked = client.send(Call("PUT", path, body=_inventories(generation=0, total=total)))
    assert stocked.ok, stocked
    return uuid


def _inventories(generation: int, total: int) -> dict[str, object]:
    inventory = {
        "total": total,
        "reserved": 0,
        "min_unit": 1,
        "max_unit": total,
        "step_size": 1,
        "allocation_ratio": 1.0,
    }
    return {"resource_provider_generation": generation, "inventories": {"VCPU": inventory}}


def _claim(consumer: str, provider: str) -> Call:
    body = {
        "allocations": {provider: {"resources": {"VCPU": 1}}},
        "project_id": uuid_of("project"),
        "user_id": uuid_of("user"),
        "consumer_generation": None,
        "consumer_type": "INSTANCE",
    }
    return Call("PUT", f"/allocations/{uuid_of(consumer)}", body=body)
