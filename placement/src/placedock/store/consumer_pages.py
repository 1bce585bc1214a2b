# SPDX-License-Identifier: Apache-2.0
"""Consumers that hold something, a page at a time, with all that each holds."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection, func, select

from placedock.model.claim import UNKNOWN_TYPE
from placedock.model.cloud import Consumer, ConsumerFilters, ConsumerPage, Holding
from placedock.store import names
from placedock.store.tables import (
    allocations,
    consumer_types,
    consumers,
    projects,
    resource_providers,
    users,
)

_CONSUMER, _HELD, _PROVIDER = consumers.c, allocations.c, resource_providers.c
_ROOT = resource_providers.alias("root").c

_CONSUMERS = select(
    _CONSUMER.id,
    _CONSUMER.uuid,
    projects.c.external_id,
    users.c.external_id,
    func.coalesce(consumer_types.c.name, UNKNOWN_TYPE),
    _CONSUMER.generation,
).select_from(
    consumers.join(projects, projects.c.id == _CONSUMER.project_id)
    .join(users, users.c.id == _CONSUMER.user_id)
    .outerjoin(consumer_types, consumer_types.c.id == _CONSUMER.consumer_type_id)
)
_HOLDINGS = (
    select(
        _HELD.consumer_id,
        _PROVIDER.uuid,
        _PROVIDER.name,
        _ROOT.uuid,
        _HELD.resource_class_id,
        _HELD.used,
    )
    .join_from(allocations, resource_providers, _PROVIDER.id == _HELD.resource_provider_id)
    .join(_ROOT.id.table, _ROOT.id == _PROVIDER.root_provider_id)
    .where(_HELD.consumer_id.in_(sa.bindparam("uuids", expanding=True)))
    .order_by(_HELD.id)
)


def page(
    connection: Connection, filters: ConsumerFilters, after: str | None, most: int
) -> ConsumerPage:
    """At most `most` consumers, those that were made after the consumer with the uuid `after`."""
    query = _CONSUMERS.where(*_conditions(filters)).order_by(_CONSUMER.id).limit(most + 1)
    if after is not None:
        before = consumers.alias("before").c
        query = query.where(
            _CONSUMER.id > select(before.id).where(before.uuid == after).scalar_subquery()
        )
    rows = connection.execute(query).all()
    shown = rows[:most]
    holdings = _holdings(connection, [row[1] for row in shown])
    found = [
        Consumer(uuid, project, user, kind, generation, holdings.get(uuid.lower(), ()))
        for _, uuid, project, user, kind, generation in shown
    ]
    return ConsumerPage(found, found[-1].uuid if len(rows) > most else None)


def _conditions(filters: ConsumerFilters) -> list[sa.ColumnElement[bool]]:
    held = select(_HELD.consumer_id).where(_HELD.consumer_id == _CONSUMER.uuid)
    if filters.tree is not None:
        member = resource_providers.alias("member").c
        root = select(member.root_provider_id).where(member.uuid == filters.tree).scalar_subquery()
        held = held.join(resource_providers, _PROVIDER.id == _HELD.resource_provider_id).where(
            _PROVIDER.root_provider_id == root
        )
    conditions: list[sa.ColumnElement[bool]] = [held.exists()]
    if filters.project is not None:
        conditions.append(projects.c.external_id == filters.project)
    if filters.user is not None:
        conditions.append(users.c.external_id == filters.user)
    if filters.uuid is not None:
        conditions.append(_CONSUMER.uuid == filters.uuid)
    if filters.consumer_type == UNKNOWN_TYPE:
        conditions.append(_CONSUMER.consumer_type_id.is_(None))
    elif filters.consumer_type is not None:
        conditions.append(consumer_types.c.name == filters.consumer_type)
    return conditions


def _holdings(connection: Connection, uuids: list[str]) -> dict[str, list[Holding]]:
    """By the consumer's uuid in lower case, what it holds of each provider."""
    if not uuids:
        return {}
    rows: list[Any] = list(connection.execute(_HOLDINGS, {"uuids": uuids}))
    class_names = names.class_names(connection, {row[4] for row in rows})
    amounts: dict[tuple[str, str], dict[str, int]] = {}
    found: dict[str, list[Holding]] = {}
    for consumer, uuid, name, root, class_id, used in rows:
        holder = consumer.lower()
        if (holder, uuid) not in amounts:
            resources = amounts[holder, uuid] = {}
            found.setdefault(holder, []).append(Holding(uuid, name, root, resources))
        if class_id in class_names:
            amounts[holder, uuid][class_names[class_id]] = used
    return found
