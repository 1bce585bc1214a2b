# SPDX-License-Identifier: Apache-2.0
"""A database that refuses writes: it is read, a write is told that it is read-only, and who watches is told, too."""

import json
import os
import secrets
import sqlite3
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import mysql_server
import pytest
import sqlalchemy as sa
from conformance import servers
from conformance.suite import PLAIN_SETTINGS
from differential.calls import Call, Client
from placedock.errors import CannotSync, ReadOnly, ReadOnlyDatabase, Unavailable
from placedock.store import sync, writability
from placedock.store.database import Database
from placedock.store.tables import traits

Connect = Callable[..., Database]


def count(connection: sa.Connection) -> int:
    return connection.scalar(sa.select(sa.func.count()).select_from(traits)) or 0


def add(connection: sa.Connection) -> None:
    connection.execute(traits.insert().values(name=f"CUSTOM_{secrets.token_hex(4).upper()}"))


@contextmanager
def user(mysql: mysql_server.Server, url: str, privileges: str, table: str = "*") -> Iterator[str]:
    """The URL of the database for a user who may do so much in it, and nothing elsewhere."""
    name = url.rpartition("/")[2]
    who = f"u_{secrets.token_hex(4)}"
    mysql.execute(f"CREATE USER {who} IDENTIFIED BY 'secret'")
    mysql.execute(f"GRANT {privileges} ON {name}.{table} TO {who}")
    try:
        yield f"mysql+pymysql://{who}:secret@{mysql.host}:{mysql.port}/{name}"
    finally:
        mysql.execute(f"DROP USER {who}")


@contextmanager
def read_only_server(mysql: mysql_server.Server) -> Iterator[None]:
    """For everybody but root, as which all other tests connect."""
    mysql.execute("SET GLOBAL read_only = ON")
    try:
        yield
    finally:
        mysql.execute("SET GLOBAL read_only = OFF")


def test_a_user_who_may_only_read_is_told_at_once(
    mysql: mysql_server.Server, on_mysql: Database, connect: Connect
) -> None:
    url = on_mysql.url.render_as_string(hide_password=False)
    with user(mysql, url, "SELECT") as limited:
        database = connect(limited)
        with pytest.raises(ReadOnlyDatabase):
            database.write(add)
        assert database.read(count) == database.query(count) == on_mysql.query(count)
        assert "denied" in (database.ready() or "")


@pytest.mark.parametrize(
    ("privileges", "table"), [("INSERT, UPDATE, DELETE", "*"), ("SELECT", "alembic_version")]
)
def test_a_user_who_may_not_read_finds_the_database_unavailable_and_not_read_only(
    mysql: mysql_server.Server, on_mysql: Database, connect: Connect, privileges: str, table: str
) -> None:
    url = on_mysql.url.render_as_string(hide_password=False)
    with user(mysql, url, privileges, table) as limited:
        database = connect(limited)
        for ask in (
            lambda: database.query(count),
            lambda: database.read(count),
            lambda: database.write(count),
            database.ready,
        ):
            with pytest.raises(Unavailable) as told:
                ask()
            assert "SELECT command denied" in told.value.reason


