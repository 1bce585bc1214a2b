# SPDX-License-Identifier: Apache-2.0
"""Names and ids: standard ones are remembered, custom ones are asked for each time."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import pytest
import sqlalchemy as sa
from placedock.store import names
from placedock.store.database import Database
from placedock.store.tables import resource_classes, traits

Look = Callable[..., dict[Any, Any]]


@contextmanager
def statements() -> Iterator[list[str]]:
    """The statements that are sent in here."""
    sent: list[str] = []

    def note(connection: object, cursor: object, statement: str, *rest: object) -> None:
        sent.append(statement)

    sa.event.listen(sa.Engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        sa.event.remove(sa.Engine, "before_cursor_execute", note)


def make(connection: sa.Connection, table: sa.Table, name: str, number: int) -> None:
    connection.execute(table.insert().values(id=number, name=name))


def remove(connection: sa.Connection, table: sa.Table, name: str) -> None:
    connection.execute(table.delete().where(table.c.name == name))


BOTH = pytest.mark.parametrize(
    ("table", "ids", "back"),
    [
        (traits, names.trait_ids, names.trait_names),
        (resource_classes, names.class_ids, names.class_names),
    ],
    ids=["traits", "classes"],
)
STANDARD = {"traits": "HW_CPU_X86_VMX", "resource_classes": "VCPU"}


@BOTH
def test_what_exists_is_found_and_the_rest_is_missing(
    database: Database, table: sa.Table, ids: Look, back: Look
) -> None:
    standard = STANDARD[table.name]
    database.write(make, table, "CUSTOM_GOLD", 20000)
    found = database.query(ids, [standard, "CUSTOM_GOLD", "CUSTOM_NONE", "vcpu", "\udcff", ""])
    assert found.keys() == {standard, "CUSTOM_GOLD"}
    assert found["CUSTOM_GOLD"] == 20000
    reversed_ = {number: name for name, number in found.items()}
    assert database.query(back, [*found.values(), 99999]) == reversed_
    assert database.query(ids, []) == database.query(back, []) == {}


@BOTH
def test_a_name_is_found_only_as_it_is_written(
    database: Database, table: sa.Table, ids: Look, back: Look
) -> None:
    database.write(make, table, "CUSTOM_GOLD", 20000)
    assert database.query(ids, ["custom_gold", "CUSTOM_gold"]) == {}


@BOTH
def test_standard_names_are_asked_for_at_most_once(
    database: Database, table: sa.Table, ids: Look, back: Look
) -> None:
    found = database.query(ids, [STANDARD[table.name]])
    with statements() as sent:
        assert database.query(ids, [STANDARD[table.name]]) == found
        assert database.query(back, found.values()) == {n: name for name, n in found.items()}
    assert sent == []


@BOTH
def test_a_custom_name_made_anew_has_its_new_id_and_its_old_id_its_new_name(
    database: Database, table: sa.Table, ids: Look, back: Look
) -> None:
    database.write(make, table, "CUSTOM_GOLD", 20000)
    assert database.query(ids, ["CUSTOM_GOLD"]) == {"CUSTOM_GOLD": 20000}
    assert database.query(back, [20000]) == {20000: "CUSTOM_GOLD"}
    database.write(remove, table, "CUSTOM_GOLD")
    assert database.query(ids, ["CUSTOM_GOLD"]) == database.query(back, [20000]) == {}
    database.write(make, table, "CUSTOM_IRON", 20000)
    database.write(make, table, "CUSTOM_GOLD", 20001)
    assert database.query(ids, ["CUSTOM_GOLD"]) == {"CUSTOM_GOLD": 20001}
    assert database.query(back, [20000]) == {20000: "CUSTOM_IRON"}


def test_each_database_has_its_own_trait_ids(database: Database, second_url: str) -> None:
    other = Database(second_url)
    other.write(lambda c: traits.create(c))
    other.write(make, traits, "HW_CPU_X86_VMX", 777)
    try:
        assert database.query(names.trait_ids, ["HW_CPU_X86_VMX"]) != {"HW_CPU_X86_VMX": 777}
        assert other.query(names.trait_ids, ["HW_CPU_X86_VMX"]) == {"HW_CPU_X86_VMX": 777}
    finally:
        other.close()


@BOTH
def test_who_holds_a_custom_name_keeps_others_from_deleting_it(
    on_mysql: Database, table: sa.Table, ids: Look, back: Look
) -> None:
    on_mysql.write(make, table, "CUSTOM_GOLD", 20000)
    order: list[str] = []
    held = threading.Event()

    def hold(connection: sa.Connection) -> None:
        assert ids(connection, ["CUSTOM_GOLD"], hold=True)
        held.set()
        deleted.wait(0.5)
        order.append("held to here")

    def delete(connection: sa.Connection) -> None:
        remove(connection, table, "CUSTOM_GOLD")
        order.append("deleted")
        deleted.set()

    deleted = threading.Event()
    with ThreadPoolExecutor(2) as threads:
        holding = threads.submit(on_mysql.write, hold)
        assert held.wait(10)
        threads.submit(on_mysql.write, delete).result()
        holding.result()
    assert order == ["held to here", "deleted"]
