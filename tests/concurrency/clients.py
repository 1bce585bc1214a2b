# SPDX-License-Identifier: Apache-2.0
"""One client, in a process of its own: it claims, releases, changes, reshapes, makes and deletes, in random order.

Each call goes to any of the servers. What a client read, it read from one, and may write to another.
"""

import multiprocessing
import random
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from typing import Any, NamedTuple

from conformance.servers import Server
from differential.calls import Answer, Call, Client, provider_path
from topology import uuid_of

from . import scene
from .scene import DISPUTED, GROWING, GROWS, LEFT, RIGHT, SEATS, STEADY

OWN = 3
"""Consumers of each client that nobody else writes."""

SHARED = ("shared1", "shared2")
"""Consumers that all clients write."""

CONFLICT = "placement.concurrent_update"
FULL = "placement.undefined_code"
IN_USE = "placement.inventory.inuse"

Held = dict[str, dict[str, int]]


class Done(NamedTuple):
    """A write, its answer, and whose it was. `allowed` are the statuses and codes that it may have.

    `guard` names what a generation guarded: only one write may succeed at each generation.
    """

    server: int
    call: Call
    answer: Answer
    allowed: tuple[int | tuple[int, str], ...]
    guard: tuple[str, int | None] | None = None

    @property
    def is_allowed(self) -> bool:
        status, code = self.answer.status, self.answer.code
        return status in self.allowed or (status, code) in self.allowed


class Diary(NamedTuple):
    """The calls of a client, and what its consumers hold according to the answers."""

    done: list[Done]
    held: dict[str, Held]


class Actor:
    """One client. Its dice are its number's, so that only the timing differs from run to run."""

    def __init__(self, number: int, servers: list[tuple[str, int]]) -> None:
        self.rng = random.Random(number)
        self.clients = [Client(Server(host, port, str)) for host, port in servers]
        self.own = [f"own{number}-{index}" for index in range(OWN)]
        self.seated = f"seated{number}"
        self.number = number
        self.diary = Diary([], {})
        self.made = 0

    def act(self, actions: int) -> Diary:
        chosen = self.rng.choices(list(ACTIONS), list(ACTIONS.values()), k=actions)
        for action in chosen:
            action(self)
        return self.diary

    def read(self, path: str) -> Answer:
        return self.rng.choice(self.clients).send(Call("GET", path))

    def write(
        self,
        call: Call,
        *allowed: int | tuple[int, str],
        guard: tuple[str, int | None] | None = None,
    ) -> Answer:
        server = self.rng.randrange(len(self.clients))
        answer = self.clients[server].send(call)
        self.diary.done.append(Done(server, call, answer, allowed, guard))
        return answer

    def generation(self, name: str) -> int | None:
        """A provider's, or None when there is none."""
        answer = self.read(provider_path(name))
        return answer.body["generation"] if answer.ok else None

    def consumer_generation(self, name: str) -> int | None:
        found: int | None = self.read(f"/allocations/{uuid_of(name)}").body.get(
            "consumer_generation"
        )
        return found

    def wants(self) -> Held:
        """A little of one or two providers that are always there."""
        offers = [(name, each) for name, totals in STEADY.items() for each in totals]
        chosen = self.rng.sample([*offers, (GROWING, GROWS)], self.rng.randint(1, 2))
        wanted: Held = {}
        for name, each in chosen:
            wanted.setdefault(name, {})[each] = self.rng.randint(1, 4)
        return wanted


def put(name: str, wanted: Held, generation: int | None) -> Call:
    return Call("PUT", f"/allocations/{uuid_of(name)}", body=scene.claim(wanted, generation))


def claim(actor: Actor) -> None:
    """A consumer of one's own at the generation it has: only lack of room may refuse it."""
    name, wanted = actor.rng.choice(actor.own), actor.wants()
    answer = actor.write(put(name, wanted, actor.consumer_generation(name)), 204, (409, FULL))
    if answer.ok:
        actor.diary.held[name] = wanted