def test_a_server_is_called_read_only_when_it_goes_on_saying_so(
    mysql: mysql_server.Server,
    on_mysql: Database,
    connect: Connect,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """At first it may be a group that moves its primary: then the client does well to try again."""
    url = on_mysql.url.render_as_string(hide_password=False)
    with user(mysql, url, "ALL") as ordinary:
        database = connect(ordinary)
        assert database.ready() is None
        with read_only_server(mysql):
            with pytest.raises(Unavailable, match="try again"):
                database.write(add)
            assert "read" in (database.ready() or "")
            with pytest.raises(Unavailable, match="try again"):
                database.write(add)
            monkeypatch.setattr(writability, "SETTLED", 0)
            with pytest.raises(ReadOnlyDatabase, match="does not help"):
                database.write(add)
            assert database.query(count) > 0
        monkeypatch.undo()
        database.write(add)
        assert database.ready() is None
        with read_only_server(mysql), pytest.raises(Unavailable):
            database.write(add)


def read_only_file(url: str) -> str:
    return url.replace("sqlite:///", "sqlite:///file:") + "?mode=ro&uri=true"


@pytest.mark.parametrize("journal", ["wal", "delete"])
def test_a_file_that_cannot_be_written_is_read(
    sqlite_url: str, journal: str, connect: Connect
) -> None:
    """The journal of a file that upstream has made is the older one."""
    whole = connect(sqlite_url)
    sync.sync(whole, say=lambda line: None)
    wanted = whole.query(count)
    whole.close()
    with closing(sqlite3.connect(sqlite_url.removeprefix("sqlite:///"))) as file:
        file.execute(f"PRAGMA journal_mode = {journal}")
    database = connect(read_only_file(sqlite_url))
    assert database.read(count) == wanted
    assert "readonly" in (database.ready() or "")
    with pytest.raises(ReadOnlyDatabase):
        database.write(add)


@pytest.fixture
def everybodys_folder() -> Iterator[Path]:
    """A directory that any user may read, with a database that nobody but root may write."""
    with tempfile.TemporaryDirectory(prefix="placedock-read-") as folder:
        path = Path(folder)
        sync.sync(made := Database(f"sqlite:///{path}/a copy.db"), say=lambda line: None)
        made.close()
        path.chmod(0o755)
        yield path


@contextmanager
def nobody() -> Iterator[None]:
    """The user of this process is `nobody` in the block."""
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.mark.parametrize("read_only", [False, True])
@pytest.mark.parametrize("folder_mode", [0o755, 0o777])
@pytest.mark.parametrize("journal", ["wal", "delete"])
def test_another_user_reads_a_file_that_its_mode_lets_nobody_write(
    everybodys_folder: Path, journal: str, folder_mode: int, read_only: bool, connect: Connect
) -> None:
    """Also where SQLite cannot make the log and the index that it keeps beside the file."""
    path = everybodys_folder / "a copy.db"
    with closing(sqlite3.connect(path)) as file:
        file.execute(f"PRAGMA journal_mode = {journal}")
    path.chmod(0o444)
    everybodys_folder.chmod(folder_mode)
    with nobody():
        database = connect(f"sqlite:///{path}", read_only=read_only)
        assert database.read(count) == database.query(count) > 0
        assert ("readonly" in (database.ready() or "")) is not read_only
        with pytest.raises(ReadOnly):
            database.write(add)
        database.close()


def test_what_somebody_else_writes_into_a_file_of_theirs_is_seen(
    everybodys_folder: Path, connect: Connect
) -> None:
    """The connection that took the file for one that nobody writes is replaced."""
    path = everybodys_folder / "a copy.db"
    with nobody():
        reader = connect(f"sqlite:///{path}")
        before = reader.read(count)
    owner = connect(f"sqlite:///{path}")
    owner.write(add)
    with nobody():
        assert reader.read(count) == before + 1
    owner.close()
    with nobody():
        assert reader.read(count) == before + 1
        reader.close()


def test_a_sync_that_has_nothing_to_do_bears_a_file_that_cannot_be_written(
    sqlite_url: str, connect: Connect
) -> None:
    whole = connect(sqlite_url)
    sync.sync(whole, say=lambda line: None)
    said: list[str] = []
    sync.sync(connect(read_only_file(sqlite_url)), say=said.append)
    assert said[0].endswith("nothing to change")
    whole.write(lambda c: c.execute(traits.delete().where(traits.c.name == "HW_CPU_X86_VMX")))
    with pytest.raises(CannotSync, match="is read-only, and needs a change"):
        sync.sync(connect(read_only_file(sqlite_url)), say=said.append)


def test_the_service_says_so_at_start_at_readyz_and_to_who_writes(
    mysql: mysql_server.Server, on_mysql: Database
) -> None:
    url = on_mysql.url.render_as_string(hide_password=False)
    settings = PLAIN_SETTINGS._replace(
        variables=tuple(
            (name, value)
            for name, value in PLAIN_SETTINGS.variables
            if not name.endswith("SYNC_ON_STARTUP")
        )
    )
    with (
        user(mysql, url, "SELECT") as limited,
        servers.serve.served(settings, limited) as server,
    ):
        client = Client(server)
        assert client.get("/resource_providers") == {"resource_providers": []}
        with urllib.request.urlopen(f"{server.url}/readyz") as ready:
            assert json.load(ready) == {"status": "ready", "read_only": True}
        for call, allowed in (
            (Call("PUT", "/traits/CUSTOM_GOLD"), "GET"),
            (Call("POST", "/resource_providers", body={"name": "host"}), "GET"),
        ):
            answer = client.send(call)
            assert answer.status == 405, answer
            assert answer.headers["allow"] == allowed
            assert "read-only" in answer.text
            assert "again does not help" in answer.text
        assert server.log().count("the database refuses writes, and is read only") == 1


@pytest.fixture
def small_disk() -> Iterator[Path]:
    """A file system of 4 MiB."""
    with tempfile.TemporaryDirectory(prefix="placedock-disk-") as folder:
        subprocess.run(["mount", "-t", "tmpfs", "-o", "size=4m", "small", folder], check=True)
        try:
            yield Path(folder)
        finally:
            subprocess.run(["umount", "--lazy", folder], check=True)


def test_a_full_disk_is_not_ready_until_there_is_room(small_disk: Path, connect: Connect) -> None:
    url = f"sqlite:///{small_disk}/placement.db"
    sync.sync(made := connect(url), say=lambda line: None)
    made.close()
    database = connect(url)
    assert database.ready() is None
    filler = small_disk / "filler"
    with filler.open("wb", buffering=0) as file, pytest.raises(OSError, match="No space left"):
        while True:
            file.write(bytes(4096))
    with pytest.raises(Unavailable) as told:
        for _ in range(3):
            database.ready()
    assert told.value.reason == "database or disk is full"
    assert database.query(count) > 0
    filler.unlink()
    assert database.ready() is None
    database.write(add)


LOOK = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1])
connection.execute("SELECT count(*) FROM traits").fetchone()
connection.close()
"""


def test_a_new_connection_releases_no_lock_of_another_one(
    sqlite_url: str, connect: Connect
) -> None:
    """POSIX releases all locks that a process has on a file when the process closes the file, in whatever part of it.

    SQLite of another process then takes itself for the last one that has the file open, and removes the log at its end.
    """
    database = connect(sqlite_url)
    sync.sync(database, say=lambda line: None)
    database.write(add)
    assert connect(sqlite_url).query(count)
    path = database.url.database or ""
    subprocess.run([sys.executable, "-c", LOOK, path], check=True)
    assert Path(f"{path}-wal").exists()
    database.write(add)
