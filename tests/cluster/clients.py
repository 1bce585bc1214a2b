# SPDX-License-Identifier: Apache-2.0
"""One client: it claims, moves, releases and reads, and changes an inventory of its own.

Each does what it wants until it is done, as the API's conventions say: after a conflict it reads again
and sends what it read; after a 5xx or no answer at all, it does not know what became of its request, so
it reads too. What it wants is a state, so whoever finds it there is done.
"""

import random
import time
from collections import Counter
from collections.abc import Callable
from typing import Any, NamedTuple, TypeVar

import urllib3
from conformance.servers import Server
from differential.calls import Answer, Call, Client, provider_path
from topology import uuid_of

PROVIDERS = ("host1", "host2", "host3")
VCPUS = 12
PAUSE = 0.1
LONG_ENOUGH = 60
"""Seconds in which everything must have been done, whatever died."""

CONFLICT = "placement.concurrent_update"
FULL = "placement.undefined_code"

T = TypeVar("T")
Held = dict[str, dict[str, int]]


class State(NamedTuple):
    """The allocations of a consumer by provider uuid, and its generation; None when it holds nothing."""

    held: Held
    generation: int | None


NOTHING = State({}, None)


class Wrong(AssertionError):
    """The service did what it must not."""


class Actor:
    """One client. `states` is what its consumers are in, by all that it was told.

    For `stale` seconds it forgives an answer that tells how things were.
    """

    def __init__(self, number: int, server: Server) -> None:
        self.rng = random.Random(number)
        self.client = Client(server)
        self.host = PROVIDERS[number % len(PROVIDERS)]
        self.names = [f"client{number}-{index}" for index in range(3)]
        self.moving = f"client{number}-moving"
        self.states = dict.fromkeys((*self.names, self.moving), NOTHING)
        self.answers: Counter[str] = Counter()
        self.done: list[float] = []
        self.longest = 0.0
        self.serial = 0
        self.stale = 0.0
        self.seen: Counter[str] = Counter()

    def act(self) -> None:
        action = self.rng.choices(list(ACTIONS), list(ACTIONS.values()))[0]
        began = time.monotonic()
        action(self)
        self.longest = max(self.longest, time.monotonic() - began)

    def send(self, call: Call) -> Answer | None:
        """The answer, or None when there was none, or none that tells what became of the request."""
        try:
            answer = self.client.send(call)
        except urllib3.exceptions.HTTPError as error:
            self.answers[f"{call.method} {type(error).__name__}"] += 1
            return None
        code = answer.code if answer.status == 409 else ""
        self.answers[f"{call.method} {answer.status} {code}".strip()] += 1
        if answer.status in (500, 501) or (answer.status >= 400 and answer.status < 404):
            raise Wrong(f"{call}\nanswered {answer}")
        return None if answer.status >= 500 else answer

    def persist(self, attempt: Callable[[], bool]) -> None:
        """Attempt until it succeeds."""
        end = time.monotonic() + LONG_ENOUGH
        while not attempt():
            if time.monotonic() > end:
                raise Wrong(f"not done within {LONG_ENOUGH} s: {dict(self.answers)}")
            time.sleep(self.rng.uniform(0, 2 * PAUSE))
        self.done.append(time.monotonic())

    def get(self, path: str, **query: str) -> Any:
        """The body, however often it has to be asked for."""
        found: list[Any] = []

        def attempt() -> bool:
            answer = self.send(Call("GET", path, query=tuple(query.items())))
            if answer is not None and not answer.ok:
                raise Wrong(f"GET {path} answered {answer}")
            found[:] = [answer.body] if answer else []
            return bool(found)

        self.persist(attempt)
        return found[0]

    def fresh(self, look: Callable[[], T], fits: Callable[[T], bool]) -> T:
        """The first answer, or, where reads may be stale, the first one that fits."""
        end = time.monotonic() + self.stale
        while not fits(found := look()) and time.monotonic() < end:
            time.sleep(PAUSE)
        return found

    def look(self, name: str) -> State:
        body = self.get(f"/allocations/{uuid_of(name)}")
        held = {uuid: each["resources"] for uuid, each in body["allocations"].items()}
        return State(held, body.get("consumer_generation"))

    def write(self, wanted: dict[str, Held], call: Callable[[dict[str, State]], Call]) -> bool:
        """Bring these consumers of ours, whom nobody else writes, into the wanted states by one call.

        Whether it could be done: a claim on what is not free cannot.
        """
        before = {name: self.states[name] for name in wanted}
        after = {name: _next(before[name], held) for name, held in wanted.items()}
        refused = False
        unsure = False

        def attempt() -> bool:
            nonlocal refused, unsure
            if unsure:
                found = self.fresh(
                    lambda: {name: self.look(name) for name in wanted},
                    lambda found: found in (before, after),
                )
                if found == after:
                    return True
                if found != before:
                    raise Wrong(f"from {before} to {after} leads not by {found}")
            answer = self.send(call(before))
            if answer is None or (answer.status, answer.code) == (409, CONFLICT):
                unsure = True
                return False
            refused = (answer.status, answer.code) == (409, FULL)
            # What is gone by now was deleted by the request before, which the next look shows.
            if not (answer.ok or refused or (unsure and answer.status == 404)):
                raise Wrong(f"{call(before)}\nanswered {answer}")
            return answer.ok or refused

        self.persist(attempt)
        if not refused:
            self.states.update(after)
        return not refused


