# SPDX-License-Identifier: Apache-2.0
"""Transactions: what an operation sees, when it is tried again, and how lost connections are met."""

import gc
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import mysql_server
import pymysql
import pytest
import sqlalchemy as sa
from conformance import servers
from conformance.suite import PLAIN_SETTINGS
from differential.calls import Call, Client
from placedock import errors
from placedock.errors import Unavailable
from placedock.store import sync, traits
from placedock.store.database import Database
from placedock.store.database import connect as connect_as_configured
from placedock.store.driver_errors import LostRace
from placedock.store.migrations import REVISIONS
from placedock.store.tables import resource_providers as providers
from pymysql.connections import Connection

from . import schemas

Connect = Callable[..., Database]

COUNT_UP = """
import sys
from concurrent.futures import ThreadPoolExecutor
import sqlalchemy as sa
from placedock.store.database import Database
from placedock.store.tables import resource_providers as providers
from pymysql.connections import Connection

database = Database(sys.argv[1])

def count_up(connection):
    read = sa.select(providers.c.generation).where(providers.c.uuid == "p").with_for_update()
    generation = connection.scalar(read)
    connection.execute(providers.update().values(generation=generation + 1))

with ThreadPoolExecutor(4) as threads:
    for done in [threads.submit(database.write, count_up) for _ in range(40)]:
        done.result()
"""


def add(connection: sa.Connection, *names: str) -> None:
    for name in names:
        connection.execute(providers.insert().values(uuid=name, name=name))


def names(connection: sa.Connection) -> set[str]:
    return set(connection.scalars(sa.select(providers.c.name)))


def generation(connection: sa.Connection, name: str) -> int:
    found: int = connection.execute(
        sa.select(providers.c.generation).where(providers.c.name == name)
    ).scalar_one()
    return found


def raise_generation(connection: sa.Connection, name: str) -> None:
    connection.execute(
        providers.update()
        .where(providers.c.name == name)
        .values(generation=providers.c.generation + 1)
    )


def statements(connection: sa.Connection) -> int:
    """The number of statements that this MySQL session has sent, with this one."""
    return int(connection.exec_driver_sql("SHOW SESSION STATUS LIKE 'Questions'").one()[1])


def session(connection: sa.Connection) -> int:
    found: int = connection.exec_driver_sql("SELECT CONNECTION_ID()").scalar_one()
    return found


# What an operation sees ---------------------------------------------------------------------------


def test_a_read_sees_one_moment(database: Database) -> None:
    def twice(connection: sa.Connection) -> tuple[set[str], set[str]]:
        before = names(connection)
        with ThreadPoolExecutor(1) as another:
            another.submit(database.write, add, "later").result()
        return before, names(connection)

    assert database.read(twice) == (set(), set())
    assert database.read(names) == {"later"}


def test_each_statement_of_a_query_sees_what_is_committed(database: Database) -> None:
    def twice(connection: sa.Connection) -> tuple[set[str], set[str]]:
        before = names(connection)
        with ThreadPoolExecutor(1) as another:
            another.submit(database.write, add, "later").result()
        return before, names(connection)

    assert database.query(twice) == (set(), {"later"})


def test_a_write_makes_all_changes_or_none(database: Database) -> None:
    def half(connection: sa.Connection) -> None:
        add(connection, "one")
        raise RuntimeError("no further")

    with pytest.raises(RuntimeError, match="no further"):
        database.write(half)
    assert database.query(names) == set()
    database.write(add, "one", "two")
    assert database.query(names) == {"one", "two"}


def test_a_write_gives_the_operations_value_and_passes_its_arguments(database: Database) -> None:
    def operation(connection: sa.Connection, first: int, *, second: int) -> int:
        return first + second

    for run in database.query, database.read, database.write:
        assert run(operation, 2, second=3) == 5


def test_a_duplicate_inside_a_write_can_be_caught_and_the_rest_kept(database: Database) -> None:
    def twice(connection: sa.Connection) -> None:
        add(connection, "one")
        with pytest.raises(sa.exc.IntegrityError):
            add(connection, "one")
        add(connection, "two")

    database.write(twice)
    assert database.query(names) == {"one", "two"}


