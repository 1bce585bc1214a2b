# SPDX-License-Identifier: Apache-2.0
"""Consumers, and the projects, users and types they refer to, which are made when first named.

No statement is built anew for each call: that would cost more than to run it.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from operator import itemgetter
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy import Connection, bindparam, select

from placedock.store.driver_errors import LostRace, duplicate_is_lost_race
from placedock.store.tables import consumer_types, consumers, now, projects, users


class StoredConsumer(NamedTuple):
    """A consumer as it is stored; a `type_id` of None is the unknown type."""

    id: int
    uuid: str
    generation: int
    project_id: int
    user_id: int
    type_id: int | None


class ExistingNames(NamedTuple):
    """The existing things that claims name: the consumers by lower-case uuid, the ids of the others by name."""

    consumers: Mapping[str, StoredConsumer]
    projects: Mapping[str, int]
    users: Mapping[str, int]
    types: Mapping[str, int]


def _row(**columns: sa.ColumnElement[Any]) -> sa.Select[Any]:
    """The rows of one kind that `_NAMED` finds.

    Names have a column for each kind: tables may differ in their collation, and MySQL would refuse to
    have two of them in one.
    """
    every = (*StoredConsumer._fields, "project", "user", "type")
    return select(*(columns.get(name, sa.null()).label(name) for name in every))


_NAMED = sa.union_all(
    _row(
        id=consumers.c.id,
        uuid=consumers.c.uuid,
        generation=consumers.c.generation,
        project_id=consumers.c.project_id,
        user_id=consumers.c.user_id,
        type_id=consumers.c.consumer_type_id,
    ).where(consumers.c.uuid.in_(bindparam("consumers", expanding=True))),
    _row(id=projects.c.id, project=projects.c.external_id).where(
        projects.c.external_id.in_(bindparam("projects", expanding=True))
    ),
    _row(id=users.c.id, user=users.c.external_id).where(
        users.c.external_id.in_(bindparam("users", expanding=True))
    ),
    _row(id=consumer_types.c.id, type=consumer_types.c.name).where(
        consumer_types.c.name.in_(bindparam("types", expanding=True))
    ),
)

_ADD = consumers.insert()


class _Kind(NamedTuple):
    """Of projects, users or consumer types: their name in `_NAMED`, the column of their names, and what finds one."""

    label: str
    column: sa.Column[str]
    find: sa.Select[Any]

    @classmethod
    def of(cls, label: str, column: sa.Column[str]) -> "_Kind":
        return cls(label, column, select(column.table.c.id).where(column == bindparam("name")))


_KINDS = (
    _Kind.of("project", projects.c.external_id),
    _Kind.of("user", users.c.external_id),
    _Kind.of("type", consumer_types.c.name),
)

_AS_KNOWN = sa.and_(
    consumers.c.id == bindparam("known_id"),
    consumers.c.generation == bindparam("known_generation"),
)
_CHANGE = (
    consumers.update()
    .where(_AS_KNOWN)
    .values(
        generation=consumers.c.generation + 1,
        project_id=bindparam("project"),
        user_id=bindparam("user"),
        consumer_type_id=bindparam("type"),
    )
)
_REMOVE_AS_KNOWN = consumers.delete().where(_AS_KNOWN)
_REMOVE = consumers.delete().where(consumers.c.uuid == bindparam("uuid"))


def named(
    connection: Connection,
    uuids: Collection[str],
    projects: Collection[str],
    users: Collection[str],
    types: Collection[str],
) -> ExistingNames:
    """The existing things of these names. Nothing is locked: `change` and `remove_as_known` make sure that they are unchanged.

    One question for all, because each is a round trip.
    """
    rows = connection.execute(
        _NAMED,
        {
            "consumers": list(uuids),
            "projects": list(projects),
            "users": list(users),
            "types": list(types),
        },
    ).all()
    return ExistingNames(
        {row.uuid.lower(): StoredConsumer._make(row[:6]) for row in rows if row.uuid is not None},
        *(
            _as_asked(connection, kind, wanted, rows)
            for kind, wanted in zip(_KINDS, (projects, users, types), strict=True)
        ),
    )


def _as_asked(
    connection: Connection, kind: "_Kind", wanted: Collection[str], rows: Iterable[sa.Row[Any]]
) -> dict[str, int]:
    """The ids by the names as they are asked for.

    A collation may take names for one that differ in case, in accents or in blanks at the end, and the database then has one
    row for all. Which names are one is the database's to say, so it is asked about each that is not there to the letter.
    """
    found = {name: row.id for row in rows if (name := getattr(row, kind.label)) is not None}
    ids = {name: found[name] for name in wanted if name in found}
    if found:
        for name in set(wanted) - ids.keys():
            if (id_ := connection.scalar(kind.find, {"name": name})) is not None:
                ids[name] = id_
    return ids


def add_names(
    connection: Connection,
    projects: Iterable[str],
    users: Iterable[str],
    types: Iterable[str],
) -> None:
    """New projects, users and consumer types; in one order, so that those who add the same queue."""
    for kind, names in zip(_KINDS, (projects, users, types), strict=True):
        if ordered := sorted(names):
            _add_each(connection, kind, ordered)


def _add_each(connection: Connection, kind: _Kind, names: Sequence[str]) -> None:
    """All at once; one by one when the collation takes some of them for one, as `_as_asked` tells."""
    column = kind.column
    try:
        connection.execute(column.table.insert(), [{column.name: name} for name in names])
    except sa.exc.IntegrityError as error:
        if len(names) == 1:
            raise LostRace from error
        for name in names:
            if connection.scalar(kind.find, {"name": name}) is None:
                with duplicate_is_lost_race():
                    connection.execute(column.table.insert(), {column.name: name})


def add(
    connection: Connection, new: Iterable[tuple[str, int, int, int | None]], generation: int
) -> None:
    """New consumers: uuid, project id, user id, type id."""
    columns = ("uuid", "project_id", "user_id", "consumer_type_id")
    # Upstream makes a consumer with generation 0 and counts it up as it claims, which also dates the change.
    further = {"generation": generation, "updated_at": now()}
    rows = [dict(zip(columns, one, strict=True), **further) for one in new]
    if rows:
        rows.sort(key=itemgetter("uuid"))
        with duplicate_is_lost_race():
            connection.execute(_ADD, rows)


def change(
    connection: Connection, changed: Iterable[tuple[StoredConsumer, int, int, int | None]]
) -> None:
    """Give consumers a project, user and type by id, and add 1 to their generations.

    Holds them against other writers until the transaction ends. One that is not as it was read any
    more is a lost race.
    """
    rows = [
        {**_known(consumer), "project": project_id, "user": user_id, "type": type_id}
        for consumer, project_id, user_id, type_id in changed
    ]
    _each_once(connection, _CHANGE, rows)


def remove_as_known(connection: Connection, gone: Iterable[StoredConsumer]) -> None:
    """Delete consumers; likewise."""
    _each_once(connection, _REMOVE_AS_KNOWN, [_known(consumer) for consumer in gone])


def remove(connection: Connection, uuid: str) -> None:
    """Delete a consumer whatever became of it; nothing when there is none."""
    connection.execute(_REMOVE, {"uuid": uuid})


def _known(consumer: StoredConsumer) -> dict[str, Any]:
    return {"known_id": consumer.id, "known_generation": consumer.generation}


def _each_once(
    connection: Connection, statement: sa.UpdateBase, rows: Collection[Mapping[str, Any]]
) -> None:
    ordered = sorted(rows, key=itemgetter("known_id"))
    if ordered and connection.execute(statement, ordered).rowcount != len(ordered):
        raise LostRace
