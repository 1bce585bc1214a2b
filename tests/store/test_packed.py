# SPDX-License-Identifier: Apache-2.0
"""Packed rows are whole, wherever the database cuts the text that they travel in."""

import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import mysql_server
import pytest
import sqlalchemy as sa
from placedock.model.provider import ProviderFilters, Traits
from placedock.operations import providers as operations
from placedock.store import contents, engine, forest, packed, sync
from placedock.store.database import Database
from placedock.store.tables import inventories, resource_provider_traits, resource_providers
from topology import uuid_of

TABLE = sa.table(
    "packed_rows",
    sa.column("id", sa.Integer),
    sa.column("name", sa.Text),
    sa.column("number", sa.Integer),
)
ROWS = [[1, "a", 1234567], [2, 'b"é', None], [3, "c],[", 7654321]]
STATEMENT = sa.select(
    packed.Packed(
        TABLE.c.id,
        packed.escaped(TABLE.c.name),
        packed.or_null(TABLE.c.number),
    )
).where(TABLE.c.id <= sa.bindparam("most"))
PACKET = 1024 * 1024
"""Bytes of `max_allowed_packet` in which the widest texts below do not fit."""


@pytest.fixture
def rows(on_mysql: Database) -> Database:
    """A database with the rows above."""

    def fill(connection: sa.Connection) -> None:
        connection.exec_driver_sql(
            "CREATE TABLE packed_rows (id INTEGER PRIMARY KEY, name VARCHAR(20), number INTEGER)"
        )
        connection.execute(
            TABLE.insert(), [dict(zip(("id", "name", "number"), row, strict=True)) for row in ROWS]
        )

    on_mysql.write(fill)
    return on_mysql


def cut_at(connection: sa.Connection, length: int) -> None:
    connection.exec_driver_sql(f"SET SESSION group_concat_max_len = {length}")


def test_rows_are_whole_wherever_their_text_is_cut(rows: Database) -> None:
    """Also in the last number of the last row, where what is left could pass for JSON."""
    values = {"most": 3}

    def read(connection: sa.Connection) -> tuple[list[int], list[list[Any]]]:
        full = connection.scalar(STATEMENT, values) or ""
        lengths, found = [], []
        for length in range(4, len(full.encode()) + 1):
            cut_at(connection, length)
            text = connection.scalar(STATEMENT, values) or ""
            lengths.append(len(text))
            found.append(packed.rows(connection, text, STATEMENT, values))
        cut_at(connection, engine.LONGEST_TEXT)
        return lengths, found

    with warnings.catch_warnings(action="ignore"):
        lengths, found = rows.read(read)
    assert len(set(lengths)) > 40
    assert all(sorted(each) == ROWS for each in found)


def test_sets_of_traits_are_whole_wherever_their_texts_are_cut(on_mysql: Database) -> None:
    """Also in the last trait's number, where what is left could pass for another trait."""
    held = {1: {1, 20, 113}, 2: {114}, 3: {1, 20, 113}, 4: set()}

    def fill(connection: sa.Connection) -> None:
        plant(connection, held)

    def read(connection: sa.Connection) -> list[dict[int, set[str]]]:
        found = []
        for length in (engine.LONGEST_TEXT, *range(4, 80)):
            cut_at(connection, length)
            kept = contents._read(connection, list(held))
            found.append({number: set(each.kind.traits) for number, each in kept.items()})
        cut_at(connection, engine.LONGEST_TEXT)
        return found

    on_mysql.write(fill)
    with warnings.catch_warnings(action="ignore"):
        whole, *found = on_mysql.read(read)
    assert {number: len(traits) for number, traits in whole.items()} == {1: 3, 2: 1, 3: 3, 4: 0}
    assert whole[1] == whole[3]
    assert all(each == whole for each in found)


def plant(connection: sa.Connection, held: dict[int, set[int]]) -> None:
    """Roots with these ids, and their traits."""
    for number, traits in held.items():
        values = {"id": number, "uuid": uuid_of(str(number)), "name": f"root {number}"}
        connection.execute(
            resource_providers.insert().values(**values, generation=0, root_provider_id=number)
        )
        for trait in traits:
            row = {"resource_provider_id": number, "trait_id": trait}
            connection.execute(resource_provider_traits.insert(), row)


