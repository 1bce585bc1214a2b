# SPDX-License-Identifier: Apache-2.0
"""Reads the description that a database gives of its tables, so that two databases can be compared."""

import re
from collections.abc import Iterable

import sqlalchemy as sa
from placedock.store.database import Database

Schema = dict[str, list[str]]


def schema(url: str) -> Schema:
    """Every table's definition, line by line: columns with types and defaults, keys, constraints,
    foreign keys, and on MySQL engine, character set and collation. How many rows there have been
    does not count.
    """
    database = Database(url)
    try:
        return database.query(_sqlite if url.startswith("sqlite") else _mysql)
    finally:
        database.close()


def rows(url: str, query: str) -> list[tuple[object, ...]]:
    database = Database(url)
    try:
        return [tuple(row) for row in database.query(lambda c: c.exec_driver_sql(query).fetchall())]
    finally:
        database.close()


def execute(url: str, statements: Iterable[str]) -> None:
    """Change a database behind everybody's back."""
    database = Database(url)

    def run(connection: sa.Connection) -> None:
        for statement in statements:
            connection.exec_driver_sql(statement)

    try:
        database.write(run)
    finally:
        database.close()


def _mysql(connection: sa.Connection) -> Schema:
    found = {}
    for (name,) in connection.exec_driver_sql("SHOW TABLES").all():
        definition = connection.exec_driver_sql(f"SHOW CREATE TABLE {name}").one()[1]
        found[name] = re.sub(r" AUTO_INCREMENT=\d+", "", definition).splitlines()
    return found


def _sqlite(connection: sa.Connection) -> Schema:
    query = "SELECT tbl_name, sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY type DESC, name"
    found: Schema = {}
    for name, definition in connection.exec_driver_sql(query):
        found.setdefault(name, []).extend(definition.splitlines())
    return found
