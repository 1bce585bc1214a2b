# SPDX-License-Identifier: Apache-2.0
"""Consumers, and the projects, users and types they refer to, which are made when first named.

No statement is built anew for each call: that would cost more than to run it.
"""

from collections.abc import Collection, Iterable, Mapping
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy import Connection, bindparam, null, select

from placedock.store.faults import LostRace, duplicate_is_lost_race
from placedock.store.tables import allocations, consumer_types, consumers, projects, users


class Consumer(NamedTuple):
    """A consumer as it is stored; a `type_id` of None is the unknown type."""

    id: int
    uuid: str
    generation: int
    project_id: int
    user_id: int
    type_id: int | None


class Named(NamedTuple):
    """What claims name, as far as it exists: consumers by lower-case uuid, ids of the others by name."""

    consumers: Mapping[str, Consumer]
    projects: Mapping[str, int]
    users: Mapping[str, int]
    types: Mapping[str, int]


def _among(name: str) -> Any:
    return bindparam(name, expanding=True)


_CONSUMERS = select(
    consumers.c.id,
    consumers.c.uuid,
    consumers.c.generation,
    consumers.c.project_id,
    consumers.c.user_id,
    consumers.c.consumer_type_id,
)
_LOCKED = _CONSUMERS.where(consumers.c.uuid.in_(_among("uuids"))).with_for_update()

# All at once, because a claim needs them all and each question is a round trip. Each kind of name has
# a column of its own: the tables may differ in their collation, which MySQL would not put in one.
_NAMED = _CONSUMERS.add_columns(null(), null(), null()).where(
    consumers.c.uuid.in_(_among("consumers"))
)
_NAMED = _NAMED.union_all(
    select(
        projects.c.id, null(), null(), null(), null(), null(), projects.c.external_id, null(), null()
    ).where(projects.c.external_id.in_(_among("projects"))),
    select(
        users.c.id, null(), null(), null(), null(), null(), null(), users.c.external_id, null()
    ).where(users.c.external_id.in_(_among("users"))),
    select(
        consumer_types.c.id, null(), null(), null(), null(), null(), null(), null(), consumer_types.c.name
    ).where(consumer_types.c.name.in_(_among("types"))),
)

_ADD = consumers.insert()
_CHANGE = (
    consumers.update()
    .where(consumers.c.id == bindparam("known_id"), consumers.c.generation == bindparam("known"))
    .values(
        generation=consumers.c.generation + 1,
        project_id=bindparam("project"),
        user_id=bindparam("user"),
        consumer_type_id=bindparam("type"),
    )
)
_REMOVE_IDLE = consumers.delete().where(
    consumers.c.uuid.in_(_among("uuids")),
    ~sa.exists().where(allocations.c.consumer_id == consumers.c.uuid),
)
