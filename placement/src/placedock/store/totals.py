# SPDX-License-Identifier: Apache-2.0
"""Sums over the whole cloud, and a mark that changes whenever something in it does."""

import hashlib
from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import reduce
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection, bindparam, func, select

from placedock.model.claim import UNKNOWN_TYPE
from placedock.model.cloud import Cell, ClassTotals, CloudCounts
from placedock.store import names, packed
from placedock.store.conditions import WHOLE_CAPACITY
from placedock.store.hints import ignoring
from placedock.store.tables import (
    allocations,
    consumer_types,
    consumers,
    inventories,
    placement_aggregates,
    projects,
    resource_classes,
    resource_provider_aggregates,
    resource_providers,
    traits,
)

_PROVIDER, _STOCK, _HELD = resource_providers.c, inventories.c, allocations.c
_MEMBER = resource_provider_aggregates.c


def _figures(*figures: sa.ColumnElement[Any]) -> sa.ScalarSelect[str]:
    """Figures of one table as one text, because a subquery has one value and each would read the table again."""
    texts: list[sa.ColumnElement[str]] = [
        func.coalesce(sa.cast(figure, sa.String(40)), "") for figure in figures
    ]
    return select(reduce(lambda one, other: one + " " + other, texts)).scalar_subquery()


_MARK = select(
    sa.select(func.max(_PROVIDER.updated_at)).scalar_subquery(),
    _figures(func.count(_PROVIDER.id), func.max(_PROVIDER.id), func.sum(_PROVIDER.generation)),
    _figures(
        func.count(consumers.c.id), func.max(consumers.c.id), func.sum(consumers.c.generation)
    ),
    _figures(func.count(_MEMBER.aggregate_id), func.sum(_MEMBER.aggregate_id)),
    _figures(func.count(traits.c.id), func.max(traits.c.id)),
    _figures(
        func.count(resource_classes.c.id),
        func.max(resource_classes.c.id),
        func.max(resource_classes.c.updated_at),
    ),
)

SETTLED = timedelta(seconds=2)
"""The tables have times in whole seconds: a name that changes twice in one leaves the same trace as once."""


def mark(connection: Connection) -> str:
    """A text that is another one after every change of providers, inventories, traits, aggregates, allocations or consumers.

    Generations of providers and consumers count most changes. A consumer without an allocation left is deleted, by upstream
    too. Old clients set aggregates without counting, so these are counted and added up here. Names have only the time of their
    change, so no two marks are equal for a while after it. A change by hand in SQL that leaves all of this alone is not seen.
    """
    updated, *figures = connection.execute(_MARK).one()
    now = datetime.now(UTC).replace(tzinfo=None)
    if updated is not None and now - updated < SETTLED:
        figures.append(now)
    return hashlib.sha256(repr([str(updated), *map(str, figures)]).encode()).hexdigest()[:16]


_COUNTS = select(
    sa.select(func.count()).where(_PROVIDER.parent_provider_id.is_(None)).scalar_subquery(),
    sa.select(func.count(_PROVIDER.id)).scalar_subquery(),
    sa.select(func.count(consumers.c.id)).scalar_subquery(),
    sa.select(func.count(_HELD.id)).scalar_subquery(),
)


def counts(connection: Connection) -> CloudCounts:
    return CloudCounts(*map(int, connection.execute(_COUNTS).one()))


_BY_CLASS = select(
    _STOCK.resource_class_id,
    func.count(),
    func.sum(_STOCK.total),
    func.sum(_STOCK.reserved),
    func.sum(WHOLE_CAPACITY),
).group_by(_STOCK.resource_class_id)
# The index on classes has no amounts: MySQL would fetch each row for its own. The one on providers has both.
_USED_BY_CLASS = ignoring(
    select(_HELD.resource_class_id, func.sum(_HELD.used)).group_by(_HELD.resource_class_id),
    allocations,
    "allocations_resource_class_id_idx",
)


def classes(connection: Connection) -> list[ClassTotals]:
    """The sums of each class of which some provider has inventory, by name."""
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


_OWNED = (
    select(
        consumers.c.project_id,
        consumers.c.consumer_type_id,
        func.count().label("number"),
    )
    .group_by(consumers.c.project_id, consumers.c.consumer_type_id)
    .subquery("owned")
    .c
)
_OWNERS = (
    select(
        projects.c.external_id,
        func.coalesce(consumer_types.c.name, UNKNOWN_TYPE),
        _OWNED.number,
    )
    .join_from(_OWNED.number.table, projects, projects.c.id == _OWNED.project_id)
    .outerjoin(consumer_types, consumer_types.c.id == _OWNED.consumer_type_id)
)


def owners(connection: Connection) -> tuple[list[tuple[str, int]], list[tuple[str, int]]]:
    """The number of consumers by type, and by project; the largest first, equal ones by name."""
    by_type: Counter[str] = Counter()
    by_project: Counter[str] = Counter()
    for project, kind, number in connection.execute(_OWNERS):
        by_type[kind] += number
        by_project[project] += number
    return _largest_first(by_type), _largest_first(by_project)


def _largest_first(numbers: Mapping[str, int]) -> list[tuple[str, int]]:
    return sorted(numbers.items(), key=lambda item: (-item[1], item[0]))


_ROOTS = (
    select(_PROVIDER.id, _PROVIDER.uuid, _PROVIDER.name)
    .where(_PROVIDER.parent_provider_id.is_(None))
    .order_by(_PROVIDER.name)
)
_CAPACITIES = (
    select(_PROVIDER.root_provider_id, func.sum(WHOLE_CAPACITY))
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
_MEMBERSHIPS = (
    select(
        packed.Packed(
            resource_provider_aggregates.c.resource_provider_id,
            resource_provider_aggregates.c.aggregate_id,
        )
    )
    .join(resource_providers, _PROVIDER.id == resource_provider_aggregates.c.resource_provider_id)
    .where(_PROVIDER.parent_provider_id.is_(None))
)
_AGGREGATES = select(placement_aggregates.c.id, placement_aggregates.c.uuid)


def cells(connection: Connection, class_id: int) -> list[Cell]:
    """Each tree with what it has of one class, by the name of its root."""
    of_class = {"class": class_id}
    capacities = {row[0]: int(row[1]) for row in connection.execute(_CAPACITIES, of_class)}
    uses = {row[0]: int(row[1]) for row in connection.execute(_USES, of_class)}
    uuids: dict[int, str] = {row[0]: row[1] for row in connection.execute(_AGGREGATES)}
    memberships: dict[int, list[str]] = {}
    for root, aggregate in packed.read(connection, _MEMBERSHIPS, {}):
        if aggregate in uuids:
            memberships.setdefault(root, []).append(uuids[aggregate])
    return [
        Cell(
            root,
            uuid,
            name,
            capacities.get(root, 0),
            uses.get(root, 0),
            sorted(memberships.get(root, ())),
        )
        for root, uuid, name in connection.execute(_ROOTS)
    ]
