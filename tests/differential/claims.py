# SPDX-License-Identifier: Apache-2.0
"""Draws writes of allocations: one consumer's, several at once, released, and reshapes."""

from collections.abc import Callable
from typing import Any

from topology import uuid_of

from .calls import Call, ConsumerGeneration
from .world import PROJECTS, TYPES, USERS, World
from .writes import Write, generation, inventory

Held = dict[str, dict[str, int]]
"""By provider and class, what a consumer holds."""


def consumer(world: World) -> str:
    """One that holds something, or a new one."""
    if world.consumers and world.chance(0.5):
        return world.one(list(world.consumers))
    return world.fresh("c")


def amount(world: World, fields: dict[str, float]) -> int:
    """One that the inventory allows, mostly."""
    step = int(fields.get("step_size", 1))
    wanted = step * world.one((1, 1, 1, 2, 3))
    while wanted < fields.get("min_unit", 1):
        wanted += step
    return wanted if world.chance(0.93) else world.one((1, 3, 5, 50, 5000))


def held(world: World) -> Held:
    """Something of one provider or a few, mostly such as is there."""
    stocked = [name for name, sketch in world.providers.items() if sketch.inventories]
    found: Held = {}
    for name in world.some(stocked, 2) if stocked else []:
        inventories = world.providers[name].inventories
        found[name] = {
            each: amount(world, inventories[each]) for each in world.some(list(inventories), 2)
        }
    if world.chance(0.03) or not found:
        found[world.provider()] = {world.resource_class(): 1}
    return found


def claim(world: World, minor: int, name: str, wanted: Held) -> dict[str, Any]:
    """The body that a version takes for one consumer."""
    resources = {uuid_of(provider): {"resources": each} for provider, each in wanted.items()}
    body: dict[str, Any] = {"allocations": resources}
    if minor < 12 and world.chance(0.98):
        body["allocations"] = [
            {"resource_provider": {"uuid": uuid}, **each} for uuid, each in resources.items()
        ]
    if minor >= 8:
        body |= {"project_id": world.one(PROJECTS), "user_id": world.one(USERS)}
    if minor >= 28:
        off = world.one((-1, 1)) if world.chance(0.04) else 0
        body["consumer_generation"] = ConsumerGeneration(name, off)
    if minor >= 34 and world.chance(0.2):
        body["mappings"] = {"": [uuid_of(provider) for provider in wanted]}
    if minor >= 38:
        body["consumer_type"] = world.one(TYPES)
    return body


def put_allocations(world: World) -> Write:
    minor, name = world.minor(), consumer(world)
    wanted = {} if minor >= 28 and world.chance(0.1) else held(world)
    call = Call(
        "PUT", f"/allocations/{uuid_of(name)}", minor, body=claim(world, minor, name, wanted)
    )
    return Write(call, lambda: hold(world, {name: wanted}))


def hold(world: World, claims: dict[str, Held]) -> None:
    for name, wanted in claims.items():
        world.consumers.pop(name, None)
        if wanted:
            world.consumers[name] = wanted


def post_allocations(world: World) -> Write:
    minor = world.minor(13)
    names = dict.fromkeys(consumer(world) for _ in range(world.rng.randint(1, 3)))
    claims = {name: {} if world.chance(0.2) else held(world) for name in names}
    body = {uuid_of(name): claim(world, minor, name, wanted) for name, wanted in claims.items()}
    call = Call("POST", "/allocations", minor, body=body)
    return Write(call, lambda: hold(world, claims))


def delete_allocations(world: World) -> Write:
    name = consumer(world)
    call = Call("DELETE", f"/allocations/{uuid_of(name)}", world.minor())
    return Write(call, lambda: world.consumers.pop(name, None))


def reshape(world: World) -> Write:
    """Move what a provider has, with all that is held of it, to another one; or something like that."""
    minor = world.minor(30)
    source, target = world.provider(), world.provider()
    if source == target or "nowhere" in (source, target) or world.chance(0.2):
        return odd_reshape(world, minor)
    have, get = world.providers[source].inventories, world.providers[target].inventories
    moving = world.some(list(have), 2, least=0)
    inventories = {
        source: {each: have[each] for each in have if each not in moving},
        target: get | {each: have[each] for each in moving},
    }
    claims: dict[str, Held] = {}
    for name, wanted in world.consumers.items():
        if not moving or moving[0] not in wanted.get(source, {}):
            continue
        after = {provider: dict(resources) for provider, resources in wanted.items()}
        for each in moving:
            if each in after[source]:
                after.setdefault(target, {})[each] = after[source].pop(each)
        claims[name] = {provider: resources for provider, resources in after.items() if resources}
    return _reshape(world, minor, inventories, claims)


def odd_reshape(world: World, minor: int) -> Write:
    """Inventories and claims that have little to do with each other."""
    names = dict.fromkeys(world.provider() for _ in range(2))
    inventories = {
        name: {world.resource_class(): inventory(world) for _ in range(world.rng.randint(0, 2))}
        for name in names
    }
    claims = {consumer(world): held(world) for _ in range(world.rng.randint(0, 2))}
    return _reshape(world, minor, inventories, claims)


def _reshape(
    world: World,
    minor: int,
    inventories: dict[str, dict[str, dict[str, float]]],
    claims: dict[str, Held],
) -> Write:
    body = {
        "inventories": {
            uuid_of(name): {
                "resource_provider_generation": generation(world, name),
                "inventories": wanted,
            }
            for name, wanted in inventories.items()
        },
        "allocations": {
            uuid_of(name): claim(world, minor, name, wanted) for name, wanted in claims.items()
        },
    }

    def succeeded() -> None:
        for name, wanted in inventories.items():
            world.providers[name].inventories = wanted
        hold(world, claims)

    return Write(Call("POST", "/reshaper", minor, body=body), succeeded)


CLAIMS: dict[Callable[[World], Write], int] = {
    put_allocations: 16,
    post_allocations: 8,
    delete_allocations: 4,
    reshape: 8,
}
