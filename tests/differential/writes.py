# SPDX-License-Identifier: Apache-2.0
"""Draws writes: of providers, inventories, traits, aggregates and resource classes."""

from collections.abc import Callable
from typing import Any, NamedTuple

from topology import uuid_of

from .calls import Call, Generation, provider_path
from .world import AGGREGATES, CUSTOM_CLASSES, CUSTOM_TRAITS, SHARES, Sketch, World


def nothing() -> None:
    """A write whose change of the world the generators need not know."""


class Write(NamedTuple):
    """A call, and what makes the world as it is when the call has succeeded."""

    call: Call
    succeeded: Callable[[], object] = nothing


def make_provider(world: World, minor: int | None = None) -> Write:
    """A provider under a name and uuid of its own, at times under those of another."""
    minor = world.minor() if minor is None else minor
    name = world.fresh("p")
    body: dict[str, Any] = {"name": name, "uuid": uuid_of(name)}
    if world.chance(0.04):
        body["name"] = world.provider()
    if world.chance(0.04):
        name = world.provider()
        body["uuid"] = uuid_of(name)
    parent = None
    if world.providers and world.chance(world.style.nested) and (minor >= 14 or world.chance(0.05)):
        parent = world.provider()
        body["parent_provider_uuid"] = uuid_of(parent)
    call = Call("POST", "/resource_providers", minor, body=body)
    return Write(call, lambda: world.providers.setdefault(name, Sketch(parent)))


def change_provider(world: World) -> Write:
    """Another name, another parent, or none."""
    minor, name = world.minor(), world.provider()
    body: dict[str, Any] = {"name": name if world.chance(0.8) else world.fresh("renamed")}
    parent = world.providers[name].parent if name in world.providers else None
    if (minor >= 14 or world.chance(0.05)) and world.chance(0.6):
        parent = world.provider() if world.chance(0.75) else None
        body["parent_provider_uuid"] = parent and uuid_of(parent)
    call = Call("PUT", provider_path(name), minor, body=body)

    def succeeded() -> None:
        if "parent_provider_uuid" in body:
            world.providers[name].parent = parent

    return Write(call, succeeded)


def delete_provider(world: World) -> Write:
    name = world.provider()
    parents = {sketch.parent for sketch in world.providers.values()}
    leaves = [each for each in world.providers if each not in parents]
    if leaves and world.chance(0.7):
        name = world.one(leaves)
    return Write(
        Call("DELETE", provider_path(name), world.minor()), lambda: world.providers.pop(name, None)
    )


