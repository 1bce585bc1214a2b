# SPDX-License-Identifier: Apache-2.0
"""Whole tables, or all rows that belong to some trees, for an export. `making` writes them in another database.

Rows come in the order of their ids, and are read a range of providers at a time. Those of traits, of which there are most,
are packed into one text (`packed`).
"""

from collections.abc import Collection, Iterator, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection, func, select

from placedock.store import packed
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
    users,
)

RANGE = 2_000
"""Providers whose rows are read by one statement."""


def roots_of(connection: Connection, names: Collection[str]) -> dict[str, int]:
    """The roots of the trees that hold the providers of these uuids or names, by uuid or name."""
    column = resource_providers.c
    rows = connection.execute(
        select(column.uuid, column.name, column.root_provider_id).where(
            sa.or_(column.uuid.in_(list(names)), column.name.in_(list(names)))
        )
    )
    return {name: root for uuid, own, root in rows for name in (uuid, own) if name in names}


def roots_in_aggregates(connection: Connection, uuids: Collection[str]) -> dict[str, set[int]]:
    """The roots of the trees that have a provider in each of the aggregates."""
    column, member = resource_providers.c, resource_provider_aggregates.c
    rows = connection.execute(
        select(placement_aggregates.c.uuid, column.root_provider_id)
        .join(resource_provider_aggregates, member.resource_provider_id == column.id)
        .join(placement_aggregates, placement_aggregates.c.id == member.aggregate_id)
        .where(placement_aggregates.c.uuid.in_(list(uuids)))
    )
    found: dict[str, set[int]] = {}
    for uuid, root in rows:
        found.setdefault(uuid, set()).add(root)
    return found


def providers(connection: Connection, roots: Collection[int] | None) -> list[Any]:
    """Id, uuid, name, generation, parent and root of every provider, or of those below the roots."""
    column = resource_providers.c
    rows = select(
        column.id,
        column.uuid,
        column.name,
        column.generation,
        column.parent_provider_id,
        column.root_provider_id,
    )
    if roots is not None:
        rows = rows.where(column.root_provider_id.in_(list(roots)))
    return list(connection.execute(rows.order_by(column.id)))


def stocks(connection: Connection, ids: Sequence[int]) -> Iterator[Any]:
    """Provider, class and amounts of the providers' inventories; `ids` are in order."""
    column = inventories.c
    for part in _ranges(ids):
        rows = connection.execute(
            select(
                column.resource_provider_id,
                resource_classes.c.name,
                column.total,
                column.reserved,
                column.min_unit,
                column.max_unit,
                column.step_size,
                column.allocation_ratio,
            )
            .join(resource_classes, resource_classes.c.id == column.resource_class_id)
            .where(_within(column.resource_provider_id, part))
            .order_by(column.resource_provider_id, column.resource_class_id)
        )
        yield from rows


def trait_sets(connection: Connection, ids: Sequence[int]) -> dict[int, list[str]]:
    """The names of the providers' traits."""
    named = connection.execute(select(traits.c.id, traits.c.name))
    names = {row[0]: row[1] for row in named}
    column = resource_provider_traits.c
    found: dict[int, list[str]] = {}
    for part in _ranges(ids):
        statement = select(packed.Packed(column.resource_provider_id, column.trait_id)).where(
            _within(column.resource_provider_id, part)
        )
        text = connection.scalar(statement)
        for provider, trait in packed.rows(connection, text, statement, {}):
            found.setdefault(provider, []).append(names[trait])
    return found


def memberships(connection: Connection, ids: Sequence[int]) -> dict[int, list[str]]:
    """The uuids of the aggregates that the providers are in."""
    column = resource_provider_aggregates.c
    found: dict[int, list[str]] = {}
    for part in _ranges(ids):
        rows = connection.execute(
            select(column.resource_provider_id, placement_aggregates.c.uuid)
            .join(placement_aggregates, placement_aggregates.c.id == column.aggregate_id)
            .where(_within(column.resource_provider_id, part))
        )
        for provider, uuid in rows:
            found.setdefault(provider, []).append(uuid)
    return found


def held(connection: Connection, ids: Sequence[int]) -> list[Any]:
    """Id, consumer, provider, class and amount of what is held of the providers, in the order of the ids.

    Not packed: one provider that shares may have more allocations than fit into one text.
    """
    column = allocations.c
    found: list[Any] = []
    for part in _ranges(ids):
        found += connection.execute(
            select(
                column.id,
                column.consumer_id,
                column.resource_provider_id,
                resource_classes.c.name,
                column.used,
            )
            .join(resource_classes, resource_classes.c.id == column.resource_class_id)
            .where(_within(column.resource_provider_id, part))
        )
    return sorted(found)


def all_consumers(connection: Connection) -> list[Any]:
    """Uuid, project, user, type and generation of every consumer."""
    column = consumers.c
    return list(
        connection.execute(
            select(
                column.uuid,
                projects.c.external_id,
                users.c.external_id,
                consumer_types.c.name,
                column.generation,
            )
            .select_from(
                consumers.outerjoin(projects, projects.c.id == column.project_id)
                .outerjoin(users, users.c.id == column.user_id)
                .outerjoin(consumer_types, consumer_types.c.id == column.consumer_type_id)
            )
            .order_by(column.id)
        )
    )


def class_names(connection: Connection) -> list[str]:
    """The names of all resource classes, in the order of their ids."""
    return list(connection.scalars(select(resource_classes.c.name).order_by(resource_classes.c.id)))


def trait_names(connection: Connection) -> list[str]:
    """The names of all traits."""
    return sorted(connection.scalars(select(traits.c.name)))


def other_names(connection: Connection) -> dict[str, list[str]]:
    """All names of aggregates, projects, users and consumer types, in order."""
    return {
        "aggregates": sorted(filter(None, connection.scalars(select(placement_aggregates.c.uuid)))),
        "projects": sorted(connection.scalars(select(projects.c.external_id))),
        "users": sorted(connection.scalars(select(users.c.external_id))),
        "consumer_types": sorted(connection.scalars(select(consumer_types.c.name))),
    }


def stray_allocations(connection: Connection) -> int:
    """The number of allocations of providers or classes that do not exist."""
    column = allocations.c
    return int(
        connection.scalar(
            select(func.count())
            .select_from(
                allocations.outerjoin(
                    resource_providers, resource_providers.c.id == column.resource_provider_id
                ).outerjoin(resource_classes, resource_classes.c.id == column.resource_class_id)
            )
            .where(sa.or_(resource_providers.c.id.is_(None), resource_classes.c.id.is_(None)))
        )
        or 0
    )


def _ranges(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(ids), RANGE):
        yield ids[start : start + RANGE]


def _within(column: sa.Column[int], part: Sequence[int]) -> sa.ColumnElement[bool]:
    """The condition that `column` has one of the ids of `part`: a range when the ids have no gap, or else a list."""
    if part[-1] - part[0] + 1 == len(part):
        return column.between(part[0], part[-1])
    return column.in_(part)
