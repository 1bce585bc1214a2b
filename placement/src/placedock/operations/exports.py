# SPDX-License-Identifier: Apache-2.0
"""Export: reads all of a cloud, or some trees of it, as one value."""

from collections.abc import Collection, Sequence

import os_resource_classes
from sqlalchemy import Connection

from placedock import errors
from placedock.model.carried import Cloud, CloudAllocation, CloudConsumer, CloudProvider, Unused
from placedock.model.deadline import NEVER, Deadline
from placedock.model.inventory import Inventory
from placedock.store import whole as store


class NoSuchTree(errors.NotFound):
    sentence = "There is no provider with the uuid or the name {name}"


class EmptyAggregate(errors.NotFound):
    sentence = "There is no provider in the aggregate {uuid}"


def export(
    connection: Connection,
    trees: Collection[str] = (),
    aggregates: Collection[str] = (),
    deadline: Deadline = NEVER,
) -> tuple[Cloud, list[str]]:
    """The cloud, and what of it the value cannot hold, a sentence each.

    With `trees` (uuids or names of providers) or `aggregates` only the trees that hold any of these providers or members,
    with what consumers hold of them. Raises `NoSuchTree`, `EmptyAggregate`, and `RequestTookTooLong`
    after the deadline.
    """
    roots = _roots(connection, trees, aggregates) if trees or aggregates else None
    rows = store.providers(connection, roots)
    providers, positions, left_out = _providers(connection, rows, deadline)
    consumers = _consumers(connection, positions, roots is not None, deadline)
    if roots is None and (strays := store.stray_allocations(connection)):
        left_out.append(f"{strays} allocations are of providers or classes that do not exist")
    return _named(connection, providers, consumers, roots is not None), left_out


def _roots(connection: Connection, trees: Collection[str], aggregates: Collection[str]) -> set[int]:
    found = store.roots_of(connection, trees) if trees else {}
    for name in trees:
        if name not in found:
            raise NoSuchTree(name=name)
    members = store.roots_in_aggregates(connection, aggregates) if aggregates else {}
    for uuid in aggregates:
        if uuid not in members:
            raise EmptyAggregate(uuid=uuid)
    return set(found.values()).union(*members.values())


def _providers(
    connection: Connection,
    rows: Sequence[tuple[int, str, str | None, int, int | None, int | None]],
    deadline: Deadline,
) -> tuple[list[CloudProvider], dict[int, int], list[str]]:
    """The providers, each tree from its root down, their positions by id, and what is left out of them."""
    ids = [row[0] for row in rows]
    stocks: dict[int, list[Inventory]] = {}
    for provider, *stock in store.stocks(connection, ids):
        deadline.check()
        stocks.setdefault(provider, []).append(Inventory(*stock))
    traits = store.trait_sets(connection, ids)
    memberships = store.memberships(connection, ids)
    left_out = []
    there = set(ids)
    children: dict[int | None, list[int]] = {}
    for number, uuid, name, _, parent, root in rows:
        if root not in there or (parent is not None and parent not in there):
            left_out.append(
                f"{name or uuid} has no root, or a parent or root that is gone; it gets one"
            )
        children.setdefault(parent if parent in there else None, []).append(number)
    by_id = {row[0]: row for row in rows}
    found: list[CloudProvider] = []
    positions: dict[int, int] = {}
    waiting = children.get(None, [])[::-1]
    while waiting:
        deadline.check()
        number = waiting.pop()
        _, uuid, name, generation, parent, _ = by_id[number]
        positions[number] = len(found)
        found.append(
            CloudProvider(
                uuid,
                name,
                generation or 0,
                None if parent is None else positions.get(parent),
                stocks.get(number, ()),
                tuple(sorted(traits.get(number, ()))),
                tuple(sorted(memberships.get(number, ()))),
            )
        )
        waiting += children.get(number, [])[::-1]
    return found, positions, left_out


def _consumers(
    connection: Connection, positions: dict[int, int], only_holders: bool, deadline: Deadline
) -> list[CloudConsumer]:
    """The consumers that have a record, in the order of their ids; after them those of which only allocations are known."""
    held: dict[str, list[CloudAllocation]] = {}
    for _, consumer, provider, resource_class, used in store.held(connection, sorted(positions)):
        deadline.check()
        one = CloudAllocation(positions[provider], resource_class, used)
        held.setdefault(consumer, []).append(one)
    found = []
    for uuid, project, user, consumer_type, generation in store.all_consumers(connection):
        deadline.check()
        allocations = _grouped(held.pop(uuid, []))
        if allocations or not only_holders:
            found.append(CloudConsumer(uuid, project, user, consumer_type, generation, allocations))
    found += [
        CloudConsumer(uuid, None, None, None, 1, _grouped(rest)) for uuid, rest in held.items()
    ]
    return found


def _grouped(allocations: list[CloudAllocation]) -> list[CloudAllocation]:
    """The allocations in another order: those of one provider stand together, where the first of them stood."""
    order = {one.provider: number for number, one in reversed(list(enumerate(allocations)))}
    return sorted(allocations, key=lambda one: order[one.provider])


def _named(
    connection: Connection,
    providers: list[CloudProvider],
    consumers: list[CloudConsumer],
    only_used: bool,
) -> Cloud:
    """The cloud, with the names that are not standard: all there are, or those that are used."""
    # Imported here: it is a package of forty modules, and a service that starts needs none of them for its first answer.
    import os_traits

    classes = {stock.resource_class for one in providers for stock in one.inventories}
    classes |= {held.resource_class for one in consumers for held in one.allocations}
    traits = {trait for one in providers for trait in one.traits}
    there = store.other_names(connection)
    used: dict[str, set[str | None]] = {
        "aggregates": {aggregate for one in providers for aggregate in one.aggregates},
        "projects": {one.project for one in consumers},
        "users": {one.user for one in consumers},
        "consumer_types": {one.consumer_type for one in consumers},
    }
    unused = {key: [name for name in there[key] if name not in used[key]] for key in used}
    standard_classes, standard_traits = (
        set(os_resource_classes.STANDARDS),
        set(os_traits.get_traits()),
    )
    return Cloud(
        providers,
        consumers,
        [
            name
            for name in store.class_names(connection)
            if name not in standard_classes and (name in classes or not only_used)
        ],
        [
            name
            for name in store.trait_names(connection)
            if name not in standard_traits and (name in traits or not only_used)
        ],
        Unused() if only_used else Unused(**{key: tuple(names) for key, names in unused.items()}),
    )
