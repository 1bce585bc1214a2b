# SPDX-License-Identifier: Apache-2.0
"""Draws queries for allocation candidates: groups aimed at a tree that exists, and what holds them together."""

from topology import uuid_of

from .calls import Call
from .queries import Query, member_of, repeats, required, resources
from .world import SHARES, World

NUMBERS = ("1", "2", "3", "42")
WORDS = ("_COMPUTE", "_NIC-1", "_x", "7")


MANY = (100, 200)


def candidates(world: World) -> Call:
    minor = world.minor(10)
    alone = [
        name
        for name, sketch in world.providers.items()
        if world.tree(name) == [name] and not sketch.aggregates and SHARES not in sketch.traits
    ]
    if alone and minor >= 36 and world.chance(0.01):
        return hundreds_of_groups(world, minor, world.one(alone))
    aims = world.tree(world.one(list(world.providers))) if world.providers else ["nowhere"]
    sharing = [
        name
        for name, sketch in world.providers.items()
        if any("SHARES" in t for t in sketch.traits)
    ]
    aims += sharing
    query = Query()
    suffixes = chosen_suffixes(world, minor)
    if not suffixes or world.chance(0.6):
        query += group(world, minor, "", aims)
    resourceless = [suffix for suffix in suffixes if world.chance(0.2 if minor >= 36 else 0.01)]
    for suffix in suffixes:
        query += group(world, minor, suffix, aims, suffix in resourceless)
    if (len(suffixes) > 1 and world.chance(0.97)) or (minor >= 25 and world.chance(0.1)):
        query.append(("group_policy", world.one(("none", "none", "isolate"))))
    query += between_groups(world, minor, suffixes, resourceless)
    if (minor >= 16 or world.chance(0.02)) and world.chance(0.25):
        query.append(("limit", world.one(("1", "2", "3", "5", "1000"))))
    world.rng.shuffle(query)
    return Call("GET", "/allocation_candidates", minor, tuple(query))


def hundreds_of_groups(world: World, minor: int, name: str) -> Call:
    """Groups without resources that a provider which stands alone can serve, so that there is one way to do it."""
    suffixes = [f"_{number}" for number in range(world.one(MANY))]
    query = [("resources_A", resources(world, [name], 1)), ("in_tree_A", uuid_of(name))]
    trait = world.one(world.providers[name].traits or [world.trait()])
    query += [(f"required{suffix}", trait) for suffix in suffixes]
    query += [(f"in_tree{suffix}", uuid_of(name)) for suffix in suffixes]
    query += [("same_subtree", ",".join(["_A", *suffixes])), ("group_policy", "none")]
    query.append(("limit", "1"))
    return Call("GET", "/allocation_candidates", minor, tuple(query))


def chosen_suffixes(world: World, minor: int) -> list[str]:
    if (minor < 25 and world.chance(0.98)) or world.chance(0.35):
        return []
    return world.some(WORDS if minor >= 33 and world.chance(0.7) else NUMBERS, 3)


def group(
    world: World, minor: int, suffix: str, aims: list[str], resourceless: bool = False
) -> Query:
    """The parameters of one group."""
    query = Query()
    if not resourceless:
        most = 3 if not suffix else 2
        query.append((f"resources{suffix}", resources(world, aims, most)))
    if (minor >= 17 or world.chance(0.02)) and world.chance(0.8 if resourceless else 0.25):
        query += [
            (f"required{suffix}", required(world, minor, aims))
            for _ in range(repeats(world, minor, 39))
        ]
    if (minor >= 21 or world.chance(0.02)) and world.chance(0.15):
        query += [
            (f"member_of{suffix}", member_of(world, minor, aims))
            for _ in range(repeats(world, minor, 24))
        ]
    if (minor >= 31 or world.chance(0.02)) and world.chance(0.12):
        query.append((f"in_tree{suffix}", uuid_of(world.one([*aims, world.provider()]))))
    return query


def between_groups(world: World, minor: int, suffixes: list[str], resourceless: list[str]) -> Query:
    query = Query()
    if (minor >= 35 or world.chance(0.01)) and world.chance(0.15):
        query.append(("root_required", required(world, 22, [])))
    wanted = 0.95 if resourceless else 0.4
    if suffixes and (minor >= 36 or world.chance(0.01)) and world.chance(wanted):
        named = [*resourceless, *world.some(suffixes, 2)]
        if world.chance(0.02):
            named.append("_NOBODY")
        query.append(("same_subtree", ",".join(named)))
    return query