def test_foreign_keys_hold(database: Database) -> None:
    with pytest.raises(sa.exc.IntegrityError):
        database.write(
            lambda c: c.execute(providers.insert().values(uuid="x", parent_provider_id=999))
        )


def test_after_waiting_for_a_row_a_write_sees_what_the_other_wrote(on_mysql: Database) -> None:
    """Under MySQL's default isolation it would see what was there when it first read."""
    on_mysql.write(add, "p")
    first_holds, second_waits = threading.Event(), threading.Event()

    def first(connection: sa.Connection) -> None:
        raise_generation(connection, "p")
        first_holds.set()
        assert second_waits.wait(10)
        time.sleep(0.3)

    def second(connection: sa.Connection) -> int:
        assert generation(connection, "p") == 0
        second_waits.set()
        connection.execute(sa.select(providers.c.id).with_for_update())
        return generation(connection, "p")

    with ThreadPoolExecutor(2) as threads:
        done = threads.submit(on_mysql.write, first)
        assert first_holds.wait(10)
        assert threads.submit(on_mysql.write, second).result() == 1
        done.result()


# What it costs ------------------------------------------------------------------------------------


@pytest.mark.parametrize(("kind", "price"), [("query", 1), ("read", 3), ("write", 2)])
def test_a_statement_costs_no_more_round_trips_than_promised(
    on_mysql: Database, kind: str, price: int
) -> None:
    run = getattr(on_mysql, kind)
    before = run(statements)
    assert run(statements) - before == price


def test_sessions_have_the_isolation_and_mode_they_need(on_mysql: Database) -> None:
    def settings(connection: sa.Connection) -> tuple[str, str, int]:
        query = "SELECT @@transaction_isolation, @@sql_mode, @@autocommit"
        return tuple(connection.exec_driver_sql(query).one())

    isolation, mode, autocommit = on_mysql.query(settings)
    assert (isolation, autocommit) == ("REPEATABLE-READ", 1)
    assert "TRADITIONAL" in mode
    isolation, mode, autocommit = on_mysql.write(settings)
    assert (isolation, autocommit) == ("READ-COMMITTED", 0)
    assert "TRADITIONAL" in mode


# When it is tried again ---------------------------------------------------------------------------


def test_of_two_writes_in_deadlock_both_are_done_in_the_end(on_mysql: Database) -> None:
    on_mysql.write(add, "a", "b")
    meet = threading.Barrier(2, timeout=10)
    tries: list[str] = []

    def both(connection: sa.Connection, first: str, second: str) -> None:
        tries.append(first)
        raise_generation(connection, first)
        if len(tries) <= 2:
            meet.wait()
        raise_generation(connection, second)

    with ThreadPoolExecutor(2) as threads:
        running = [threads.submit(on_mysql.write, both, *pair) for pair in ("ab", "ba")]
        for done in running:
            done.result()
    assert len(tries) > 2
    assert [on_mysql.query(generation, name) for name in "ab"] == [2, 2]


def test_an_operation_that_lost_a_race_starts_again(database: Database) -> None:
    tries: list[None] = []

    def operation(connection: sa.Connection) -> str:
        tries.append(None)
        add(connection, f"try {len(tries)}")
        if len(tries) < 3:
            raise LostRace
        return "through"

    assert database.write(operation) == "through"
    assert database.query(names) == {"try 3"}


def test_who_always_loses_is_told_so_after_the_tries_that_are_set(
    url: str, connect: Connect
) -> None:
    tries: list[None] = []

    def operation(connection: sa.Connection) -> None:
        tries.append(None)
        raise LostRace

    with pytest.raises(errors.ConcurrentUpdate):
        connect(url, db_max_retries=4, db_retry_interval=0.001).write(operation)
    assert len(tries) == 5


def test_other_errors_are_not_tried_again(database: Database) -> None:
    tries: list[None] = []

    def operation(connection: sa.Connection) -> None:
        tries.append(None)
        connection.exec_driver_sql("SELECT nonsense, FROM nowhere")

    with pytest.raises(sa.exc.DBAPIError, match="nowhere"):
        database.write(operation)
    assert len(tries) == 1