def _next(before: State, held: Held) -> State:
    return State(held, (before.generation or 0) + 1) if held else NOTHING


def _body(held: Held, generation: int | None) -> dict[str, Any]:
    return {
        "allocations": {uuid: {"resources": each} for uuid, each in held.items()},
        "project_id": "project",
        "user_id": "user",
        "consumer_generation": generation,
        "consumer_type": "INSTANCE",
    }


def _place(actor: Actor, provider: str) -> Held:
    return {uuid_of(provider): {"VCPU": actor.rng.randint(1, 3)}}


def _put(name: str, held: Held) -> Callable[[dict[str, State]], Call]:
    path = f"/allocations/{uuid_of(name)}"
    return lambda now: Call("PUT", path, body=_body(held, now[name].generation))


def claim(actor: Actor) -> None:
    name = actor.rng.choice(actor.names)
    held = _place(actor, actor.rng.choice(PROVIDERS))
    actor.write({name: held}, _put(name, held))


def release(actor: Actor) -> None:
    """By DELETE, or by a claim on nothing."""
    name = actor.rng.choice(actor.names)
    if not actor.states[name].held:
        return
    delete = Call("DELETE", f"/allocations/{uuid_of(name)}")
    how = _put(name, {}) if actor.rng.random() < 0.5 else lambda now: delete
    actor.write({name: {}}, how)


def move(actor: Actor) -> None:
    """As a migration does: what is held goes to another consumer while the first claims elsewhere."""
    name = actor.rng.choice(actor.names)
    source = actor.states[name].held
    if not source:
        return
    elsewhere = [each for each in PROVIDERS if uuid_of(each) not in source]
    target = {uuid_of(actor.rng.choice(elsewhere)): next(iter(source.values()))}
    wanted = {name: target, actor.moving: source}

    def post(now: dict[str, State]) -> Call:
        body = {uuid_of(each): _body(held, now[each].generation) for each, held in wanted.items()}
        return Call("POST", "/allocations", body=body)

    if actor.write(wanted, post):
        actor.write({actor.moving: {}}, _put(actor.moving, {}))


def change_inventory(actor: Actor) -> None:
    """Our host's memory, which nobody claims, counts how often we changed it."""
    path = provider_path(actor.host, "inventories", memory(actor))
    wanted = actor.serial + 1

    def attempt() -> bool:
        found = actor.fresh(
            lambda: actor.get(path), lambda found: found["total"] in (actor.serial, wanted)
        )
        if found["total"] == wanted:
            return True
        if found["total"] != actor.serial:
            raise Wrong(f"{path} is {found}, and we are the only one who writes it: {wanted}")
        generation = found["resource_provider_generation"]
        body = {"resource_provider_generation": generation, "total": wanted}
        answer = actor.send(Call("PUT", path, body=body))
        if answer is not None and not answer.ok and answer.code != CONFLICT:
            raise Wrong(f"{path} answered {answer}")
        return answer is not None and answer.ok

    actor.persist(attempt)
    actor.serial = wanted


def memory(actor: Actor) -> str:
    """The class of inventory that only this client writes."""
    return "CUSTOM_" + actor.moving.replace("-", "_").upper()


def read(actor: Actor) -> None:
    """Check that usages fit into inventories and that generations never go back."""
    host = actor.rng.choice(PROVIDERS)
    usages = actor.fresh(
        lambda: actor.get(provider_path(host, "usages")),
        lambda found: found["resource_provider_generation"] >= actor.seen[host],
    )
    if usages["usages"].get("VCPU", 0) > VCPUS:
        raise Wrong(f"{host}: {usages}")
    generation = usages["resource_provider_generation"]
    if generation < actor.seen[host]:
        raise Wrong(f"{host} went from generation {actor.seen[host]} back to {generation}")
    actor.seen[host] = generation
    actor.get("/allocation_candidates", resources="VCPU:1", limit="5")


def look_at_own(actor: Actor) -> None:
    name = actor.rng.choice(actor.names)
    found = actor.fresh(lambda: actor.look(name), lambda found: found == actor.states[name])
    if found != actor.states[name]:
        raise Wrong(f"{name} was told that it is {actor.states[name]}, and is {found}")


# The weight of each action among the others.
ACTIONS: dict[Callable[[Actor], None], int] = {
    claim: 8,
    release: 5,
    move: 3,
    change_inventory: 2,
    read: 3,
    look_at_own: 2,
}
