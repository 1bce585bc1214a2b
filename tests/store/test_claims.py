# SPDX-License-Identifier: Apache-2.0
"""Claims and other writes: how few statements they take, and what becomes of them when another comes in between."""

import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import sqlalchemy as sa
from placedock import errors
from placedock.model.claim import Claim
from placedock.model.inventory import Inventory
from placedock.operations import aggregates, allocations, inventories, providers, traits
from placedock.operations.allocations import Incomplete
from placedock.store.database import Database
from placedock.store.tables import allocations as allocations_table
from placedock.store.tables import consumers

INCOMPLETE = Incomplete("incomplete-project", "incomplete-user")

Before = Callable[[sa.Connection, str], None]


@contextmanager
def before_statements(seen: Before) -> Iterator[None]:
    def note(connection: sa.Connection, cursor: object, statement: str, *rest: object) -> None:
        seen(connection, statement)

    sa.event.listen(sa.Engine, "before_cursor_execute", note)
    try:
        yield
    finally:
        sa.event.remove(sa.Engine, "before_cursor_execute", note)


@contextmanager
def counted() -> Iterator[list[str]]:
    """The statements sent in here; what begins a transaction on SQLite aside."""
    sent: list[str] = []

    def note(connection: sa.Connection, statement: str) -> None:
        if statement != "BEGIN IMMEDIATE":
            sent.append(statement)

    with before_statements(note):
        yield sent


@contextmanager
def in_between(opening: str, other: Callable[[], None]) -> Iterator[None]:
    """Has `other` happen once, just before the first statement that begins with `opening`."""
    waiting = [other]

    def step_in(connection: sa.Connection, statement: str) -> None:
        if waiting and statement.startswith(opening):
            waiting.pop()()

    with before_statements(step_in):
        yield
    assert not waiting


def host(database: Database) -> str:
    """A new provider with VCPUs."""
    own = str(uuid.uuid4())
    database.write(providers.create, own, f"host-{own}", None)
    stock = [Inventory("VCPU", total=8)]
    database.write(inventories.replace, own, 0, stock, reserved_may_be_total=True)
    return own


def claim_of(consumer: str, *hosts: str, amount: int = 1, **more: Any) -> Claim:
    wanted = {one: {"VCPU": amount} for one in hosts}
    return Claim(consumer, wanted, project="project", user="user", **more)


def claim(database: Database, *claims: Claim) -> None:
    database.write(allocations.claim, list(claims), INCOMPLETE)


def held(database: Database, consumer: str) -> tuple[int, dict[str, int]] | None:
    """The consumer's generation and what it holds by provider."""
    found = database.query(allocations.of_consumer, consumer)
    if found is None:
        return None
    holder, rows = found
    return holder.generation, {row.provider: row.used for row in rows}


def generation(database: Database, own: str) -> int:
    return database.query(providers.get, own).generation


@pytest.fixture
def consumer() -> str:
    return str(uuid.uuid4())


def test_a_claim_of_a_new_consumer_takes_five_statements(database: Database) -> None:
    own = host(database)
    more: dict[str, Any] = {"consumer_type": "INSTANCE", "guarded": True}
    claim(database, claim_of(str(uuid.uuid4()), own, **more))
    with counted() as sent:
        claim(database, claim_of(str(uuid.uuid4()), own, **more))
    assert len(sent) == 5, sent
    locked = next(n for n, statement in enumerate(sent) if "UPDATE resource_prov" in statement)
    assert locked == 2, "what needs no lock should come before it"


def test_making_a_provider_with_all_that_it_has_takes_eleven_statements(database: Database) -> None:
    aggregate, own = str(uuid.uuid4()), str(uuid.uuid4())
    database.write(aggregates.replace, host(database), [aggregate], 1)
    stock = [Inventory("VCPU", total=8), Inventory("DISK_GB", total=8)]
    with counted() as sent:
        database.write(providers.create, own, "new", None)
        database.write(inventories.replace, own, 0, stock, reserved_may_be_total=True)
        database.write(traits.replace, own, 1, ["HW_CPU_X86_AVX", "HW_NUMA_ROOT"])
        database.write(aggregates.replace, own, [aggregate], 2)
    assert len(sent) == 11, sent
    assert generation(database, own) == 3


def test_a_new_provider_is_answered_as_it_is_stored(database: Database) -> None:
    root, child = str(uuid.uuid4()), str(uuid.uuid4())
    made = database.write(providers.create, root, "Wurzel ✓", None)
    assert made == database.query(providers.get, root)
    made = database.write(providers.create, child, "Kind", root)
    assert made == database.query(providers.get, child)
    assert (made.parent_uuid, made.root_uuid) == (root, root)


