# SPDX-License-Identifier: Apache-2.0
"""Draws queries: every GET but that of allocation candidates."""

from collections.abc import Callable, Sequence

from topology import uuid_of

from .calls import Call, provider_path
from .world import AGGREGATES, PROJECTS, TYPES, USERS, World

Query = list[tuple[str, str]]


def providers(world: World) -> Call:
    """The list of providers, with a few filters."""
    minor, query = world.minor(), Query()
    known = {"name": 0, "uuid": 0, "member_of": 3, "resources": 4, "in_tree": 14, "required": 18}
    allowed = [name for name, since in known.items() if minor >= since or world.chance(0.03)]
    for name in world.some(allowed, 3, least=0):
        if name == "name":
            query.append((name, world.provider()))
        elif name in ("uuid", "in_tree"):
            query.append((name, uuid_of(world.provider())))
        elif name == "resources":
            query.append((name, resources(world, [world.provider()])))
        elif name == "member_of":
            query += [(name, member_of(world, minor)) for _ in range(repeats(world, minor, 24))]
        else:
            query += [(name, required(world, minor, [])) for _ in range(repeats(world, minor, 39))]
    return Call("GET", "/resource_providers", minor, tuple(query))


def repeats(world: World, minor: int, since: int) -> int:
    """The number of times that a parameter is given, which may be repeated since a version."""
    if minor < since and world.chance(0.98):
        return 1
    return world.one((1, 1, 1, 2))


def resources(world: World, aims: list[str], most: int = 2) -> str:
    """Amounts of a few classes, mostly such as one of `aims` has."""
    found = {}
    for _ in range(world.rng.randint(1, most)):
        stocked = [
            aim for aim in aims if aim in world.providers and world.providers[aim].inventories
        ]
        aim = world.one(stocked or aims)
        inventories = world.providers[aim].inventories if aim in world.providers else {}
        if inventories and world.chance(0.95):
            name = world.one(list(inventories))
            step = int(inventories[name].get("step_size", 1))
            amount = step * world.one((1, 1, 1, 1, 2))
            while amount < inventories[name].get("min_unit", 1):
                amount += step
            found[name] = amount
        else:
            found[world.resource_class()] = world.one((1, 1, 2, 4, 2000))
    return ",".join(f"{name}:{amount}" for name, amount in found.items())


def required(world: World, minor: int, aims: list[str]) -> str:
    """Wanted, forbidden, or any of some traits; mostly such as `aims` have."""
    there = sorted(
        {trait for aim in aims if aim in world.providers for trait in world.providers[aim].traits}
    )

    def trait() -> str:
        return world.one(there) if there and world.chance(0.85) else world.trait()

    if (minor >= 39 or world.chance(0.01)) and world.chance(0.4):
        return "in:" + ",".join(trait() for _ in range(world.rng.randint(1, 3)))
    named = [trait() for _ in range(world.one((1, 1, 1, 2)))]
    if minor >= 22 or world.chance(0.02):
        named = [f"!{world.trait()}" if world.chance(0.3) else each for each in named]
    return ",".join(named)


def member_of(world: World, minor: int, aims: Sequence[str] = ()) -> str:
    """Membership in one aggregate, in any of some, or in none."""
    there = sorted(
        {each for aim in aims if aim in world.providers for each in world.providers[aim].aggregates}
    )
    one = world.one(there) if there and world.chance(0.85) else world.one(AGGREGATES)
    said = uuid_of(one)
    if world.chance(0.3):
        said = "in:" + ",".join(uuid_of(each) for each in world.some(AGGREGATES, 3))
    if (minor >= 32 or world.chance(0.02)) and world.chance(0.3):
        said = f"!{said}"
    return said


def of_provider(world: World) -> Call:
    """A provider, or what it has."""
    since = {"": 0, "inventories": 0, "usages": 0, "aggregates": 1, "traits": 6, "allocations": 0}
    name, below = world.provider(), world.one(list(since))
    path = provider_path(name, below) if below else provider_path(name)
    return Call("GET", path, world.minor(since[below]))


def inventory(world: World) -> Call:
    name = world.provider()
    classes = list(world.providers[name].inventories) if name in world.providers else []
    chosen = world.one(classes) if classes and world.chance(0.8) else world.resource_class()
    return Call("GET", provider_path(name, "inventories", chosen), world.minor())


def allocations(world: World) -> Call:
    names = list(world.consumers) or ["nobody"]
    name = world.one(names) if world.chance(0.9) else "nobody"
    return Call("GET", f"/allocations/{uuid_of(name)}", world.minor())


def usages(world: World) -> Call:
    minor = world.minor(9)
    query = [("project_id", world.one((*PROJECTS, "project0")))]
    if world.chance(0.4):
        query.append(("user_id", world.one((*USERS, "user0"))))
    if (minor >= 38 or world.chance(0.05)) and world.chance(0.7):
        query.append(("consumer_type", world.one((*TYPES, "all", "unknown", "NONESUCH"))))
    return Call("GET", "/usages", minor, tuple(query))


def traits(world: World) -> Call:
    query = Query()
    if world.chance(0.4):
        prefix = world.one(
            ("CUSTOM_", "HW_CPU", "CUSTOM_R", "NONE", "_", "%RED", "C_STOM%", "custom")
        )
        listed = ",".join(world.trait() for _ in range(3))
        query.append(("name", world.one((f"startswith:{prefix}", f"in:{listed}"))))
    if world.chance(0.5):
        query.append(("associated", world.one(("true", "false", "True", "1", "0", "maybe"))))
    if not query and world.chance(0.7):
        return Call("GET", f"/traits/{world.trait()}", world.minor(6))
    return Call("GET", "/traits", world.minor(6), tuple(query))


def resource_classes(world: World) -> Call:
    path = "/resource_classes"
    if world.chance(0.7):
        path += f"/{world.resource_class()}"
    return Call("GET", path, world.minor(2))


def odd_url(world: World) -> Call:
    """A URL or method that is not there, or not in every version."""
    name = uuid_of(world.provider())
    path = world.one(
        (
            "/",
            "/resource_providers/",
            f"/resource_providers/{name}/nothing",
            f"/resource_providers/{name}/inventories/VCPU/total",
            f"/resource_providers/{name.upper()}",
            "/resource_providers/cn1",
            "/allocations",
            "/allocations/c1",
            "/usages",
            "/traits/HW_CPU_X86_AVX",
            "/resource_classes/VCPU",
            "/reshaper",
            "/allocation_candidates",
        )
    )
    return Call(world.one(("GET", "GET", "GET", "DELETE", "PATCH")), path, world.minor())


QUERIES: dict[Callable[[World], Call], int] = {
    providers: 14,
    of_provider: 8,
    inventory: 2,
    allocations: 4,
    usages: 4,
    traits: 3,
    resource_classes: 2,
    odd_url: 3,
}