def claim_several(actor: Actor) -> None:
    names = actor.own[:2]
    wanted = {name: actor.wants() for name in names}
    body = {
        uuid_of(name): scene.claim(each, actor.consumer_generation(name))
        for name, each in wanted.items()
    }
    if actor.write(Call("POST", "/allocations", body=body), 204, (409, FULL)).ok:
        actor.diary.held.update(wanted)


def release(actor: Actor) -> None:
    """By DELETE, or by a claim on nothing."""
    name = actor.rng.choice(actor.own)
    generation = actor.consumer_generation(name)
    if generation is None:
        actor.write(Call("DELETE", f"/allocations/{uuid_of(name)}"), 404)
    elif actor.rng.random() < 0.5:
        actor.write(Call("DELETE", f"/allocations/{uuid_of(name)}"), 204)
    else:
        actor.write(put(name, {}, generation), 204)
    actor.diary.held.pop(name, None)


def contend(actor: Actor) -> None:
    """A consumer that others write too, at the generation it had a moment ago."""
    name = actor.rng.choice(SHARED)
    generation = actor.consumer_generation(name)
    call = put(name, {"steady1": {"MEMORY_MB": actor.rng.randint(1, 8)}}, generation)
    actor.write(call, 204, (409, FULL), (409, CONFLICT), guard=(name, generation))


def adjust(actor: Actor) -> None:
    """Other fields of a steady inventory, at the generation it had a moment ago."""
    name = actor.rng.choice(list(STEADY))
    generation = actor.generation(name)
    assert generation is not None
    odds = {"min_unit": actor.rng.choice((1, 1, 2)), "max_unit": actor.rng.choice((3, 100))}
    inventories = {each: scene.steady(name, each, odds) for each in STEADY[name]}
    call = scene.stock(name, generation, inventories)
    actor.write(call, 200, (409, CONFLICT), guard=(name, generation))


def grow(actor: Actor) -> None:
    answer = actor.read(provider_path(GROWING, "inventories"))
    generation = answer.body["resource_provider_generation"]
    body = {
        "resource_provider_generation": generation,
        "total": answer.body["inventories"][GROWS]["total"] + 1,
    }
    call = Call("PUT", provider_path(GROWING, "inventories", GROWS), body=body)
    actor.write(call, 200, (409, CONFLICT), guard=(GROWING, generation))


def be_late(actor: Actor) -> None:
    """A generation that is over: always a conflict, and always told as one."""
    name = actor.rng.choice((*STEADY, GROWING))
    late = (actor.generation(name) or 0) - 1
    body = {"resource_provider_generation": late, "traits": ["HW_NUMA_ROOT"]}
    actor.write(Call("PUT", provider_path(name, "traits"), body=body), (409, CONFLICT))
    actor.write(scene.stock(name, late, {}), (409, CONFLICT))
    name = actor.rng.choice(actor.own)
    late = (actor.consumer_generation(name) or 0) + 7
    actor.write(put(name, actor.wants(), late), (409, CONFLICT))


def sit(actor: Actor) -> None:
    """Claim seats where they are now; they may be carried away, with or without those held already."""
    sides = [LEFT, RIGHT]
    here = [each for each in sides if SEATS in inventories(actor, each)] or sides
    name, wanted = actor.seated, {here[0]: {SEATS: actor.rng.randint(1, 3)}}
    if actor.rng.random() < 0.3:
        wanted = {}
    generation = actor.consumer_generation(name)
    answer = actor.write(put(name, wanted, generation), 204, (409, FULL), (409, CONFLICT))
    if answer.ok:
        actor.diary.held[name] = wanted


def inventories(actor: Actor, name: str) -> dict[str, Any]:
    found: dict[str, Any] = actor.read(provider_path(name, "inventories")).body["inventories"]
    return found


