# SPDX-License-Identifier: Apache-2.0
"""The store waits for a server that hangs, for locks and for its turn only as long as it may, and never past the deadline."""

import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import mysql_server
import pytest
import sqlalchemy as sa
from placedock.errors import RequestTookTooLong, Unavailable
from placedock.model.deadline import Deadline
from placedock.store import patience
from placedock.store.database import Database
from placedock.store.driver_errors import LostRace
from placedock.store.tables import resource_providers as providers
from relay import Relay

WAYS = ("query", "read", "write")
SOON = 3
"""Seconds within which a wait must end that is bounded to one: this machine is busy."""
GIVEN_UP = 10
"""The same of a relayed database, for which a statement and the next greeting may take 4.5 seconds."""

Connect = Callable[..., Database]


def add(connection: sa.Connection, name: str) -> None:
    connection.execute(providers.insert().values(uuid=name, name=name))


def names(connection: sa.Connection) -> set[str]:
    return set(connection.scalars(sa.select(providers.c.name)))


@contextmanager
def within(seconds: float) -> Iterator[None]:
    began = time.monotonic()
    yield
    assert time.monotonic() - began < seconds


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Waits that end soon, and yet later than a busy server's answer."""
    for name in ("GREETING", "GRACE", "LEAST"):
        monkeypatch.setattr(patience, name, 1.5)


@pytest.fixture
def relay(mysql: mysql_server.Server) -> Iterator[Relay]:
    with Relay((mysql.host, mysql.port)) as relay:
        yield relay


@pytest.fixture
def relayed(quick: None, on_mysql: Database, relay: Relay, connect: Connect) -> Database:
    """A database with tables, behind the relay, that is waited for a second and a half."""
    return connect(on_mysql.url.set(port=relay.port), statement_seconds=1.5, db_max_retries=3)


# A server that hangs ------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", WAYS)
def test_a_server_that_hangs_is_given_up(relayed: Database, relay: Relay, kind: str) -> None:
    run = getattr(relayed, kind)
    run(names)
    relay.stall()
    with within(GIVEN_UP), pytest.raises(Unavailable):
        run(names)
    relay.resume()
    assert run(names) == set()


def test_a_write_that_was_given_up_is_not_done_when_the_server_works_again(
    relayed: Database, relay: Relay, on_mysql: Database
) -> None:
    def add_and_hang(connection: sa.Connection) -> None:
        add(connection, "first")
        relay.stall()
        add(connection, "second")

    with within(GIVEN_UP), pytest.raises(Unavailable):
        relayed.write(add_and_hang)
    relay.resume()
    # It would wait for a row of the other session, if that were not over.
    on_mysql.write(add, "first")
    assert on_mysql.query(names) == {"first"}


def test_a_commit_without_an_answer_is_told_as_such_and_not_repeated(
    relayed: Database, relay: Relay
) -> None:
    tries = []

    def write(connection: sa.Connection) -> None:
        tries.append(1)
        add(connection, "p")
        relay.stall()

    with within(GIVEN_UP), pytest.raises(Unavailable) as told:
        relayed.write(write)
    assert told.value.reason.startswith("whether the change was made is not known")
    assert tries == [1]


def test_readiness_tells_why_and_recovers(relayed: Database, relay: Relay) -> None:
    relayed.ready()
    relay.stall()
    with within(GIVEN_UP), pytest.raises(Unavailable):
        relayed.ready()
    relay.resume()
    relayed.ready()


