# SPDX-License-Identifier: Apache-2.0
"""However many write at once, through however many processes: one comes first, and nothing breaks."""

from conformance.servers import Server
from differential.calls import Answer, Call, Client
from topology import uuid_of

from .crowd import CLIENTS, at_once, unleash

ROUNDS = 8
CHANGED = "placement.concurrent_update"


def test_nothing_is_lost_and_nothing_overcommitted(processes: list[Server], url: str) -> None:
    watch = unleash(processes, url)
    for done in (
        ("PUT /allocations", 204),
        ("POST /allocations", 204),
        ("DELETE /allocations", 204),
        ("POST /reshaper", 204),
        ("PUT /resource_providers/inventories", 200),
        ("DELETE /resource_providers", 204),
    ):
        assert any(done == (kind, status) for kind, status, _ in watch.answers), done


def test_nothing_is_lost_while_inventories_shrink_below_their_use(
    processes: list[Server], url: str
) -> None:
    unleash(processes, url, shrinks=True)


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
