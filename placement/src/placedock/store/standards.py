# SPDX-License-Identifier: Apache-2.0
"""The names that OpenStack has standardised, as os-traits and os-resource-classes list them.

They are rows like any others, and a database needs them before it is served: upstream adds what is
missing whenever one of its processes starts, because its `db sync` adds none. Ours does, and a
service that starts on a database of upstream's calls `ensure`. Nothing is ever taken away.
"""

from typing import NamedTuple

import os_resource_classes
import sqlalchemy as sa

from placedock.store.database import Database
from placedock.store.driver_errors import duplicate_is_lost_race
from placedock.store.tables import resource_classes, traits

CLASS_IDS: dict[str, int] = {
    name: number for number, name in enumerate(os_resource_classes.STANDARDS)
}
"""Every standard resource class and its id, the same in every database there is."""


class Added(NamedTuple):
    """The numbers of rows that were missing."""

    traits: int
    resource_classes: int


class Missing(NamedTuple):
    """The rows that the database does not have."""

    traits: list[dict[str, object]]
    resource_classes: list[dict[str, object]]


def ensure(database: Database) -> Added:
    """Add the standard names that the database does not have, together with others or alone."""

    def add(connection: sa.Connection) -> Added:
        with duplicate_is_lost_race():
            return add_missing(connection)

    return database.write(add)


def are_missing(connection: sa.Connection) -> bool:
    """Whether the database lacks a standard name."""
    return any(_missing(connection))


def add_missing(connection: sa.Connection) -> Added:
    """Add the standard traits and resource classes that the database does not have yet.

    Who else does the same at this moment makes it fail with an IntegrityError, and it may be tried
    again: `ensure` does, and so does `placedock.store.sync`.
    """
    missing = _missing(connection)
    if missing.traits:
        connection.execute(traits.insert(), missing.traits)
    if missing.resource_classes:
        _add_classes(connection, missing.resource_classes)
    return Added(len(missing.traits), len(missing.resource_classes))


def _missing(connection: sa.Connection) -> Missing:
    # Imported here: it is a package of forty modules, and `CLASS_IDS` does not need it.
    import os_traits

    named = set(connection.scalars(sa.select(traits.c.name)))
    classes = set(connection.scalars(sa.select(resource_classes.c.name)))
    return Missing(
        [{"name": name} for name in sorted(os_traits.get_traits()) if name not in named],
        [{"id": number, "name": name} for name, number in CLASS_IDS.items() if name not in classes],
    )


def _add_classes(connection: sa.Connection, rows: list[dict[str, object]]) -> None:
    """VCPU's id is 0, which MySQL takes for "the next free one" unless told not to."""
    if connection.dialect.name == "sqlite":
        connection.execute(resource_classes.insert(), rows)
        return
    mode = connection.exec_driver_sql("SELECT @@SESSION.sql_mode").scalar_one()
    literal = ",".join(filter(None, (mode, "NO_AUTO_VALUE_ON_ZERO")))
    connection.exec_driver_sql("SET SESSION sql_mode = %s", (literal,))
    try:
        connection.execute(resource_classes.insert(), rows)
    finally:
        connection.exec_driver_sql("SET SESSION sql_mode = %s", (mode,))