def inventory(world: World) -> dict[str, float]:
    """The fields of an inventory; what is left out is the API's default."""
    fields: dict[str, float] = {"total": world.one((1, 4, 7, 8, 10, 16, 33, 100, 1000))}
    total = int(fields["total"])
    if world.chance(world.style.tight):
        fields["reserved"] = world.rng.randint(0, max(1, total // 2))
    if world.chance(0.02):
        fields["reserved"] = total + world.one((0, 0, 1))
    if world.chance(world.style.tight):
        fields["allocation_ratio"] = world.one((0.3, 0.7, 1.0, 1.5, 1.7, 2.0, 16.0))
    if world.chance(world.style.tight):
        fields["min_unit"] = world.one((1, 1, 2, 3))
    if world.chance(world.style.tight):
        fields["max_unit"] = world.one((2, 4, total, 10 * total))
    if world.chance(world.style.tight):
        fields["step_size"] = world.one((1, 2, 3, 4))
    return fields


def put_inventories(world: World, name: str | None = None, minor: int | None = None) -> Write:
    name = name or world.provider()
    classes = {world.resource_class() for _ in range(world.rng.randint(0, 4))}
    if name in world.providers and world.chance(0.5):
        classes |= world.providers[name].inventories.keys()
    wanted = {each: inventory(world) for each in sorted(classes)}
    body = {"resource_provider_generation": generation(world, name), "inventories": wanted}
    version = world.minor() if minor is None else minor
    call = Call("PUT", provider_path(name, "inventories"), version, body=body)
    return Write(call, lambda: setattr(world.providers[name], "inventories", wanted))


def generation(world: World, name: str) -> Generation:
    return Generation(name, world.one((-1, 1)) if world.chance(0.04) else 0)


def post_inventory(world: World) -> Write:
    name, wanted, resource_class = world.provider(), inventory(world), world.resource_class()
    body: dict[str, Any] = {"resource_class": resource_class, **wanted}
    call = Call("POST", provider_path(name, "inventories"), world.minor(), body=body)
    return Write(call, lambda: world.providers[name].inventories.update({resource_class: wanted}))


def put_inventory(world: World) -> Write:
    name, wanted = world.provider(), inventory(world)
    resource_class = inventory_class(world, name)
    body = {"resource_provider_generation": generation(world, name), **wanted}
    path = provider_path(name, "inventories", resource_class)
    return Write(
        Call("PUT", path, world.minor(), body=body),
        lambda: world.providers[name].inventories.update({resource_class: wanted}),
    )


def inventory_class(world: World, name: str) -> str:
    """A class that the provider has inventory of, mostly."""
    if name in world.providers and world.providers[name].inventories and world.chance(0.9):
        return world.one(list(world.providers[name].inventories))
    return world.resource_class()


def delete_inventory(world: World) -> Write:
    name = world.provider()
    resource_class = inventory_class(world, name)
    path = provider_path(name, "inventories", resource_class)
    return Write(
        Call("DELETE", path, world.minor()),
        lambda: world.providers[name].inventories.pop(resource_class, None),
    )


def delete_inventories(world: World) -> Write:
    name = world.provider()
    call = Call("DELETE", provider_path(name, "inventories"), world.minor(5))
    return Write(call, lambda: world.providers[name].inventories.clear())


def put_traits(world: World, name: str | None = None, minor: int | None = None) -> Write:
    name = name or world.provider()
    wanted = list(dict.fromkeys(world.trait() for _ in range(world.rng.randint(0, 3))))
    is_root = name in world.providers and world.providers[name].parent is None
    if world.chance(world.style.shared if is_root else world.style.shared_below_roots):
        wanted.append(SHARES)
    body = {"resource_provider_generation": generation(world, name), "traits": wanted}
    version = world.minor(6) if minor is None else minor
    call = Call("PUT", provider_path(name, "traits"), version, body=body)
    return Write(call, lambda: setattr(world.providers[name], "traits", wanted))


def delete_traits(world: World) -> Write:
    name = world.provider()
    call = Call("DELETE", provider_path(name, "traits"), world.minor(6))
    return Write(call, lambda: world.providers[name].traits.clear())


def put_aggregates(world: World, name: str | None = None, minor: int | None = None) -> Write:
    name = name or world.provider()
    minor = world.minor(1) if minor is None else minor
    wanted = world.some(AGGREGATES, 2, least=0)
    uuids = [uuid_of(each) for each in wanted]
    body: Any = {"aggregates": uuids, "resource_provider_generation": generation(world, name)}
    if (minor < 19) != world.chance(0.02):
        body = uuids
    call = Call("PUT", provider_path(name, "aggregates"), minor, body=body)
    return Write(call, lambda: setattr(world.providers[name], "aggregates", wanted))


def make_trait(world: World) -> Write:
    name = world.one((*CUSTOM_TRAITS, *CUSTOM_TRAITS, "HW_CPU_X86_AVX", "CUSTOM_x", "PLAIN"))
    call = Call("PUT", f"/traits/{name}", world.minor(6))
    return Write(call, lambda: world.traits.add(name))


def delete_trait(world: World) -> Write:
    name = world.one((*CUSTOM_TRAITS, *CUSTOM_TRAITS, "HW_CPU_X86_AVX", "PLAIN"))
    call = Call("DELETE", f"/traits/{name}", world.minor(6))
    return Write(call, lambda: world.traits.discard(name))


def make_class(world: World) -> Write:
    name = world.one((*CUSTOM_CLASSES, *CUSTOM_CLASSES, "VCPU", "CUSTOM_x", "PLAIN"))
    if world.chance(0.3):
        call = Call("POST", "/resource_classes", world.minor(2), body={"name": name})
    else:
        call = Call("PUT", f"/resource_classes/{name}", world.minor(7))
    return Write(call, lambda: world.classes.add(name))


def rename_class(world: World) -> Write:
    """PUT with a body renames up to 1.6; later it is not looked at."""
    name, new = world.one(CUSTOM_CLASSES), world.one((*CUSTOM_CLASSES, "CUSTOM_TIN", "VCPU"))
    minor = world.rng.randint(2, 6)
    call = Call("PUT", f"/resource_classes/{name}", minor, body={"name": new})

    def succeeded() -> None:
        world.classes.discard(name)
        world.classes.add(new)

    return Write(call, succeeded)


def delete_class(world: World) -> Write:
    name = world.one((*CUSTOM_CLASSES, "CUSTOM_TIN", "VCPU", "PLAIN"))
    call = Call("DELETE", f"/resource_classes/{name}", world.minor(2))
    return Write(call, lambda: world.classes.discard(name))


# The weight of each write among the others.
WRITES: dict[Callable[[World], Write], int] = {
    make_provider: 6,
    change_provider: 8,
    delete_provider: 3,
    put_inventories: 10,
    post_inventory: 5,
    put_inventory: 5,
    delete_inventory: 3,
    delete_inventories: 1,
    put_traits: 8,
    delete_traits: 1,
    put_aggregates: 8,
    make_trait: 3,
    delete_trait: 2,
    make_class: 3,
    rename_class: 1,
    delete_class: 2,
}