def test_no_rows_are_no_rows(rows: Database) -> None:
    def read(connection: sa.Connection) -> list[object]:
        text = connection.scalar(STATEMENT, {"most": 0})
        return packed.rows(connection, text, STATEMENT, {"most": 0})

    assert rows.read(read) == []


def test_whole_rows_take_one_statement(rows: Database) -> None:
    seen = []

    def read(connection: sa.Connection) -> None:
        text = connection.scalar(STATEMENT, {"most": 3})
        sa.event.listen(connection, "before_cursor_execute", lambda *each: seen.append(each[2]))
        assert sorted(packed.rows(connection, text, STATEMENT, {"most": 3})) == ROWS

    rows.read(read)
    assert seen == []


CHILDREN = 12_000
CLASSES = range(3)
TRAITS = 4


def plant_a_wide_tree(connection: sa.Connection) -> None:
    """A root with thousands of children, which have inventories and traits."""
    ids = range(1, CHILDREN + 2)
    connection.execute(
        resource_providers.insert(),
        [
            {
                "id": number,
                "uuid": uuid_of(str(number)),
                "name": f"provider {number} with a name of some length",
                "generation": number,
                "parent_provider_id": None if number == 1 else 1,
                "root_provider_id": 1,
            }
            for number in ids
        ],
    )
    connection.execute(
        inventories.insert(),
        [
            {
                "resource_provider_id": number,
                "resource_class_id": resource_class,
                "total": number + 1000,
                "reserved": 0,
                "min_unit": 1,
                "max_unit": number + 1000,
                "step_size": 1,
                "allocation_ratio": 1.5,
            }
            for number in ids
            for resource_class in CLASSES
        ],
    )
    connection.execute(
        resource_provider_traits.insert(),
        [
            {"resource_provider_id": number, "trait_id": trait}
            for number in ids
            for trait in range(1, TRAITS + 1)
        ],
    )


@contextmanager
def small_packets(mysql: mysql_server.Server) -> Iterator[None]:
    """Sessions that begin in here have a small `max_allowed_packet`, as long as they last."""
    ((before,),) = mysql.execute("SELECT @@GLOBAL.max_allowed_packet")
    mysql.execute("SET GLOBAL max_allowed_packet = %s", PACKET)
    try:
        yield
    finally:
        mysql.execute("SET GLOBAL max_allowed_packet = %s", before)


def test_a_tree_wider_than_a_packet_is_read_whole(
    mysql: mysql_server.Server, mysql_url: str, connect: Callable[..., Database]
) -> None:
    wide, narrow = connect(mysql_url), connect(mysql_url)
    sync.sync(wide, say=lambda line: None)
    wide.write(plant_a_wide_tree)
    with small_packets(mysql):
        assert narrow.query(_packet) == PACKET
    assert wide.query(_packet) > PACKET

    for read in _looked, _between, _below, _listed:
        found = narrow.read(read)
        assert len(found) == CHILDREN + 1
        assert found == wide.read(read)


def _packet(connection: sa.Connection) -> int:
    return int(connection.exec_driver_sql("SELECT @@max_allowed_packet").scalar_one())


def _looked(connection: sa.Connection) -> set[object]:
    return _seen(forest.look(connection, 10, [], {}, filled=True).trees)


def _between(connection: sa.Connection) -> set[object]:
    return _seen(forest.between(connection, 1, CHILDREN, {}))


def _below(connection: sa.Connection) -> set[object]:
    return _seen(forest.below(connection, [1], {}))


def _seen(trees: forest.Trees) -> set[object]:
    ((root, tree),) = trees.items()
    assert root == tree[0].id
    return {
        (
            each.id,
            each.uuid,
            each.parent,
            frozenset(each.inventories.items()),
            frozenset(each.traits),
        )
        for each in tree
        if len(each.inventories) == len(CLASSES) and len(each.traits) == TRAITS
    }


def _listed(connection: sa.Connection) -> set[object]:
    everything = ProviderFilters(traits=Traits())
    return set(operations.find(connection, everything).providers)
