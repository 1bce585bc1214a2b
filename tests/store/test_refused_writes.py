# SPDX-License-Identifier: Apache-2.0
"""A database that refuses writes: it is read, a write is told that it is read-only, and who watches is told, too."""

import json
import secrets
import sqlite3
import subprocess
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
from placedock.errors import ReadOnlyDatabase, Unavailable
from placedock.store import sync, writability
from placedock.store.database import Database
from placedock.store.tables import traits

Connect = Callable[..., Database]


def count(connection: sa.Connection) -> int:
    return connection.scalar(sa.select(sa.func.count()).select_from(traits)) or 0


def add(connection: sa.Connection) -> None:
    connection.execute(traits.insert().values(name=f"CUSTOM_{secrets.token_hex(4).upper()}"))


@contextmanager
def user(mysql: mysql_server.Server, url: str, privileges: str) -> Iterator[str]:
    """The URL of the database for a user who may do so much in it, and nothing elsewhere."""
    name = url.rpartition("/")[2]
    who = f"u_{secrets.token_hex(4)}"
    mysql.execute(f"CREATE USER {who} IDENTIFIED BY 'secret'")
    mysql.execute(f"GRANT {privileges} ON {name}.* TO {who}")
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


def test_a_sync_that_has_nothing_to_do_bears_a_file_that_cannot_be_written(
    sqlite_url: str, connect: Connect
) -> None:
    whole = connect(sqlite_url)
    sync.sync(whole, say=lambda line: None)
    said: list[str] = []
    sync.sync(connect(read_only_file(sqlite_url)), say=said.append)
    assert said[0].endswith("nothing to change")
    whole.write(lambda c: c.execute(traits.delete().where(traits.c.name == "HW_CPU_X86_VMX")))
    with pytest.raises(sync.CannotSync, match="is read-only, and needs a change"):
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