def reshape(actor: Actor) -> None:
    """Carry the seats to the other side, with all that is held of them."""
    source, target = actor.rng.sample((LEFT, RIGHT), 2)
    held = actor.read(provider_path(source, "allocations")).body
    generations = {
        source: held["resource_provider_generation"],
        target: actor.generation(target),
    }
    seats = inventories(actor, source)
    body = {
        "inventories": {
            uuid_of(name): {
                "resource_provider_generation": generations[name],
                "inventories": {SEATS: {"total": scene.ALL_SEATS}} if name == target else {},
            }
            for name in (source, target)
        },
        "allocations": {
            consumer: scene.claim({target: each["resources"]}, each["consumer_generation"])
            for consumer, each in held["allocations"].items()
        },
    }
    if SEATS in seats:
        # A client that sees no seats yet, or saw them before another carried them off, is late.
        call = Call("POST", "/reshaper", body=body)
        actor.write(call, 204, (409, CONFLICT), guard=(source, generations[source]))


def come_and_go(actor: Actor) -> None:
    """A provider of one's own: it cannot be deleted while somebody holds something of it."""
    actor.made += 1
    name, user = f"own{actor.number}-p{actor.made}", f"user{actor.number}-{actor.made}"
    actor.write(scene.create(name, below="steady1"), 200)
    actor.write(scene.stock(name, 0, {"VCPU": {"total": 2}}), 200, guard=(name, 0))
    actor.write(put(user, {name: {"VCPU": 2}}, None), 204)
    in_use = (409, "placement.resource_provider.inuse")
    actor.write(Call("DELETE", provider_path(name)), in_use)
    actor.write(Call("DELETE", provider_path(name, "inventories")), (409, IN_USE))
    actor.write(Call("DELETE", f"/allocations/{uuid_of(user)}"), 204)
    actor.write(Call("DELETE", provider_path(name)), 204)


def dispute(actor: Actor) -> None:
    """Make, stock, claim and delete what others make, stock, claim and delete."""
    user = f"disputer{actor.number}"
    way = actor.rng.random()
    if way < 0.3:
        actor.write(scene.create(DISPUTED), 200, (409, "placement.duplicate_name"))
        call = scene.stock(DISPUTED, actor.generation(DISPUTED) or 0, {"VCPU": {"total": 5}})
        actor.write(call, 200, 404, (409, CONFLICT))
    elif way < 0.6:
        call = put(user, {DISPUTED: {"VCPU": 1}}, actor.consumer_generation(user))
        actor.write(call, 204, 400, (409, FULL))
    elif way < 0.8:
        actor.write(Call("DELETE", f"/allocations/{uuid_of(user)}"), 204, 404)
    else:
        emptied = Call("DELETE", provider_path(DISPUTED, "inventories"))
        actor.write(emptied, 204, 404, (409, IN_USE), (409, CONFLICT))
        in_use = (409, "placement.resource_provider.inuse")
        actor.write(Call("DELETE", provider_path(DISPUTED)), 204, 404, in_use)


# The weight of each action among the others.
ACTIONS: dict[Callable[[Actor], None], int] = {
    claim: 24,
    claim_several: 8,
    release: 12,
    contend: 10,
    adjust: 8,
    grow: 4,
    be_late: 3,
    sit: 8,
    reshape: 6,
    come_and_go: 3,
    dispute: 10,
}


def _act(number: int, servers: list[tuple[str, int]], actions: int) -> Diary:
    return Actor(number, servers).act(actions)


def act(servers: list[Server], clients: int, actions: int) -> list[Diary]:
    """Let so many clients do so many things each, all at once."""
    reached = [(server.host, server.port) for server in servers]
    # Not forked from this process, whose other threads may hold locks at that moment.
    processes = multiprocessing.get_context("forkserver")
    processes.set_forkserver_preload([__name__])
    with ProcessPoolExecutor(clients, processes) as pool:
        started = [pool.submit(_act, number, reached, actions) for number in range(clients)]
        return [each.result() for each in started]