def test_threads_and_processes_that_write_the_same_row_lose_nothing(
    url: str, database: Database
) -> None:
    database.write(lambda c: c.execute(providers.insert().values(uuid="p", name="p")))
    command = [sys.executable, "-c", COUNT_UP, url]
    running = [subprocess.Popen(command, stderr=subprocess.PIPE, text=True) for _ in range(4)]
    complaints = [process.communicate(timeout=240)[1] for process in running]
    assert [process.returncode for process in running] == [0] * 4, complaints
    assert database.query(generation, "p") == 160


def test_readers_go_on_while_somebody_writes(database: Database) -> None:
    def slowly(connection: sa.Connection) -> set[str]:
        add(connection, "one")
        with ThreadPoolExecutor(1) as another:
            return another.submit(database.read, names).result(timeout=10)

    assert database.write(slowly) == set()


def test_a_database_in_memory_serves_several_threads(connect: Connect) -> None:
    database = connect("sqlite://")
    sync.sync(database)
    database.write(add, "p")
    with ThreadPoolExecutor(8) as threads:
        for done in [threads.submit(database.write, raise_generation, "p") for _ in range(80)]:
            done.result()
    assert database.read(generation, "p") == 80


# Lost connections ---------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["query", "read", "write"])
def test_a_connection_that_was_killed_while_idle_is_replaced(
    on_mysql: Database, mysql: mysql_server.Server, kind: str
) -> None:
    run = getattr(on_mysql, kind)
    victim = run(session)
    mysql.execute("KILL CONNECTION %s", victim)
    assert run(session) != victim


@pytest.mark.parametrize("kind", ["query", "read", "write"])
def test_many_connections_lost_at_once_are_all_replaced(
    on_mysql: Database, mysql: mysql_server.Server, kind: str
) -> None:
    """As after a restart of the server: whoever meets the first dead one retires the others."""
    run = getattr(on_mysql, kind)
    meet = threading.Barrier(6, timeout=20)

    def together(connection: sa.Connection) -> int:
        meet.wait()
        return session(connection)

    with ThreadPoolExecutor(6) as threads:
        victims = {done.result() for done in [threads.submit(run, together) for _ in range(6)]}
        assert len(victims) == 6
        for victim in victims:
            mysql.execute("KILL CONNECTION %s", victim)
        fresh = {done.result() for done in [threads.submit(run, together) for _ in range(6)]}
    assert len(fresh) == 6
    assert not fresh & victims


def test_a_write_whose_connection_is_killed_half_way_is_done_once(
    on_mysql: Database, mysql: mysql_server.Server
) -> None:
    on_mysql.write(add, "p")
    tries: list[None] = []

    def operation(connection: sa.Connection) -> None:
        tries.append(None)
        raise_generation(connection, "p")
        if len(tries) == 1:
            mysql.execute("KILL CONNECTION %s", session(connection))
        raise_generation(connection, "p")

    on_mysql.write(operation)
    assert len(tries) == 2
    assert on_mysql.query(generation, "p") == 2


def test_a_write_whose_connection_is_lost_at_its_commit_is_not_done_twice(
    on_mysql: Database, mysql: mysql_server.Server
) -> None:
    """The outcome is unknown, so the store neither tries again nor reports success."""
    on_mysql.write(add, "p")
    tries: list[None] = []

    def operation(connection: sa.Connection) -> None:
        tries.append(None)
        raise_generation(connection, "p")
        mysql.execute("KILL CONNECTION %s", session(connection))

    with pytest.raises(Unavailable) as told:
        on_mysql.write(operation)
    assert "is not known" in told.value.reason
    assert len(tries) == 1


def exit_status_of_child(work: Callable[[], bool]) -> int:
    """The exit status of a forked process: 0 when `work` is true there. It has half a minute."""
    child = os.fork()
    if child == 0:
        try:
            signal.alarm(30)
            os._exit(0 if work() else 1)
        except BaseException:
            os._exit(2)
    return os.waitpid(child, 0)[1]