def test_a_consumer_that_changes_in_between_is_looked_up_again(
    on_mysql: Database, consumer: str
) -> None:
    here, there = host(on_mysql), host(on_mysql)
    claim(on_mysql, claim_of(consumer, here))
    with in_between("UPDATE resource_prov", lambda: claim(on_mysql, claim_of(consumer, there))):
        claim(on_mysql, claim_of(consumer, here, amount=2))
    assert held(on_mysql, consumer) == (3, {here: 2})


def test_a_client_that_knows_its_consumer_is_told_of_a_change_in_between(
    on_mysql: Database, consumer: str
) -> None:
    here, there = host(on_mysql), host(on_mysql)
    claim(on_mysql, claim_of(consumer, here))
    before = generation(on_mysql, here)
    guarded = claim_of(consumer, here, amount=2, guarded=True, generation=1)
    with (
        in_between("UPDATE resource_prov", lambda: claim(on_mysql, claim_of(consumer, there))),
        pytest.raises(errors.ConsumerChanged, match="expected 2 but got 1"),
    ):
        claim(on_mysql, guarded)
    assert held(on_mysql, consumer) == (2, {there: 1})
    assert generation(on_mysql, here) == before


def test_a_consumer_that_is_released_in_between_is_made_anew(
    on_mysql: Database, consumer: str
) -> None:
    here = host(on_mysql)
    claim(on_mysql, claim_of(consumer, here))
    with in_between("UPDATE resource_prov", lambda: on_mysql.write(allocations.release, consumer)):
        claim(on_mysql, claim_of(consumer, here, amount=2))
    assert held(on_mysql, consumer) == (1, {here: 2})


def test_a_consumer_that_is_made_in_between_is_changed(on_mysql: Database, consumer: str) -> None:
    here, there = host(on_mysql), host(on_mysql)
    claim(on_mysql, claim_of(str(uuid.uuid4()), there))
    with in_between("INSERT INTO consumers", lambda: claim(on_mysql, claim_of(consumer, there))):
        claim(on_mysql, claim_of(consumer, here))
    assert held(on_mysql, consumer) == (2, {here: 1})


def test_what_a_consumer_takes_in_between_is_given_back_with_the_rest(
    on_mysql: Database, consumer: str
) -> None:
    here, there = host(on_mysql), host(on_mysql)
    claim(on_mysql, claim_of(consumer, here))
    before = generation(on_mysql, there)
    with in_between("UPDATE resource_prov", lambda: claim(on_mysql, claim_of(consumer, there))):
        claim(on_mysql, claim_of(consumer))
    assert held(on_mysql, consumer) is None
    assert generation(on_mysql, there) == before + 2
    with on_mysql._readers.connect() as connection:
        for column in (consumers.c.uuid, allocations_table.c.consumer_id):
            assert connection.scalars(sa.select(column).where(column == consumer)).all() == []


def test_a_project_that_is_made_in_between_is_the_same_project(on_mysql: Database) -> None:
    here, first, second = host(on_mysql), str(uuid.uuid4()), str(uuid.uuid4())
    with in_between("INSERT INTO projects", lambda: claim(on_mysql, claim_of(first, here))):
        claim(on_mysql, claim_of(second, here))
    with on_mysql._readers.connect() as connection:
        assert len(set(connection.scalars(sa.select(consumers.c.project_id)))) == 1
    assert held(on_mysql, first) == held(on_mysql, second) == (1, {here: 1})


def test_a_claim_that_does_not_fit_leaves_nothing_behind(database: Database, consumer: str) -> None:
    own = host(database)
    before = generation(database, own)
    with pytest.raises(errors.CapacityExceeded):
        claim(database, claim_of(consumer, own, amount=9))
    assert held(database, consumer) is None
    assert generation(database, own) == before
    with database._readers.connect() as connection:
        assert connection.scalars(sa.select(consumers.c.uuid)).all() == []


def test_traits_that_change_in_between_are_refused(on_mysql: Database) -> None:
    own = host(on_mysql)

    def other() -> None:
        on_mysql.write(traits.replace, own, 1, ["HW_NUMA_ROOT"])

    with (
        in_between("UPDATE resource_prov", other),
        pytest.raises(errors.ConcurrentUpdate),
    ):
        on_mysql.write(traits.replace, own, 1, ["HW_CPU_X86_AVX"])
    _, found = on_mysql.query(traits.of_provider, own)
    assert [trait.name for trait in found] == ["HW_NUMA_ROOT"]


@pytest.mark.parametrize("given", [-1, 2, 2**31, 10**30])
def test_a_generation_that_is_not_the_provider_s_is_refused(database: Database, given: int) -> None:
    own = host(database)
    for write in (
        lambda: database.write(inventories.replace, own, given, [], reserved_may_be_total=True),
        lambda: database.write(traits.replace, own, given, []),
        lambda: database.write(aggregates.replace, own, [], given),
    ):
        with pytest.raises(errors.ConcurrentUpdate):
            write()
    assert generation(database, own) == 1
