# SPDX-License-Identifier: Apache-2.0
"""A database that is opened read-only: nothing in it changes, and its user needs SELECT only."""

import secrets
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import mysql_server
import pytest
import sqlalchemy as sa
from placedock.errors import OldTables, ReadOnly, Unavailable
from placedock.store import sync
from placedock.store.database import Database
from placedock.store.migrations import HEAD
from placedock.store.tables import traits

from . import upstream

Connect = Callable[..., Database]


def count(connection: sa.Connection) -> int:
    return connection.scalar(sa.select(sa.func.count()).select_from(traits)) or 0


def delete_all(connection: sa.Connection) -> None:
    connection.execute(traits.delete())


def test_it_reads(database: Database, connect: Connect, url: str) -> None:
    read_only = connect(url, read_only=True)
    read_only.ready()
    assert read_only.query(count) == read_only.read(count) == database.query(count) > 0


def test_a_write_is_refused_before_it_reaches_the_database(
    database: Database, connect: Connect, url: str
) -> None:
    before = database.query(count)
    with pytest.raises(ReadOnly):
        connect(url, read_only=True).write(delete_all)
    assert database.query(count) == before


def test_the_database_refuses_a_statement_that_writes_all_the_same(
    database: Database, connect: Connect, url: str
) -> None:
    before = database.query(count)
    read_only = connect(url, read_only=True)
    for run in (read_only.query, read_only.read):
        with pytest.raises((Unavailable, sa.exc.DBAPIError)):
            run(delete_all)
    assert database.query(count) == before


def test_tables_of_an_older_revision_are_named_and_refused(url: str, connect: Connect) -> None:
    upstream.upgrade(url, "b5c396305c25")
    with pytest.raises(OldTables) as told:
        connect(url, read_only=True).ready()
    assert f"b5c396305c25: this release reads those of {HEAD}" in told.value.reason
    assert "db sync" not in told.value.reason


@pytest.fixture
def selecting_url(on_mysql: Database, mysql: mysql_server.Server) -> Iterator[str]:
    """A database with all tables, and a user who may only select from them."""
    user, name = f"reader_{secrets.token_hex(4)}", on_mysql.url.database
    mysql.execute(f"CREATE USER {user} IDENTIFIED BY 'reads'")
    mysql.execute(f"GRANT SELECT ON {name}.* TO {user}")
    yield f"mysql+pymysql://{user}:reads@{mysql.host}:{mysql.port}/{name}"
    mysql.execute(f"DROP USER {user}")


def test_a_user_who_may_only_select_is_enough(selecting_url: str, connect: Connect) -> None:
    read_only = connect(selecting_url, read_only=True)
    read_only.ready()
    assert read_only.read(count) == read_only.query(count) > 0


def test_a_file_that_is_missing_is_not_made(tmp_path: Path, connect: Connect) -> None:
    with pytest.raises(Unavailable):
        connect(f"sqlite:///{tmp_path}/missing.db", read_only=True).ready()
    assert list(tmp_path.iterdir()) == []


def test_a_file_with_odd_letters_in_its_name_is_found(tmp_path: Path, connect: Connect) -> None:
    path = tmp_path / "a cloud?#%41.db"
    schemas_url = sa.URL.create("sqlite", database=str(path)).render_as_string()
    made = connect(schemas_url)
    sync.sync(made, say=lambda line: None)
    assert connect(schemas_url, read_only=True).read(count) == made.read(count)


def test_a_file_keeps_its_journal_mode(tmp_path: Path, connect: Connect) -> None:
    url = f"sqlite:///{tmp_path}/placement.db"
    made = connect(url)
    sync.sync(made, say=lambda line: None)
    made.close()
    with closing(sqlite3.connect(tmp_path / "placement.db")) as connection:
        connection.execute("PRAGMA journal_mode = DELETE")
    before = (tmp_path / "placement.db").read_bytes()
    read_only = connect(url, read_only=True)
    assert read_only.read(count) > 0
    read_only.close()
    assert (tmp_path / "placement.db").read_bytes() == before
