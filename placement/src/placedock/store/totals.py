# SPDX-License-Identifier: Apache-2.0
"""Sums over the whole cloud, and a mark that changes whenever something in it does."""

import hashlib
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection, bindparam, distinct, func, select

from placedock.model.claim import UNKNOWN_TYPE
from placedock.model.cloud import Cell, ClassTotals, Counts
from placedock.store import names
from placedock.store.tables import (
    allocations,
    consumer_types,
    consumers,
    inventories,
    placement_aggregates,
    projects,
    resource_classes,
    resource_provider_aggregates,
    resource_provider_traits,
    resource_providers,
    traits,
)

_PROVIDER, _STOCK, _HELD = resource_providers.c, inventories.c, allocations.c

CAPACITY = func.floor((_STOCK.total - _STOCK.reserved) * _STOCK.allocation_ratio)
"""What can be allocated of an inventory, cut to a whole number. Only where reserved exceeds the total is it negative."""


def _number(value: sa.ColumnElement[Any]) -> sa.ColumnElement[Any]:
    return func.coalesce(value, 0)


_MARK = select(
    *(
        sa.select(part).scalar_subquery()
        for part in (
            func.count(_PROVIDER.id),
            func.max(_PROVIDER.id),
            func.sum(_PROVIDER.generation),
            func.max(_PROVIDER.updated_at),
            func.count(_HELD.id),
            func.max(_HELD.id),
            func.sum(_HELD.used),
            func.count(consumers.c.id),
            func.max(consumers.c.id),
            func.sum(consumers.c.generation),
            func.count(resource_provider_aggregates.c.aggregate_id),
            func.sum(resource_provider_aggregates.c.aggregate_id),
            func.count(resource_provider_traits.c.trait_id),
            func.max(traits.c.id),
            func.max(resource_classes.c.id),
            func.sum(_STOCK.total),
        )
    )
)


def mark(connection: Connection) -> str:
    """A text that is another one after every change of providers, inventories, traits, aggregates, allocations or consumers.

    Generations count most changes. Upstream deletes allocations, and old clients set aggregates, without counting, and
    therefore counts and sums of these are in it too. A change by hand in SQL that leaves all of these alone is not seen.
    """
    row = connection.execute(_MARK).one()
    return hashlib.sha256(repr(tuple(map(str, row))).encode()).hexdigest()[:16]


_COUNTS = select(
    sa.select(func.count()).where(_PROVIDER.parent_provider_id.is_(None)).scalar_subquery(),
    sa.select(func.count(_PROVIDER.id)).scalar_subquery(),
    sa.select(func.count(distinct(_HELD.consumer_id))).scalar_subquery(),
    sa.select(func.count(_HELD.id)).scalar_subquery(),
)


def counts(connection: Connection) -> Counts:
    return Counts(*map(int, connection.execute(_COUNTS).one()))


_BY_CLASS = select(
    _STOCK.resource_class_id,
    func.count(),
    func.sum(_STOCK.total),
    func.sum(_STOCK.reserved),
    func.sum(CAPACITY),
).group_by(_STOCK.resource_class_id)
_USED_BY_CLASS = select(_HELD.resource_class_id, func.sum(_HELD.used)).group_by(
    _HELD.resource_class_id
)


def classes(connection: Connection) -> list[ClassTotals]:
    """What there is of each class of which some provider has inventory, by name."""
    used = {number: int(amount) for number, amount in connection.execute(_USED_BY_CLASS)}
    rows = connection.execute(_BY_CLASS).all()
    class_names = names.class_names(connection, {row[0] for row in rows})
    found = [
        ClassTotals(
            class_names[number],
            int(providers),
            int(total),
            int(reserved),
            int(capacity),
            used.get(number, 0),
        )
        for number, providers, total, reserved, capacity in rows
        if number in class_names
    ]
    return sorted(found)


_TYPE = func.coalesce(consumer_types.c.name, UNKNOWN_TYPE).label("type")
_HOLDING = consumers.c.uuid.in_(select(_HELD.consumer_id))
_TYPES = (
    select(_TYPE, func.count())
    .select_from(
        consumers.outerjoin(consumer_types, consumer_types.c.id == consumers.c.consumer_type_id)
    )
    .where(_HOLDING)
    .group_by(_TYPE)
    .order_by(func.count().desc())
)
_PROJECTS = (
    select(projects.c.external_id, func.count())
    .select_from(consumers.join(projects, projects.c.id == consumers.c.project_id))
    .where(_HOLDING)
    .group_by(projects.c.id, projects.c.external_id)
    .order_by(func.count().desc(), projects.c.external_id)
    .limit(bindparam("most"))
)


def consumer_type_sizes(connection: Connection) -> list[tuple[str, int]]:
    """How many consumers of each type hold something, most first."""
    return [(name, number) for name, number in connection.execute(_TYPES)]


def largest_projects(connection: Connection, most: int) -> list[tuple[str, int]]:
    """The projects whose consumers that hold something are most."""
    return [(name, number) for name, number in connection.execute(_PROJECTS, {"most": most})]


_ROOTS = (
    select(_PROVIDER.id, _PROVIDER.uuid, _PROVIDER.name)
    .where(_PROVIDER.parent_provider_id.is_(None))
    .order_by(_PROVIDER.name)
)
_CAPACITIES = (
    select(_PROVIDER.root_provider_id, func.sum(CAPACITY))
    .join_from(inventories, resource_providers, _PROVIDER.id == _STOCK.resource_provider_id)
    .where(_STOCK.resource_class_id == bindparam("class"))
    .group_by(_PROVIDER.root_provider_id)
)
_USES = (
    select(_PROVIDER.root_provider_id, func.sum(_HELD.used))
    .join_from(allocations, resource_providers, _PROVIDER.id == _HELD.resource_provider_id)
    .where(_HELD.resource_class_id == bindparam("class"))
    .group_by(_PROVIDER.root_provider_id)
)
_ROOT_AGGREGATES = (
    select(_PROVIDER.id, placement_aggregates.c.uuid)
    .join_from(
        resource_provider_aggregates,
        resource_providers,
        _PROVIDER.id == resource_provider_aggregates.c.resource_provider_id,
    )
    .join(
        placement_aggregates,
        placement_aggregates.c.id == resource_provider_aggregates.c.aggregate_id,
    )
    .where(_PROVIDER.parent_provider_id.is_(None))
    .order_by(placement_aggregates.c.uuid)
)


def cells(connection: Connection, class_id: int) -> list[Cell]:
    """Each tree with what it has of one class, by the name of its root."""
    of_class = {"class": class_id}
    capacities = {row[0]: int(row[1]) for row in connection.execute(_CAPACITIES, of_class)}
    uses = {row[0]: int(row[1]) for row in connection.execute(_USES, of_class)}
    memberships: dict[int, list[str]] = {}
    for root, aggregate in connection.execute(_ROOT_AGGREGATES):
        memberships.setdefault(root, []).append(aggregate)
    return [
        Cell(
            root,
            uuid,
            name,
            capacities.get(root, 0),
            uses.get(root, 0),
            memberships.get(root, ()),
        )
        for root, uuid, name in connection.execute(_ROOTS)
    ]
