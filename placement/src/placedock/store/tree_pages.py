# SPDX-License-Identifier: Apache-2.0
"""Whole trees with everything on them, a page at a time, by a fixed number of statements."""

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection, bindparam, func, select

from placedock.model.cloud import (
    Member,
    Tree,
    TreeFilters,
    TreePage,
    UsedInventory,
)
from placedock.store import names, packed
from placedock.store.conditions import CAPACITY, WHOLE_CAPACITY
from placedock.store.sharing import TreeSharing
from placedock.store.tables import (
    allocations,
    inventories,
    placement_aggregates,
    resource_classes,
    resource_provider_aggregates,
    resource_provider_traits,
    resource_providers,
    traits,
)

_PROVIDER, _STOCK, _HELD = resource_providers.c, inventories.c, allocations.c
_MEMBERSHIP, _TRAIT = resource_provider_aggregates.c, resource_provider_traits.c

_ROOT = resource_providers.alias("root").c
_ROOTS = select(_ROOT.id, _ROOT.uuid).where(_ROOT.parent_provider_id.is_(None))


def page(connection: Connection, filters: TreeFilters, after: str | None, most: int) -> TreePage:
    """At most `most` trees by the names of their roots, those behind the root with the uuid `after`."""
    query = _ROOTS.where(*_conditions(filters)).order_by(_ROOT.name, _ROOT.id).limit(most + 1)
    if after is not None:
        before = resource_providers.alias("before").c
        query = query.where(
            _ROOT.name > select(before.name).where(before.uuid == after).scalar_subquery()
        )
    rows = connection.execute(query).all()
    roots = [number for number, _ in rows[:most]]
    trees = _trees(connection, roots)
    return TreePage(
        [trees[root] for root in roots], rows[most - 1][1] if len(rows) > most else None
    )


def _conditions(filters: TreeFilters) -> list[sa.ColumnElement[bool]]:
    """Each filter by itself: in a tree, different providers may meet different ones."""
    chosen: list[sa.Select[Any]] = []
    provider = select(_PROVIDER.root_provider_id)
    if filters.name is not None:
        chosen.append(provider.where(_PROVIDER.name.contains(filters.name, autoescape=True)))
    if filters.uuid is not None:
        chosen.append(provider.where(_PROVIDER.uuid == filters.uuid))
    if filters.resource_class is not None:
        chosen.append(
            provider.join(inventories, _STOCK.resource_provider_id == _PROVIDER.id)
            .join(resource_classes, resource_classes.c.id == _STOCK.resource_class_id)
            .where(resource_classes.c.name == filters.resource_class)
        )
    if filters.trait is not None:
        chosen.append(
            provider.join(resource_provider_traits, _TRAIT.resource_provider_id == _PROVIDER.id)
            .join(traits, traits.c.id == _TRAIT.trait_id)
            .where(traits.c.name == filters.trait)
        )
    if filters.aggregate is not None:
        chosen.append(
            provider.join(
                resource_provider_aggregates, _MEMBERSHIP.resource_provider_id == _PROVIDER.id
            )
            .join(placement_aggregates, placement_aggregates.c.id == _MEMBERSHIP.aggregate_id)
            .where(placement_aggregates.c.uuid == filters.aggregate)
        )
    if filters.state is not None:
        chosen.append(_in_state(filters.state))
    return [_ROOT.id.in_(each) for each in chosen]


def _in_state(state: str) -> sa.Select[Any]:
    """Roots of trees in which some class of some provider is used up, or used beyond its capacity."""
    used = (
        select(
            _HELD.resource_provider_id,
            _HELD.resource_class_id,
            func.sum(_HELD.used).label("amount"),
        )
        .group_by(_HELD.resource_provider_id, _HELD.resource_class_id)
        .subquery()
        .c
    )
    return (
        select(_PROVIDER.root_provider_id)
        .join_from(inventories, resource_providers, _PROVIDER.id == _STOCK.resource_provider_id)
        .join(
            used.amount.table,
            sa.and_(
                used.resource_provider_id == _STOCK.resource_provider_id,
                used.resource_class_id == _STOCK.resource_class_id,
            ),
        )
        # No claim can take less than one, so a provider with less than one left is full.
        .where(used.amount > CAPACITY if state == "over" else used.amount + 1 > CAPACITY)
    )


