# SPDX-License-Identifier: Apache-2.0
"""Two processes of placedock keep inventories and traits that they have read, while both and upstream change them.

After each change both processes must answer as upstream does, which reads everything anew. STEPS says how many changes a run
makes: 10,000 take a quarter of an hour.
"""

import os
import random
from collections.abc import Callable

from concurrency.fleet import fleet
from conformance import databases
from conformance.servers import Server
from differential.calls import (
    NOTHING,
    Call,
    Client,
    ConsumerGeneration,
    Generation,
    provider_path,
    resolved,
)
from differential.comparison import findings
from topology import uuid_of

STEPS = int(os.environ.get("STEPS", "150"))
SEED = 2026

TREES = {"cn0": ("numa0", "numa1"), "cn1": ("gpu1",), "cn2": ()}
LASTING = [name for root, children in TREES.items() for name in (root, *children)]
SPARE = "spare"
"""A root provider that is deleted and made again, with the same uuid."""

CLASSES = ("VCPU", "DISK_GB", "CUSTOM_GOLD")
TRAITS = ("HW_CPU_X86_AVX", "CUSTOM_FAST", "STORAGE_DISK_SSD")
AGGREGATES = tuple(map(uuid_of, ("rack", "zone")))
CONSUMERS = ("first", "second", "third")

QUESTIONS = (
    {"resources": "VCPU:2,DISK_GB:2"},
    {"resources": "VCPU:1", "required": "CUSTOM_FAST"},
    {"resources": "CUSTOM_GOLD:1", "required": "!STORAGE_DISK_SSD"},
    {"resources": "DISK_GB:3", "member_of": AGGREGATES[0]},
    {
        "resources": "DISK_GB:1",
        "resources_A": "VCPU:1",
        "required_A": "HW_CPU_X86_AVX",
        "group_policy": "isolate",
    },
)


def changes(rng: random.Random) -> Call:
    """One change of something that a search reads."""
    name = rng.choice([*LASTING, SPARE])
    kind = rng.choice(("inventories", "inventories", "traits", "aggregates", "claim", "release"))
    if name == SPARE and rng.random() < 0.3:
        return rng.choice((Call("DELETE", provider_path(SPARE)), made(SPARE, None)))
    if kind == "inventories":
        held = rng.sample(CLASSES, rng.randrange(len(CLASSES) + 1))
        stock = {each: {"total": rng.randint(1, 8), "reserved": rng.randint(0, 1)} for each in held}
        body = {"resource_provider_generation": Generation(name), "inventories": stock}
        return Call("PUT", provider_path(name, "inventories"), body=body)
    if kind == "traits":
        held = rng.sample(TRAITS, rng.randrange(len(TRAITS) + 1))
        body = {"resource_provider_generation": Generation(name), "traits": held}
        return Call("PUT", provider_path(name, "traits"), body=body)
    if kind == "aggregates":
        held = rng.sample(AGGREGATES, rng.randrange(len(AGGREGATES) + 1))
        if rng.random() < 0.5:
            # Before 1.19 the generation does not count up.
            return Call("PUT", provider_path(name, "aggregates"), minor=18, body=held)
        body = {"resource_provider_generation": Generation(name), "aggregates": held}
        return Call("PUT", provider_path(name, "aggregates"), body=body)
    consumer = rng.choice(CONSUMERS)
    if kind == "release":
        return Call("DELETE", f"/allocations/{uuid_of(consumer)}")
    taken = {rng.choice(CLASSES): rng.randint(1, 3)}
    return Call(
        "PUT",
        f"/allocations/{uuid_of(consumer)}",
        body={
            "allocations": {uuid_of(name): {"resources": taken}},
            "project_id": "project",
            "user_id": "user",
            "consumer_generation": ConsumerGeneration(consumer),
            "consumer_type": "INSTANCE",
        },
    )


def made(name: str, parent: str | None) -> Call:
    body = {"uuid": uuid_of(name), "name": name}
    return Call(
        "POST",
        "/resource_providers",
        body=body if parent is None else body | {"parent_provider_uuid": uuid_of(parent)},
    )


def set_up(server: Server) -> None:
    client = Client(server)
    names = [(f"/resource_classes/{CLASSES[-1]}"), f"/traits/{TRAITS[1]}"]
    calls = [Call("PUT", path, body=NOTHING) for path in names]
    for root, children in TREES.items():
        calls += [made(root, None), *(made(child, root) for child in children)]
    for call in [*calls, made(SPARE, None)]:
        answer = client.send(call)
        assert answer.ok, f"{call}\nanswered {answer}"


def test_no_answer_is_stale(record_property: Callable[[str, object], None]) -> None:
    rng = random.Random(SEED)
    done = {True: 0, False: 0}
    with databases.mysql() as database, database() as url, fleet(url, 2, 1) as both:
        set_up(both.servers[0])
        writers = [Client(server) for server in both.servers]
        ours, theirs = [Client(server) for server in both.ours], Client(both.theirs[0])
        candidates = 0
        for step in range(STEPS):
            writer = rng.choice(writers)
            change = resolved(changes(rng), writer.send)
            answer = writer.send(change)
            assert answer.status < 500, f"{change}\nanswered {answer}"
            done[answer.ok] += 1
            question = Call(
                "GET", "/allocation_candidates", query=tuple(rng.choice(QUESTIONS).items())
            )
            expected = theirs.send(question)
            candidates += len(expected.body["allocation_requests"])
            for number, one in enumerate(ours):
                found = findings(question, one.send(question), expected)
                assert not found, (
                    f"step {step}, after {change} by server {both.servers.index(writer.server)}, process {number} answers "
                    f"{question}\n{found}"
                )
    assert done[True] > STEPS / 2
    assert candidates > STEPS / 2
    record_property("changes made between answers", done[True])
