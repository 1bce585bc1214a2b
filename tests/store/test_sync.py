# SPDX-License-Identifier: Apache-2.0
"""`db sync`: what it says, how it waits, what it refuses, and many of it at once."""

import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import mysql_server
import pytest
import sqlalchemy as sa
from placedock.errors import CannotSync
from placedock.store import standards, sync
from placedock.store.database import Database
from placedock.store.migrations import HEAD, REVISIONS
from relay import Relay

from . import schemas, upstream

Connect = Callable[..., Database]

SYNC = """
import sys
from placedock.store import sync
from placedock.store.database import Database
sync.sync(Database(sys.argv[1]), patience=100)
"""


def in_background(url: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-c", SYNC, url],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


@pytest.fixture
def reference(second_url: str, connect: Connect) -> schemas.Schema:
    """The schema that an undisturbed sync makes. test_schema.py shows that it is upstream's."""
    sync.sync(connect(second_url))
    return schemas.schema(second_url)


def assert_complete(url: str, reference: schemas.Schema) -> None:
    assert schemas.schema(url) == reference
    assert schemas.rows(url, "SELECT version_num FROM alembic_version") == [(HEAD,)]
    assert schemas.rows(url, "SELECT name FROM traits GROUP BY name HAVING count(*) > 1") == []
    classes = schemas.rows(url, "SELECT id, name FROM resource_classes ORDER BY id")
    assert [number for number, _ in classes] == list(range(len(classes)))
    assert classes[0] == (0, "VCPU")


def test_it_says_what_it_did(url: str, connect: Connect) -> None:
    said: list[str] = []
    done = sync.sync(connect(url), say=said.append)
    assert done.before is None
    assert said[-2:] == [
        f"db sync: from an empty database to {HEAD}",
        f"db sync: added {done.added.traits} traits and 21 resource classes",
    ]
    assert [line.split()[2] for line in said[:-2]] == list(REVISIONS)


def test_a_second_run_changes_nothing_and_says_so(url: str, connect: Connect) -> None:
    sync.sync(connect(url))
    before = schemas.schema(url)
    said: list[str] = []
    assert sync.sync(connect(url), say=said.append) == sync.Synced(HEAD, standards.Added(0, 0))
    assert said == [
        f"db sync: the tables are at {HEAD}, nothing to change",
        "db sync: added 0 traits and 0 resource classes",
    ]
    assert schemas.schema(url) == before


def test_only_what_is_missing_is_added(url: str, connect: Connect) -> None:
    sync.sync(connect(url))
    schemas.execute(
        url,
        [
            "DELETE FROM traits WHERE name = 'HW_CPU_X86_VMX'",
            "DELETE FROM resource_classes WHERE name IN ('VCPU', 'VGPU')",
            "INSERT INTO traits (name) VALUES ('CUSTOM_GOLD')",
        ],
    )
    assert sync.sync(connect(url)).added == (1, 2)
    restored = "SELECT id FROM resource_classes WHERE name IN ('VCPU', 'VGPU') ORDER BY id"
    assert schemas.rows(url, restored) == [(0,), (10,)]
    assert schemas.rows(url, "SELECT count(*) FROM traits WHERE name = 'CUSTOM_GOLD'") == [(1,)]


def test_a_service_that_starts_adds_the_names_that_upstreams_sync_does_not(
    url: str, connect: Connect
) -> None:
    upstream.sync(url)
    added = standards.ensure(connect(url))
    assert added.resource_classes == 21
    assert added.traits > 300
    assert standards.ensure(connect(url)) == (0, 0)


def test_eight_at_once_make_one_database(
    url: str, reference: schemas.Schema, connect: Connect
) -> None:
    running = [in_background(url) for _ in range(8)]
    output = [process.communicate(timeout=120)[0] for process in running]
    assert [process.returncode for process in running] == [0] * 8, output
    assert_complete(url, reference)


def test_upstreams_sync_running_beside_ours_does_no_harm(
    mysql_url: str, mysql: mysql_server.Server, connect: Connect
) -> None:
    """Upstream itself may fail, as it does beside another of its own; then it is run again."""
    with mysql.database() as other:
        sync.sync(connect(other))
        reference = schemas.schema(other)
    theirs = upstream.sync_in_background(mysql_url)
    running = [in_background(mysql_url) for _ in range(3)]
    output = [process.communicate(timeout=120)[0] for process in running]
    assert [process.returncode for process in running] == [0] * 3, output
    theirs.wait()
    upstream.sync(mysql_url)
    sync.sync(connect(mysql_url))
    assert {name: sorted(lines) for name, lines in schemas.schema(mysql_url).items()} == {
        name: sorted(lines) for name, lines in reference.items()
    }
    assert schemas.rows(mysql_url, "SELECT version_num FROM alembic_version") == [(HEAD,)]


class Killed(BaseException):
    """The process is gone: nothing more is done, and nothing cleaned up."""


@contextmanager
def killed_after(changes: int) -> Iterator[None]:
    """Whoever changes the schema in here dies after so many changes."""
    left = changes

    def count(connection: sa.Connection, cursor: object, statement: str, *rest: object) -> None:
        nonlocal left
        if statement.lstrip().split()[0] in ("CREATE", "ALTER", "DROP"):
            left -= 1
            if left < 0:
                raise Killed

    sa.event.listen(sa.Engine, "before_cursor_execute", count)
    try:
        with pytest.raises(Killed):
            yield
    finally:
        sa.event.remove(sa.Engine, "before_cursor_execute", count)


@pytest.mark.parametrize("changes", [0, 1, 7, 13, 25, 28, 30, 31, 32, 33, 35])
def test_what_was_interrupted_is_completed_by_the_next_run(
    mysql_url: str, mysql: mysql_server.Server, changes: int, connect: Connect
) -> None:
    """On SQLite there is nothing to complete: all of it is one transaction."""
    with mysql.database() as other:
        sync.sync(connect(other))
        reference = schemas.schema(other)
    with killed_after(changes):
        sync.sync(connect(mysql_url))
    sync.sync(connect(mysql_url))
    assert_complete(mysql_url, reference)


def test_an_interrupted_run_leaves_nothing_on_sqlite(sqlite_url: str, connect: Connect) -> None:
    with killed_after(30):
        sync.sync(connect(sqlite_url))
    assert schemas.schema(sqlite_url) == {}


def test_a_revision_from_the_future_is_refused_in_one_line(url: str, connect: Connect) -> None:
    sync.sync(connect(url))
    schemas.execute(url, ["UPDATE alembic_version SET version_num = 'f00000000001'"])
    before = schemas.schema(url)
    with pytest.raises(CannotSync, match="f00000000001, which this release does not") as told:
        sync.sync(connect(url))
    assert "\n" not in str(told.value)
    assert sync.version(connect(url)) == "f00000000001"
    assert schemas.schema(url) == before


def test_tables_that_are_not_placements_are_refused(url: str, connect: Connect) -> None:
    schemas.execute(url, ["CREATE TABLE resource_providers (id INTEGER PRIMARY KEY)"])
    with pytest.raises(CannotSync, match="`resource_providers` but no record"):
        sync.sync(connect(url))
    assert list(schemas.schema(url)) == ["resource_providers"]


def test_two_revisions_that_two_tools_left_become_one(url: str, connect: Connect) -> None:
    sync.sync(connect(url))
    schemas.execute(url, [f"INSERT INTO alembic_version VALUES ('{REVISIONS[0]}')"])
    sync.sync(connect(url))
    assert sync.version(connect(url)) == HEAD
    assert schemas.rows(url, "SELECT version_num FROM alembic_version") == [(HEAD,)]


def test_the_version_of_an_empty_database_is_none(url: str, connect: Connect) -> None:
    assert sync.version(connect(url)) is None


def test_a_database_that_never_answers_ends_the_wait_with_the_reason(connect: Connect) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        url = f"mysql+pymysql://placement:hidden@127.0.0.1:{taken.getsockname()[1]}/placement"
        said: list[str] = []
        began = time.monotonic()
        with pytest.raises(CannotSync) as told:
            sync.sync(connect(url), patience=2, say=said.append)
        assert 1.4 < time.monotonic() - began < 6
    assert len(said) == 1
    assert said[0].startswith("db sync: waiting for mysql+pymysql://placement:***@127.0.0.1:")
    assert "Can't connect to MySQL server" in said[0]
    for part in ("gave up after 2 s", sync.SETTING, "Can't connect to MySQL server"):
        assert part in str(told.value)
    assert "hidden" not in str(told.value)
    assert "\n" not in str(told.value)


def test_a_server_that_answers_in_time_is_synced(
    mysql: mysql_server.Server, mysql_url: str, connect: Connect
) -> None:
    with Relay((mysql.host, mysql.port)) as relay:
        relay.stall()
        said: list[str] = []

        def say(line: str) -> None:
            said.append(line)
            relay.resume()

        url = mysql_url.replace(f":{mysql.port}/", f":{relay.port}/")
        sync.sync(connect(url), patience=60, say=say)
        assert "timed out" in said[0]
        assert said[-2] == f"db sync: from an empty database to {HEAD}"


REFUSED = {
    "a database that is not there": ("root:{password}", "nowhere", "Unknown database"),
    "a wrong password": ("root:wrong", "mysql", "Access denied"),
}


@pytest.mark.parametrize(("login", "name", "says"), REFUSED.values(), ids=REFUSED)
def test_a_server_that_refuses_us_is_not_waited_for(
    login: str, name: str, says: str, mysql: mysql_server.Server, connect: Connect
) -> None:
    login = login.format(password=mysql_server.PASSWORD)
    began = time.monotonic()
    with pytest.raises(CannotSync, match=says):
        url = f"mysql+pymysql://{login}@{mysql.host}:{mysql.port}/{name}"
        sync.sync(connect(url), patience=60)
    assert time.monotonic() - began < 5


def test_a_file_that_is_no_database_is_not_waited_for(tmp_path: Path, connect: Connect) -> None:
    (tmp_path / "placement.db").write_text("no database " * 100)
    began = time.monotonic()
    with pytest.raises(CannotSync, match="not a database"):
        sync.sync(connect(f"sqlite:///{tmp_path}/placement.db"), patience=60)
    assert time.monotonic() - began < 5


def test_a_user_who_may_not_make_tables_is_told_so_at_once(
    mysql: mysql_server.Server, mysql_url: str, connect: Connect
) -> None:
    name = mysql_url.rpartition("/")[2]
    mysql.execute(f"CREATE USER reader_{name} IDENTIFIED BY 'secret'")
    mysql.execute(f"GRANT SELECT ON {name}.* TO reader_{name}")
    try:
        url = f"mysql+pymysql://reader_{name}:secret@{mysql.host}:{mysql.port}/{name}"
        with pytest.raises(CannotSync, match=r"cannot be used: CREATE command denied to user"):
            sync.sync(connect(url), patience=60)
    finally:
        mysql.execute(f"DROP USER reader_{name}")


@pytest.mark.parametrize(
    ("address", "complaint"),
    [
        ("", "is not a database URL"),
        ("placement.db", "is not a database URL"),
        ("mysql+nosuchdriver://host/db", "is not a database URL"),
        ("postgresql://host/db", "names postgresql"),
    ],
)
def test_an_address_that_cannot_be_one_is_refused(address: str, complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        Database(address)