def test_a_child_process_does_not_talk_over_its_parents_connections(database: Database) -> None:
    database.write(add, "parent")

    def write() -> bool:
        database.write(add, "child")
        return database.query(names) == {"parent", "child"}

    assert exit_status_of_child(write) == 0
    assert database.query(names) == {"parent", "child"}


def test_a_child_process_inherits_no_open_file_of_sqlite(tmp_path: Path) -> None:
    """SQLite keeps in memory which locks a process holds: the child would rely on locks that only its parent has."""
    path = tmp_path / "placement.db"
    database = Database(f"sqlite:///{path}")
    database.query(lambda connection: connection.exec_driver_sql("CREATE TABLE t (n)"))

    def nothing_is_open() -> bool:
        return not any(str(path) in os.readlink(f"/proc/self/fd/{n}") for n in open_files())

    def open_files() -> list[str]:
        return [n for n in os.listdir("/proc/self/fd") if os.path.exists(f"/proc/self/fd/{n}")]

    assert not nothing_is_open()
    assert exit_status_of_child(nothing_is_open) == 0


def test_a_child_process_has_the_database_in_memory_that_its_parent_made() -> None:
    database = Database("sqlite://")
    sync.sync(database, say=lambda line: None)
    database.write(add, "parent")
    database.close()
    assert exit_status_of_child(lambda: database.query(names) == {"parent"}) == 0


# A database that cannot be used -------------------------------------------------------------------


@pytest.mark.parametrize("attempt", ["query", "ready"])
def test_a_connection_that_could_not_be_made_is_not_kept(connect: Connect, attempt: str) -> None:
    """Nor left to the garbage collector."""
    database = connect("mysql+pymysql://nobody@127.0.0.1:1/placement")

    def kept() -> int:
        return sum(isinstance(each, Connection) for each in gc.get_objects())

    gc.collect()
    gc.disable()
    try:
        before = kept()
        for _ in range(3):
            with pytest.raises(Unavailable):
                database.ready() if attempt == "ready" else database.query(names)
        assert kept() == before
    finally:
        gc.enable()


def test_a_server_that_is_not_there_is_unavailable_with_the_reason(connect: Connect) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        database = connect(f"mysql://u:hidden@127.0.0.1:{taken.getsockname()[1]}/placement")
        for run in (database.query, database.read, database.write):
            with pytest.raises(errors.Unavailable) as told:
                run(names)
            assert "Can't connect to MySQL server" in told.value.reason
            assert "hidden" not in told.value.reason + str(told.value)
        with pytest.raises(Unavailable):
            database.ready()


def test_readiness_does_not_wait_for_a_server_that_says_nothing(connect: Connect) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        database = connect(f"mysql://u:p@127.0.0.1:{silent.getsockname()[1]}/placement")
        began = time.monotonic()
        with pytest.raises(Unavailable):
            database.ready()
        assert time.monotonic() - began < 6


def test_readiness_wants_the_tables_of_this_release(url: str, connect: Connect) -> None:
    database = connect(url)
    with pytest.raises(Unavailable) as told:
        database.ready()
    assert told.value.reason == "the database has no tables: run `placedock db sync`"
    with pytest.raises(Unavailable) as told:
        database.query(traits.named, ["HW_CPU_X86_AVX"])
    assert told.value.reason == "the database has no tables: run `placedock db sync`"
    sync.sync(database)
    database.ready()
    old = REVISIONS[-2]
    schemas.execute(url, [f"UPDATE alembic_version SET version_num = '{old}'"])
    with pytest.raises(Unavailable) as told:
        database.ready()
    assert told.value.reason == f"the tables are those of revision {old}: run `placedock db sync`"


def test_readiness_recovers_with_the_server(on_mysql: Database, mysql: mysql_server.Server) -> None:
    on_mysql.ready()
    name = on_mysql.url.database
    victims = mysql.execute("SELECT id FROM information_schema.processlist WHERE db = %s", name)
    assert victims
    killed = 0
    for (victim,) in victims:
        # A session that was being closed may be gone by now.
        with suppress(pymysql.OperationalError):
            mysql.execute("KILL CONNECTION %s", victim)
            killed += 1
    assert killed
    on_mysql.ready()


