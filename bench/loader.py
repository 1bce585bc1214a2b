# SPDX-License-Identifier: Apache-2.0
"""Writes a cloud into a database without a service: MySQL itself repeats the pattern.

One statement for each table crosses the pattern's rows with the numbers of the repetitions, so Python makes no row and
100,000 hosts take seconds. Both services have the same tables, so the same statements fill both databases. The loader
looks up the ids of names (classes, traits) and never deletes names, because a service may keep them in memory.
"""

import itertools
from collections.abc import Iterable, Sequence

import pymysql

from .clouds import PROJECTS, Cloud

CONTENTS = (
    "allocations",
    "consumers",
    "inventories",
    "placement_aggregates",
    "projects",
    "resource_provider_aggregates",
    "resource_provider_traits",
    "resource_providers",
    "users",
)
# Repetitions are numbered from 0, ids from 1.
REPETITIONS = "WITH RECURSIVE repetition (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM repetition WHERE n + 1 < {})"
UUID = "BIN_TO_UUID(UNHEX(LEFT(SHA2(CONCAT('{} ', {}), 256), 32)))"


def load(connection: pymysql.Connection, cloud: Cloud) -> None:
    """Replace the contents of the database by this cloud."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SET SESSION cte_max_recursion_depth = 10000000, foreign_key_checks = 0, unique_checks = 0"
        )
        for table in CONTENTS:
            cursor.execute(f"TRUNCATE TABLE {table}")
        _add_names(cursor, cloud)
        _Loader(cursor, cloud).fill()
        # The optimizer's plans must not depend on the moment at which InnoDB updates its statistics.
        cursor.execute(f"ANALYZE TABLE {', '.join(CONTENTS)}")


def _add_names(cursor: pymysql.cursors.Cursor, cloud: Cloud) -> None:
    cursor.executemany(
        "INSERT IGNORE INTO traits (name, created_at) VALUES (%s, NOW())",
        [(name,) for name in cloud.custom_traits],
    )
    # Both services give custom classes ids from 10000 on.
    cursor.executemany(
        "INSERT IGNORE INTO resource_classes (id, name, created_at)"
        " SELECT GREATEST(10000, MAX(id) + 1), %s, NOW() FROM resource_classes",
        [(name,) for name in cloud.custom_classes],
    )
    cursor.execute(
        "INSERT IGNORE INTO consumer_types (name, created_at) VALUES ('INSTANCE', NOW())"
    )


class _Loader:
    """Fills empty tables. In its SQL, `n` is the number of the repetition, and `place` the provider's place in the pattern."""

    def __init__(self, cursor: pymysql.cursors.Cursor, cloud: Cloud) -> None:
        self._cursor = cursor
        self._cloud = cloud
        self._id = f"(n * {cloud.width} + place + 1)"

    def fill(self) -> None:
        cloud = self._cloud
        self._insert(
            "resource_providers (id, uuid, name, generation, root_provider_id, parent_provider_id)",
            f"{self._id}, {UUID.format(cloud.kind, self._id)}, CONCAT('provider-', {self._id}), 1,"
            f" n * {cloud.width} + root + 1, n * {cloud.width} + parent + 1",
            ("place", "root", "parent"),
            [(place, each.root, each.parent) for place, each in enumerate(cloud.pattern)],
        )
        self._fill_inventories()
        self._fill_allocations()
        traits = self._ids("traits")
        self._insert(
            "resource_provider_traits (resource_provider_id, trait_id)",
            f"{self._id}, trait",
            ("place", "trait"),
            [
                (place, traits[trait])
                for place, each in enumerate(cloud.pattern)
                for trait in each.traits
            ],
        )
        if cloud.aggregates:
            self._fill_aggregates()

    def _fill_inventories(self) -> None:
        classes = self._ids("resource_classes")
        names = ("class", "total", "reserved", "min_unit", "max_unit", "step_size", "ratio")
        self._insert(
            "inventories (resource_provider_id, resource_class_id, total, reserved, min_unit,"
            " max_unit, step_size, allocation_ratio)",
            ", ".join([self._id, *names]),
            ("place", *names),
            [
                (
                    *(place, classes[name], stock.total, stock.reserved, stock.min_unit),
                    *(stock.max_unit, stock.step_size, stock.allocation_ratio),
                )
                for place, each in enumerate(self._cloud.pattern)
                for name, stock in (each.inventories or {}).items()
            ],
        )

    def _fill_allocations(self) -> None:
        """The instances of each root, which share its tree's providers and a few projects."""
        cloud, classes = self._cloud, self._ids("resource_classes")
        for kind in "project", "user":
            self._cursor.executemany(
                f"INSERT INTO {kind}s (id, external_id, created_at)"
                f" VALUES (%s, {UUID.format(kind, '%s')}, NOW())",
                [(number, number) for number in range(1, PROJECTS + 1)],
            )
        used = [
            (place, each.root, classes[name], stock.used, number)
            for place, each in enumerate(cloud.pattern)
            for name, stock in (each.inventories or {}).items()
            if stock.used
            for number in range(cloud.instances if stock.holders is None else stock.holders)
        ]
        instance = f"((n * {cloud.width} + root) * {cloud.instances} + number + 1)"
        consumer = UUID.format("consumer", instance)
        project = f"{instance} %% {PROJECTS} + 1"
        kind_of_consumer = self._ids("consumer_types")["INSTANCE"]
        self._insert(
            "consumers (id, uuid, project_id, user_id, generation, consumer_type_id)",
            f"{instance}, {consumer}, {project}, {project}, 1, {kind_of_consumer}",
            ("root", "number"),
            sorted({(root, number) for _, root, _, _, number in used}),
        )
        self._insert(
            "allocations (resource_provider_id, consumer_id, resource_class_id, used)",
            f"{self._id}, {consumer}, class, used",
            ("place", "root", "class", "used", "number"),
            used,
        )

    def _fill_aggregates(self) -> None:
        cloud = self._cloud
        self._cursor.executemany(
            "INSERT INTO placement_aggregates (id, uuid, created_at)"
            f" VALUES (%s, {UUID.format('aggregate', '%s')}, NOW())",
            [(each, each) for each in range(1, sum(cloud.aggregates) + 1)],
        )
        roots = [place for place, each in enumerate(cloud.pattern) if each.parent is None]
        before = itertools.accumulate(cloud.aggregates, initial=0)
        self._insert(
            "resource_provider_aggregates (resource_provider_id, aggregate_id)",
            f"{self._id}, n %% number + first + 1",
            ("place", "number", "first"),
            [
                (place, number, first)
                for number, first in zip(cloud.aggregates, before, strict=False)
                for place in roots
            ],
        )

    def _insert(
        self, target: str, values: str, columns: Sequence[str], rows: Iterable[Sequence[object]]
    ) -> None:
        """Write each row of the pattern once for each repetition."""
        rows = list(rows)
        if not rows:
            return
        row = f"ROW({', '.join(['%s'] * len(columns))})"
        table, _, names = target.partition(" (")
        self._cursor.execute(
            f"INSERT INTO {table} (created_at, {names}"
            f" {REPETITIONS.format(self._cloud.repetitions)}"
            f" SELECT NOW(), {values} FROM repetition"
            f" CROSS JOIN (VALUES {', '.join([row] * len(rows))}) AS pattern ({', '.join(columns)})"
            f" ORDER BY n, {columns[0]}",
            [value for row in rows for value in row],
        )

    def _ids(self, table: str) -> dict[str, int]:
        self._cursor.execute(f"SELECT name, id FROM {table}")
        return dict(self._cursor.fetchall())
