# SPDX-License-Identifier: Apache-2.0
"""Compares texts of two tables when the tables differ in charset or collation.

The only texts that are joined are the consumers' uuids, in `consumers` and in `allocations`. Tables that were converted one
by one, or made under another default, may differ there. MySQL and MariaDB then refuse the comparison (1267), or convert one
side and can use no index on it. Converting the other side avoids both. A text column that is compared with a parameter needs
nothing: the database converts the parameter.
"""

from functools import lru_cache
from typing import NamedTuple
from weakref import WeakKeyDictionary

import sqlalchemy as sa
from sqlalchemy.dialects import mysql

from placedock.store.tables import allocations, consumers


class ColumnCollation(NamedTuple):
    """The charset and collation of a text column."""

    charset: str
    collation: str


class Texts(NamedTuple):
    """The charsets and collations of the two columns that hold consumers' uuids."""

    consumers: ColumnCollation
    allocations: ColumnCollation


_COLUMNS = sa.text(
    "SELECT table_name, character_set_name, collation_name FROM information_schema.columns"
    " WHERE table_schema = DATABASE() AND (table_name, column_name)"
    " IN (('consumers', 'uuid'), ('allocations', 'consumer_id'))"
)

_known: WeakKeyDictionary[sa.Engine, Texts | None] = WeakKeyDictionary()
_NEVER = Texts(ColumnCollation("", ""), ColumnCollation("", ""))


def differing(connection: sa.Connection) -> Texts | None:
    """The charsets and collations of the two columns, or None when they are equal. Asked for once per engine."""
    engine = connection.engine
    if engine.dialect.name == "sqlite":
        return None
    if engine not in _known:
        found = {row[0]: ColumnCollation(*row[1:]) for row in connection.execute(_COLUMNS)}
        if len(found) < len(Texts._fields):
            # There are no tables, which the statement that follows meets.
            return None
        texts = Texts(**found)
        _known[engine] = None if texts.consumers == texts.allocations else texts
    return _known[engine]


def forget(engine: sa.Engine) -> bool:
    """Have the tables asked again, which somebody may have converted since; whether they had been asked at all."""
    return _known.pop(engine, _NEVER) is not _NEVER


@lru_cache
def consumer_of_allocation(texts: Texts | None) -> sa.ColumnElement[bool]:
    """The condition that a consumer is an allocation's, where the allocation is found first: it uses the index on uuids."""
    held_by = allocations.c.consumer_id
    return consumers.c.uuid == (held_by if texts is None else _as(texts.consumers, held_by))


@lru_cache
def allocation_of_consumer(texts: Texts | None) -> sa.ColumnElement[bool]:
    """The same condition, where the consumer is found first. It uses the index of allocations on their consumer."""
    uuid = consumers.c.uuid
    return allocations.c.consumer_id == (uuid if texts is None else _as(texts.allocations, uuid))


def _as(text: ColumnCollation, column: sa.Column[str]) -> sa.ColumnElement[str]:
    return sa.cast(column, mysql.CHAR(36, charset=text.charset)).collate(text.collation)
