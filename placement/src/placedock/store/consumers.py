# SPDX-License-Identifier: Apache-2.0
"""Consumers, and the projects, users and types they refer to, which are made when first named."""

from collections.abc import Iterable
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy import Connection, bindparam, select

from placedock.store.faults import duplicate_is_lost_race
from placedock.store.tables import allocations, consumer_types, consumers, projects, users


class Consumer(NamedTuple):
    """A consumer as it is stored; a `type_id` of None is the unknown type."""

    id: int
    uuid: str
    generation: int
    project_id: int
    user_id: int
    type_id: int | None


_LOCKED = (
    select(
        consumers.c.id,
        consumers.c.uuid,
        consumers.c.generation,
        consumers.c.project_id,
        consumers.c.user_id,
        consumers.c.consumer_type_id,
    )
    .where(consumers.c.uuid.in_(bindparam("uuids", expanding=True)))
    .with_for_update()
)


def lock(connection: Connection, uuids: Iterable[str]) -> dict[str, Consumer]:
    """The consumers of `uuids` that exist, by lower-case uuid, held against other writers until the transaction ends."""
    rows = connection.execute(_LOCKED, {"uuids": list(uuids)})
    return {row.uuid.lower(): Consumer._make(row) for row in rows}


def project_ids(connection: Connection, external_ids: Iterable[str]) -> dict[str, int]:
    return _ensure(connection, projects, projects.c.external_id, external_ids)


def user_ids(connection: Connection, external_ids: Iterable[str]) -> dict[str, int]:
    return _ensure(connection, users, users.c.external_id, external_ids)


def type_ids(connection: Connection, names: Iterable[str]) -> dict[str, int]:
    return _ensure(connection, consumer_types, consumer_types.c.name, names)


def add(
    connection: Connection,
    uuid: str,
    generation: int,
    project_id: int,
    user_id: int,
    type_id: int | None,
) -> None:
    with duplicate_is_lost_race():
        connection.execute(
            consumers.insert().values(
                uuid=uuid,
                generation=generation,
                project_id=project_id,
                user_id=user_id,
                consumer_type_id=type_id,
            )
        )


def change(
    connection: Connection,
    consumer_id: int,
    generation: int,
    project_id: int,
    user_id: int,
    type_id: int | None,
) -> None:
    connection.execute(
        consumers.update()
        .where(consumers.c.id == consumer_id)
        .values(
            generation=generation,
            project_id=project_id,
            user_id=user_id,
            consumer_type_id=type_id,
        )
    )


def remove_idle(connection: Connection, uuids: Iterable[str]) -> None:
    """Delete those of the consumers that hold nothing."""
    wanted = list(uuids)
    if wanted:
        connection.execute(
            consumers.delete().where(
                consumers.c.uuid.in_(wanted),
                ~sa.exists().where(allocations.c.consumer_id == consumers.c.uuid),
            )
        )


def _ensure(
    connection: Connection, table: sa.Table, name: sa.Column[str], wanted: Iterable[str]
) -> dict[str, int]:
    """The ids of the rows that are called `wanted`, made where they are missing."""
    names = set(wanted)
    found = _ids(connection, table, name, names)
    missing = names - found.keys()
    if missing:
        for one in missing:
            with duplicate_is_lost_race():
                connection.execute(table.insert().values({name.name: one}))
        found = _ids(connection, table, name, names)
    return found


def _ids(
    connection: Connection, table: sa.Table, name: sa.Column[str], wanted: set[str]
) -> dict[str, int]:
    rows = connection.execute(select(name, table.c.id).where(name.in_(list(wanted)))).all()
    exact = {row[0]: row[1] for row in rows}
    # A database that does not tell cases apart keeps one row for all spellings.
    folded = {row[0].lower(): row[1] for row in rows}
    found = {one: exact.get(one, folded.get(one.lower())) for one in wanted}
    return {one: id_ for one, id_ in found.items() if id_ is not None}