def test_a_hanging_server_is_not_waited_for_past_the_deadline(
    on_mysql: Database, relay: Relay, connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(patience, "LEAST", 0.3)
    patient = connect(on_mysql.url.set(port=relay.port), statement_seconds=60)
    patient.query(names)
    relay.stall()
    with within(SOON), pytest.raises((Unavailable, RequestTookTooLong)):
        patient.until(Deadline(0.5)).query(names)
    relay.resume()
    # The next request has its own deadline.
    assert patient.until(Deadline(60)).query(names) == set()


# A server that is slow ----------------------------------------------------------------------------


def test_the_server_gives_up_a_read_that_takes_long(on_mysql: Database, connect: Connect) -> None:
    hurried = connect(on_mysql.url, statement_seconds=0.5)

    def count(connection: sa.Connection) -> int:
        columns = ", ".join(f"information_schema.collations c{number}" for number in range(5))
        found: int = connection.exec_driver_sql(f"SELECT COUNT(*) FROM {columns}").scalar_one()
        return found

    with within(SOON), pytest.raises(RequestTookTooLong, match=r"after 0\.5 seconds"):
        hurried.query(count)
    assert hurried.query(names) == set()


def test_sessions_are_limited_as_set_and_those_that_change_tables_are_not(
    on_mysql: Database, connect: Connect
) -> None:
    # MySQL limits a statement in milliseconds, MariaDB in seconds.
    mariadb = on_mysql.query(lambda connection: getattr(connection.dialect, "is_mariadb", False))
    statement, longest = ("max_statement_time", 7) if mariadb else ("max_execution_time", 7000)
    limits = (statement, "innodb_lock_wait_timeout", "lock_wait_timeout")

    def limited(connection: sa.Connection) -> tuple[int, ...]:
        said = ", ".join(f"@@SESSION.{name}" for name in limits)
        return tuple(connection.exec_driver_sql(f"SELECT {said}").one())

    def defaults(connection: sa.Connection) -> tuple[int, ...]:
        said = ", ".join(f"@@GLOBAL.{name}" for name in limits)
        return tuple(connection.exec_driver_sql(f"SELECT {said}").one())

    hurried = connect(on_mysql.url, statement_seconds=7)
    assert hurried.query(limited) == hurried.write(limited) == (longest, 7, 7)
    with hurried.unhurried() as patient:
        assert patient.query(limited) == patient.query(defaults)


# Locks and turns ----------------------------------------------------------------------------------


@contextmanager
def somebody_holds(database: Database, name: str) -> Iterator[None]:
    """Another writer has changed the row, and does not come to an end."""
    has_it, may_go = threading.Event(), threading.Event()

    def hold(connection: sa.Connection) -> None:
        connection.execute(providers.update().where(providers.c.name == name).values(generation=7))
        has_it.set()
        may_go.wait(60)

    holder = threading.Thread(target=database.write, args=[hold])
    holder.start()
    try:
        assert has_it.wait(30)
        yield
    finally:
        may_go.set()
        holder.join()


def rename(connection: sa.Connection, name: str) -> None:
    connection.execute(providers.update().where(providers.c.name == name).values(name="new"))


def test_a_write_that_waits_for_a_lock_ends_at_the_deadline(
    database: Database, connect: Connect, quick: None
) -> None:
    """By a lock wait that the server gives up again and again, or by a turn among threads."""
    database.write(add, "p")
    hurried = connect(database.url, statement_seconds=1, db_max_retries=100)
    with (
        somebody_holds(database, "p"),
        within(2 + SOON),
        pytest.raises((RequestTookTooLong, LostRace, Unavailable)),
    ):
        hurried.until(Deadline(2)).write(rename, "p")
    assert database.query(names) == {"p"}


def test_a_thread_that_waits_for_its_turn_ends_at_the_deadline(
    sqlite_url: str, connect: Connect, request: pytest.FixtureRequest
) -> None:
    file = connect(sqlite_url)
    file.write(lambda connection: providers.metadata.create_all(connection))
    file.write(add, "p")
    with somebody_holds(file, "p"), within(SOON), pytest.raises(RequestTookTooLong):
        file.until(Deadline(0.3)).write(rename, "p")
    file.until(Deadline(60)).write(rename, "p")
    assert file.query(names) == {"new"}


def test_another_process_that_keeps_a_file_locked_is_not_waited_for_past_the_deadline(
    sqlite_url: str, connect: Connect
) -> None:
    file = connect(sqlite_url)
    file.write(lambda connection: providers.metadata.create_all(connection))
    other = sqlite3.connect(Path(sa.make_url(sqlite_url).database or ""))
    other.execute("BEGIN IMMEDIATE")
    with within(SOON), pytest.raises((RequestTookTooLong, LostRace)):
        file.until(Deadline(0.5)).write(add, "p")
    other.rollback()
    other.close()
    # What was told to the session for that request does not stay.
    file.until(Deadline(60)).write(add, "p")
    assert file.query(names) == {"p"}


# The deadline -------------------------------------------------------------------------------------


def test_nothing_is_committed_after_the_deadline(database: Database) -> None:
    def dawdle(connection: sa.Connection) -> None:
        add(connection, "late")
        time.sleep(0.3)

    with pytest.raises(RequestTookTooLong):
        database.until(Deadline(0.2)).write(dawdle)
    assert database.query(names) == set()


@pytest.mark.parametrize("way", WAYS)
def test_nothing_is_begun_after_the_deadline(database: Database, way: str) -> None:
    def never(connection: sa.Connection) -> None:
        raise AssertionError

    with pytest.raises(RequestTookTooLong):
        getattr(database.until(Deadline(0)), way)(never)
