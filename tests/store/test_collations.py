# SPDX-License-Identifier: Apache-2.0
"""The service reads and writes tables of any charset and collation, and of several at once, as old clouds have them."""

import itertools
from collections.abc import Callable, Iterator, Mapping

import mysql_server
import pytest
import sqlalchemy as sa
from conformance import servers
from conformance.suite import PLAIN_SETTINGS
from differential.calls import Answer, Call, Client
from dropin import corners, filling
from placedock.errors import Unavailable
from placedock.store import collations, usages
from placedock.store.database import Database
from placedock.store.readiness import NO_TABLES
from placedock.store.tables import allocations as allocations_table
from placedock.store.tables import consumers as consumers_table
from placedock.store.tables import metadata

Connect = Callable[..., Database]
Reading = dict[Call, Answer]
Joined = Callable[[collations.Texts | None], sa.ColumnElement[bool]]

COLLATIONS = (
    "ascii_general_ci",
    "latin1_swedish_ci",
    "utf8mb3_general_ci",
    "utf8mb3_bin",
    "utf8mb4_unicode_ci",
    "utf8mb4_bin",
)
OWN = {
    "mysql": ("utf8mb4_0900_ai_ci", "utf8mb4_0900_as_cs"),
    "mariadb": ("utf8mb4_uca1400_ai_ci", "utf8mb3_uca1400_ai_ci"),
}
CONNECTIONS = ("utf8mb4", "utf8", "latin1")


def converted(mysql: mysql_server.Server, database: str, by_table: Mapping[str, str]) -> None:
    """Give each table the collation that stands by it, with the collation's charset."""
    for table, collation in by_table.items():
        mysql.execute(
            f"ALTER TABLE {database}.{table} CONVERT TO CHARACTER SET {charset(collation)}"
            f" COLLATE {collation}"
        )


def charset(collation: str) -> str:
    return collation.partition("_")[0]


def schemes(kind: str) -> Iterator[tuple[str, dict[str, str]]]:
    """Collations by table: one for all, then a different one for each, so that each meets each."""
    every = (*COLLATIONS, *OWN[kind])
    for collation in every:
        yield collation, dict.fromkeys(metadata.tables, collation)
    for shift in range(0, len(every), 3):
        shifted = itertools.cycle(every[shift:] + every[:shift])
        yield (
            f"mixed from {every[shift]}",
            dict(zip(sorted(metadata.tables), shifted, strict=False)),
        )
    # What Nova's migrations made: names that tell cases apart.
    latin = dict.fromkeys(metadata.tables, "latin1_swedish_ci")
    yield "names in utf8_bin", latin | {"resource_providers": "utf8mb3_bin"}


@pytest.mark.parametrize("connection", CONNECTIONS)
def test_everything_is_written_and_read_whatever_the_collations(
    mysql: mysql_server.Server, connection: str
) -> None:
    """One process all along: tables are converted under it, as they may be in a cloud that runs.

    What was written and read under some collations is read again under the next.
    """
    kind = "mariadb" if "MariaDB" in mysql.version else "mysql"
    chosen = list(schemes(kind))
    if connection != CONNECTIONS[0]:
        chosen = chosen[1::5]
    before: Reading | None = None
    with (
        mysql.database("CHARACTER SET latin1") as url,
        servers.serve.served(PLAIN_SETTINGS, f"{url}?charset={connection}") as server,
    ):
        client = Client(server)
        for number, (scheme, by_table) in enumerate(chosen):
            converted(mysql, url.rpartition("/")[2], by_table)
            if before is not None:
                assert corners.different(before, again(client, before)) == [], scheme
            prefix = f"S{number}"
            filling.fill(client, prefix)
            before = corners.read(client, [prefix], minors=[39])
            failed = {str(call): answer for call, answer in before.items() if answer.status >= 500}
            assert not failed, (scheme, failed)


def again(client: Client, reading: Reading) -> Reading:
    """The answers to the same calls."""
    return {call: client.send(call) for call in reading}


PAIRS = (
    ("latin1_swedish_ci", "utf8mb4_general_ci"),
    ("utf8mb4_general_ci", "latin1_swedish_ci"),
    ("utf8mb3_general_ci", "utf8mb4_unicode_ci"),
    ("utf8mb4_unicode_ci", "utf8mb4_general_ci"),
    ("utf8mb4_bin", "utf8mb4_unicode_ci"),
)


@pytest.mark.parametrize(("consumers", "allocations"), PAIRS)
def test_consumers_and_allocations_of_different_collations_are_joined_by_index(
    mysql: mysql_server.Server, on_mysql: Database, consumers: str, allocations: str
) -> None:
    name = on_mysql.url.database
    assert name is not None
    converted(mysql, name, {"consumers": consumers, "allocations": allocations})

    def plan(connection: sa.Connection, joined: Joined) -> str:
        texts = collations.differing(connection)
        assert texts is not None
        query = sa.select(consumers_table.c.id, allocations_table.c.id).where(joined(texts))
        statement = query.compile(dialect=connection.dialect)
        return str(connection.exec_driver_sql(f"EXPLAIN FORMAT=JSON {statement}").scalar_one())

    on_mysql.write(fill)
    assert "allocations_consumer_id_idx" in on_mysql.query(plan, collations.allocation_of_consumer)
    assert "uniq_consumers0uuid" in on_mysql.query(plan, collations.consumer_of_allocation)


def fill(connection: sa.Connection) -> None:
    """Enough rows that a plan is made."""
    owner = {"project_id": 1, "user_id": 1, "generation": 0}
    use = {"resource_provider_id": 1, "resource_class_id": 1, "used": 1}
    uuids = [str(number) for number in range(50)]
    connection.execute(consumers_table.insert(), [owner | {"uuid": uuid} for uuid in uuids])
    connection.execute(allocations_table.insert(), [use | {"consumer_id": uuid} for uuid in uuids])


def test_a_database_without_tables_is_told_so(mysql_url: str, connect: Connect) -> None:
    with pytest.raises(Unavailable, match="not available") as told:
        connect(mysql_url).query(usages.of_project, "project", None)
    assert told.value.reason == NO_TABLES


def test_tables_of_one_collation_are_joined_as_they_are(on_mysql: Database) -> None:
    assert on_mysql.query(collations.differing) is None
