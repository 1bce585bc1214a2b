# SPDX-License-Identifier: Apache-2.0
"""The ids behind the names of traits and resource classes, and the names behind ids.

Only standard names are remembered: nobody may delete or renumber them, so what was once read stays
true whoever else writes to the database. Custom ones are asked for each time: they come and go, and
an id that is free again may be given to the next name: neither direction can be remembered.

What does not exist is missing from the answer. A name is found only as it is written, although MySQL
would compare it without regard to case.
"""

from collections.abc import Iterable
from typing import Any
from weakref import WeakKeyDictionary

import sqlalchemy as sa

from placedock.store.standards import CLASS_IDS
from placedock.store.tables import resource_classes, traits

CUSTOM = "CUSTOM_"

STANDARD_CLASSES = {number: name for name, number in CLASS_IDS.items()}
"""The names of the standard resource classes, by id."""


class _Remembered:
    """Standard traits that were read: they are numbered as they come, in each database differently."""

    def __init__(self) -> None:
        self.ids: dict[str, int] = {}
        self.names: dict[int, str] = {}

    def add(self, ids: dict[str, int]) -> None:
        for name, number in ids.items():
            if not name.startswith(CUSTOM):
                self.ids[name] = number
                self.names[number] = name


_traits: WeakKeyDictionary[sa.Engine, _Remembered] = WeakKeyDictionary()


def _remembered(connection: sa.Connection) -> _Remembered:
    """The known names of the connection's database. They are kept by engine, because tests have several in a process."""
    known = _traits.get(connection.engine)
    return known if known is not None else _traits.setdefault(connection.engine, _Remembered())


def _by_name(table: sa.Table) -> sa.Select[Any]:
    return sa.select(table.c.id, table.c.name).where(
        table.c.name.in_(sa.bindparam("names", expanding=True))
    )


def _by_id(table: sa.Table) -> sa.Select[Any]:
    return sa.select(table.c.id, table.c.name).where(
        table.c.id.in_(sa.bindparam("ids", expanding=True))
    )


_TRAITS_BY_NAME = _by_name(traits)
_TRAITS_BY_ID = _by_id(traits)
_CLASSES_BY_NAME = _by_name(resource_classes)
_CLASSES_BY_ID = _by_id(resource_classes)


def trait_ids(
    connection: sa.Connection, names: Iterable[str], hold: bool = False
) -> dict[str, int]:
    """The ids of those traits that exist.

    With `hold`, which is for transactions that write, custom ones cannot be deleted before the
    transaction ends.
    """
    known = _remembered(connection)
    wanted = set(names)
    found = {name: known.ids[name] for name in wanted if name in known.ids}
    asked = _ask(connection, _TRAITS_BY_NAME, wanted - found.keys(), hold)
    known.add(asked)
    return found | asked


def trait_names(connection: sa.Connection, ids: Iterable[int]) -> dict[int, str]:
    """The names of those traits that exist."""
    known = _remembered(connection)
    wanted = set(ids)
    found = {number: known.names[number] for number in wanted if number in known.names}
    if missing := wanted - found.keys():
        rows = connection.execute(_TRAITS_BY_ID, {"ids": list(missing)}).all()
        known.add({row.name: row.id for row in rows})
        found.update({row.id: row.name for row in rows})
    return found


def class_ids(
    connection: sa.Connection, names: Iterable[str], hold: bool = False
) -> dict[str, int]:
    """The ids of those resource classes that exist; `hold` as with `trait_ids`.

    Standard ones are not asked for: their ids are the same everywhere.
    """
    wanted = set(names)
    found = {name: CLASS_IDS[name] for name in wanted if name in CLASS_IDS}
    return found | _ask(connection, _CLASSES_BY_NAME, wanted - found.keys(), hold)


def class_names(connection: sa.Connection, ids: Iterable[int]) -> dict[int, str]:
    """The names of those resource classes that exist."""
    wanted = set(ids)
    found = {number: STANDARD_CLASSES[number] for number in wanted if number in STANDARD_CLASSES}
    if missing := wanted - found.keys():
        rows = connection.execute(_CLASSES_BY_ID, {"ids": list(missing)})
        found.update({row.id: row.name for row in rows})
    return found


def _ask(
    connection: sa.Connection, query: sa.Select[Any], names: set[str], hold: bool
) -> dict[str, int]:
    """Ask the database, but not for what cannot be a name: that may not even be valid Unicode."""
    asked = [name for name in names if name.isascii()]
    if not asked:
        return {}
    if hold:
        query = query.with_for_update(read=True)
    rows = connection.execute(query, {"names": asked})
    return {row.name: row.id for row in rows if row.name in names}