def test_more_threads_than_the_pool_allows_are_told_so(
    on_mysql: Database, connect: Connect
) -> None:
    database = connect(
        on_mysql.url.render_as_string(hide_password=False),
        max_pool_size=1,
        max_overflow=0,
        pool_timeout=0.2,
    )

    def nested(connection: sa.Connection) -> None:
        with ThreadPoolExecutor(1) as another:
            another.submit(database.query, names).result()

    with pytest.raises(Unavailable, match="not available"):
        database.query(nested)


# Settings -----------------------------------------------------------------------------------------


def test_settings_that_are_not_given_have_their_defaults_and_others_are_passed_by() -> None:
    database = connect_as_configured(
        {
            "connection": "sqlite://",
            "max_pool_size": None,
            "db_max_retries": 7,
            "sync_on_startup": True,
            "slave_connection": None,
        }
    )
    assert database.options.db_max_retries == 7
    assert database.options.max_pool_size == Database("sqlite://").options.max_pool_size


def test_connection_parameters_end_up_in_the_url() -> None:
    database = Database("mysql://host/db", connection_parameters="charset=utf8&read_timeout=3")
    assert str(database.url) == "mysql+pymysql://host/db?charset=utf8&read_timeout=3"


def test_connections_whose_url_names_no_certificate_are_encrypted_and_load_none(
    on_mysql: Database, connect: Connect
) -> None:
    def tls(connection: sa.Connection) -> tuple[str, Any]:
        (_, cipher) = connection.exec_driver_sql("SHOW SESSION STATUS LIKE 'Ssl_cipher'").one()
        driver: Any = connection.connection.driver_connection
        return cipher, driver.ctx

    cipher, context = on_mysql.query(tls)
    assert cipher
    assert context.get_ca_certs() == []
    assert connect(on_mysql.url).query(tls)[1] is context


def test_a_sqlite_file_is_in_wal_mode_and_waits_for_the_disk_as_set(
    sqlite_url: str, connect: Connect
) -> None:
    def pragmas(connection: sa.Connection) -> list[object]:
        return [
            connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys")
        ]

    assert connect(sqlite_url).query(pragmas) == ["wal", 2, 1]
    assert connect(sqlite_url, sqlite_synchronous=False).query(pragmas) == ["wal", 0, 1]


def test_a_clean_end_leaves_everything_in_the_one_file(sqlite_url: str) -> None:
    """So that a copy of the file is a copy of the database."""
    path = Path(sqlite_url.removeprefix("sqlite:///"))
    with servers.serve.served(PLAIN_SETTINGS, sqlite_url) as server:
        made = Client(server).send(Call("POST", "/resource_providers", body={"name": "host"}))
        assert made.ok
        assert Path(f"{path}-wal").stat().st_size > 0
    assert [each.name for each in path.parent.iterdir()] == [path.name]
    with closing(sqlite3.connect(path)) as file:
        assert file.execute("SELECT name FROM resource_providers").fetchall() == [("host",)]


def test_a_sync_leaves_everything_in_the_one_file(sqlite_url: str) -> None:
    command = "import sys; from placedock.store import sync, database; "
    command += "kept = database.Database(sys.argv[1]); sync.sync(kept)"
    subprocess.run([sys.executable, "-c", command, sqlite_url], check=True, capture_output=True)
    path = Path(sqlite_url.removeprefix("sqlite:///"))
    assert [each.name for each in path.parent.iterdir()] == [path.name]


def test_a_process_whose_url_was_refused_ends_without_another_word() -> None:
    """The refusal stays alive until the end, and with it the database that was not made."""
    program = """
from placedock.store.address import WrongAddress
from placedock.store.database import Database
try:
    Database("oracle://somewhere/placement")
except WrongAddress as error:
    kept = error
print(kept)
"""
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert "oracle" in done.stdout
    assert done.stderr == ""
