# SPDX-License-Identifier: Apache-2.0
"""The same calls leave the same rows, column by column: tools that read the tables find what upstream would have written."""

from typing import Any

import sqlalchemy as sa
from concurrency.fleet import fleet
from conformance.databases import Database
from differential.calls import Client

from .filling import fill

# By the column that refers to another table: that table, and the column that names its rows.
NAMES = {
    "resource_provider_id": ("resource_providers", "uuid"),
    "root_provider_id": ("resource_providers", "uuid"),
    "parent_provider_id": ("resource_providers", "uuid"),
    "resource_class_id": ("resource_classes", "name"),
    "trait_id": ("traits", "name"),
    "aggregate_id": ("placement_aggregates", "uuid"),
    "project_id": ("projects", "external_id"),
    "user_id": ("users", "external_id"),
    "consumer_type_id": ("consumer_types", "name"),
}
DATES = ("created_at", "updated_at")


def rows(url: str) -> dict[str, list[dict[str, Any]]]:
    """Every row of every table: ids as names, dates as whether there is one."""
    engine = sa.create_engine(url)
    tables = sa.MetaData()
    tables.reflect(engine)
    with engine.connect() as connection:
        found = {
            name: [dict(row._mapping) for row in connection.execute(table.select())]
            for name, table in tables.tables.items()
        }
    engine.dispose()
    named = {
        table: {row["id"]: row[column] for row in found[table]} for table, column in NAMES.values()
    }

    def shown(column: str, value: Any) -> Any:
        if column in DATES:
            return None if value is None else "a date"
        return named[NAMES[column][0]].get(value, value) if column in NAMES else value

    return {
        table: sorted(
            ({name: shown(name, row[name]) for name in row if name != "id"} for row in content),
            key=repr,
        )
        for table, content in found.items()
    }


def written(database: Database, ours: int, theirs: int) -> dict[str, list[dict[str, Any]]]:
    with database() as url:
        with fleet(url, ours, theirs) as writing:
            fill(Client(writing.servers[0]), "A")
        return rows(url)


def test_the_same_calls_leave_the_same_rows(database: Database) -> None:
    ours, theirs = written(database, 1, 0), written(database, 0, 1)
    assert ours.keys() == theirs.keys()
    different = [
        f"{table}: only {whose} {row}"
        for table in theirs
        for whose, content, other in (("ours", ours, theirs), ("theirs", theirs, ours))
        for row in content[table]
        if row not in other[table]
    ]
    assert different == [], "\n".join(different)
    assert {table: len(content) for table, content in ours.items()} == {
        table: len(content) for table, content in theirs.items()
    }