_BY_ROOT = _PROVIDER.root_provider_id.in_(bindparam("roots", expanding=True))
_MEMBERS = (
    select(
        _PROVIDER.id,
        _PROVIDER.uuid,
        _PROVIDER.name,
        _PROVIDER.generation,
        _PROVIDER.parent_provider_id,
        _PROVIDER.root_provider_id,
    )
    .where(_BY_ROOT)
    .order_by(_PROVIDER.parent_provider_id.is_not(None), _PROVIDER.name)
)


def _of_members(table: sa.Table, *columns: sa.ColumnElement[Any]) -> sa.Select[Any]:
    """Rows of what hangs on the providers of the trees, each behind its provider's id."""
    return (
        select(table.c.resource_provider_id, *columns)
        .join_from(table, resource_providers, _PROVIDER.id == table.c.resource_provider_id)
        .where(_BY_ROOT)
    )


_INVENTORIES = _of_members(
    inventories,
    _STOCK.resource_class_id,
    _STOCK.total,
    _STOCK.reserved,
    _STOCK.allocation_ratio,
    _STOCK.min_unit,
    _STOCK.max_unit,
    _STOCK.step_size,
    WHOLE_CAPACITY,
).order_by(_STOCK.resource_class_id)
_USED = _of_members(allocations, _HELD.resource_class_id, func.sum(_HELD.used)).group_by(
    _HELD.resource_provider_id, _HELD.resource_class_id
)
# A compute node has seventy traits: a page has four thousand such rows.
_TRAITS = (
    select(packed.Packed(_TRAIT.resource_provider_id, _TRAIT.trait_id))
    .join(resource_providers, _PROVIDER.id == _TRAIT.resource_provider_id)
    .where(_BY_ROOT)
)
_AGGREGATES = _of_members(resource_provider_aggregates, placement_aggregates.c.uuid).join(
    placement_aggregates, placement_aggregates.c.id == _MEMBERSHIP.aggregate_id
)


def _trees(connection: Connection, roots: Sequence[int]) -> Mapping[int, Tree]:
    """The trees below these roots, by the root's id."""
    if not roots:
        return {}
    of = {"roots": list(roots)}
    members = connection.execute(_MEMBERS, of).all()
    stocks = _stocks(connection, of)
    held_traits = _held_traits(connection, of)
    aggregates: dict[int, list[str]] = {}
    for provider, aggregate in connection.execute(_AGGREGATES, of):
        aggregates.setdefault(provider, []).append(aggregate)
    uuids = {row[0]: row[1] for row in members}
    by_root: dict[int, dict[int, Member]] = {}
    for number, uuid, name, generation, parent, root in members:
        by_root.setdefault(root, {})[number] = Member(
            uuid,
            name,
            generation,
            None if parent is None else uuids[parent],
            stocks.get(number, {}),
            held_traits.get(number, ()),
            sorted(aggregates.get(number, ())),
        )
    sharing = TreeSharing(connection, {each for uuids_ in aggregates.values() for each in uuids_})
    return {
        root: Tree(list(tree.values()), sharing.borrowed(root, tree), sharing.shared(root, tree))
        for root, tree in by_root.items()
    }


def _stocks(connection: Connection, of: Mapping[str, Any]) -> dict[int, dict[str, UsedInventory]]:
    """The inventories with what is used of them, by the id of the provider and the name of the class."""
    used = {(row[0], row[1]): int(row[2]) for row in connection.execute(_USED, of)}
    rows = connection.execute(_INVENTORIES, of).all()
    class_names = names.class_names(connection, {row[1] for row in rows})
    found: dict[int, dict[str, UsedInventory]] = {}
    for provider, class_id, total, reserved, ratio, least, most, step, capacity in rows:
        if class_id in class_names:
            taken = used.get((provider, class_id), 0)
            stock = UsedInventory(total, reserved, ratio, least, most, step, int(capacity), taken)
            found.setdefault(provider, {})[class_names[class_id]] = stock
    return found


def _held_traits(connection: Connection, of: Mapping[str, Any]) -> dict[int, list[str]]:
    rows = packed.read(connection, _TRAITS, of)
    trait_names = names.trait_names(connection, {trait for _, trait in rows})
    found: dict[int, list[str]] = {}
    for provider, trait in rows:
        if trait in trait_names:
            found.setdefault(provider, []).append(trait_names[trait])
    return {provider: sorted(held) for provider, held in found.items()}
