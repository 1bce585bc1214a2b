# SPDX-License-Identifier: Apache-2.0
"""One seed: makes a topology at both servers, then writes and queries at random, then looks at everything."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import TypeVar

from topology import uuid_of

from . import writes
from .calls import Call, provider_path
from .candidate_queries import candidates
from .claims import CLAIMS
from .pair import Pair
from .queries import QUERIES
from .spoiling import spoiled
from .world import CUSTOM_CLASSES, CUSTOM_TRAITS, PROJECTS, World
from .writes import WRITES, Write

T = TypeVar("T")

BELOW = ("inventories", "usages", "aggregates", "traits", "allocations")


class Session:
    """Calls drawn from a seed. `history` has them, as they were drawn, since there was nothing."""

    def __init__(self, pair: Pair, seed: int) -> None:
        self.pair = pair
        self.world = World(seed)
        pair.names = self.world.names
        self.history: list[Call] = []

    def run(self, calls: int) -> None:
        """Send at least so many calls."""
        end = self.pair.sent + calls
        while self.pair.sent < end:
            self._begin()
            while self.pair.sent < end and not self.pair.parted:
                self._step()
        if not self.pair.parted:
            for call in every_get(self.world):
                self._send(call)

    def _begin(self) -> None:
        self.pair.wipe()
        self.world.forget()
        self.history.clear()
        for write in first_writes(self.world):
            self._write(write)

    def _step(self) -> None:
        world = self.world
        way = world.rng.random()
        if way < 0.4:
            write = any_write(world)
            if world.chance(0.12):
                # What a spoiled write does, if anything, the world need not know.
                write = Write(spoiled(world, write.call))
            self._write(write)
        else:
            call = any_query(world)
            self._send(spoiled(world, call) if world.chance(0.1) else call)

    def _write(self, write: Write) -> None:
        if self._send(write.call):
            write.succeeded()

    def _send(self, call: Call) -> bool:
        self.history.append(call)
        return self.pair.send(call).ours.ok


def first_writes(world: World) -> Iterator[Write]:
    """The writes that make a topology, at a version that knows everything."""
    for name in CUSTOM_TRAITS:
        yield Write(Call("PUT", f"/traits/{name}"), partial(world.traits.add, name))
    for name in CUSTOM_CLASSES:
        call = Call("PUT", f"/resource_classes/{name}")
        yield Write(call, partial(world.classes.add, name))
    for _ in range(world.rng.randint(3, 12)):
        yield writes.make_provider(world, 39)
    for name in list(world.providers):
        yield writes.put_inventories(world, name, 39)
        yield writes.put_traits(world, name, 39)
        if world.chance(0.7):
            yield writes.put_aggregates(world, name, 39)


def any_write(world: World) -> Write:
    return _drawn(world, WRITES if world.chance(0.5) else CLAIMS)(world)


def any_query(world: World) -> Call:
    return candidates(world) if world.chance(0.5) else _drawn(world, QUERIES)(world)


def _drawn(world: World, weighted: dict[Callable[[World], T], int]) -> Callable[[World], T]:
    return world.rng.choices(list(weighted), list(weighted.values()))[0]


def every_get(world: World, minor: int = 39) -> Iterator[Call]:
    """The GET of everything that the world may have."""
    yield Call("GET", "/")
    yield Call("GET", "/resource_providers", minor)
    yield Call("GET", "/traits", minor, (("associated", "true"),))
    yield Call("GET", "/resource_classes", minor)
    for name, sketch in world.providers.items():
        yield Call("GET", provider_path(name), minor)
        for below in BELOW:
            yield Call("GET", provider_path(name, below), minor)
        for resource_class in sketch.inventories:
            yield Call("GET", provider_path(name, "inventories", resource_class), minor)
    for name in world.consumers:
        yield Call("GET", f"/allocations/{uuid_of(name)}", minor)
    for project in PROJECTS:
        yield Call("GET", "/usages", minor, (("project_id", project),))
