# SPDX-License-Identifier: Apache-2.0
"""Tables without `alembic_version`: their revision is recognised, everybody says what to do, and `db stamp` does it."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from placedock.errors import CannotSync, Unavailable
from placedock.store import sync
from placedock.store.database import Database
from placedock.store.migrations import HEAD, REVISIONS

from . import schemas, upstream

Connect = Callable[..., Database]

FIRST, ROOTS, CONSUMERS, TYPES, _ = REVISIONS

ROOTLESS = "INSERT INTO resource_providers (id, uuid, name) VALUES (7, 'u7', 'seven')"
ORPHAN = (
    "INSERT INTO allocations (resource_provider_id, consumer_id, resource_class_id, used)"
    " VALUES (1, 'lost', 0, 1)"
)
STATES = {
    FIRST: (FIRST, [ROOTLESS, ORPHAN], FIRST),
    "without rows": (FIRST, [], CONSUMERS),
    "with roots": (FIRST, [ORPHAN], ROOTS),
    CONSUMERS: (CONSUMERS, [], CONSUMERS),
    TYPES: (TYPES, [], TYPES),
    HEAD: (HEAD, [], HEAD),
}
"""By what they are called: the revision that upstream left the tables at, what is in them, and what they count as."""


def unrecorded(url: str, revision: str, rows: list[str]) -> None:
    upstream.upgrade(url, revision)
    schemas.execute(url, [*rows, "DROP TABLE alembic_version"])


@pytest.mark.parametrize("state", STATES)
def test_tables_without_a_record_are_recognised_and_brought_forward(
    url: str, second_url: str, state: str, connect: Connect
) -> None:
    left, rows, shape = STATES[state]
    unrecorded(url, left, rows)
    before = schemas.schema(url)
    database = connect(url)

    with pytest.raises(CannotSync, match=f"placedock db stamp {shape}"):
        sync.sync(database, say=lambda line: None)
    assert f"`placedock db stamp {shape}`" in sync.described(database)
    with pytest.raises(Unavailable) as told:
        database.ready()
    assert "`placedock db version` tells what to do" in told.value.reason
    assert schemas.schema(url) == before

    said: list[str] = []
    sync.stamp(database, shape, say=said.append)
    assert said[0].startswith(f"db stamp: the tables are recorded to be at {shape}")
    assert sync.described(database) == upstream.version(url) == shape
    sync.sync(database, say=lambda line: None)
    database.ready()
    upstream.sync(second_url)
    assert {name: sorted(lines) for name, lines in schemas.schema(url).items()} == {
        name: sorted(lines) for name, lines in schemas.schema(second_url).items()
    }


def test_tables_among_those_of_nova_are_recognised(url: str, connect: Connect) -> None:
    more = [
        "CREATE TABLE instance_mappings (id INTEGER PRIMARY KEY)",
        "ALTER TABLE resource_providers ADD COLUMN can_host INTEGER DEFAULT 0",
    ]
    unrecorded(url, FIRST, [ROOTLESS, ORPHAN, *more])
    database = connect(url)
    sync.stamp(database, FIRST, say=lambda line: None)
    sync.sync(database, say=lambda line: None)
    database.ready()


def test_an_older_revision_may_be_recorded(url: str, connect: Connect) -> None:
    """As upstream's guide to the move out of Nova does: what the revisions would make is passed over."""
    unrecorded(url, HEAD, [])
    before = schemas.schema(url)
    database = connect(url)
    sync.stamp(database, FIRST, say=lambda line: None)
    sync.sync(database, say=lambda line: None)
    after = schemas.schema(url)
    del after["alembic_version"]
    assert after == before


def test_a_record_is_replaced(database: Database) -> None:
    sync.stamp(database, FIRST, say=lambda line: None)
    assert sync.version(database) == FIRST
    said: list[str] = []
    sync.stamp(database, "head", say=said.append)
    assert sync.version(database) == HEAD
    assert said == [f"db stamp: the tables are recorded to be at {HEAD}"]


def refused(database: Database, revision: str, complaint: str) -> None:
    with pytest.raises(CannotSync, match=complaint) as told:
        sync.stamp(database, revision, say=lambda line: None)
    assert "\n" not in str(told.value)


def test_what_the_tables_lack_is_not_recorded(url: str, connect: Connect) -> None:
    unrecorded(url, FIRST, [ROOTLESS])
    refused(connect(url), "head", f"lack what {HEAD} has: run `placedock db stamp {FIRST}`")
    assert "alembic_version" not in schemas.schema(url)


def test_an_empty_database_is_not_stamped(url: str, connect: Connect) -> None:
    refused(connect(url), "head", "does not have all of Placement's first tables")
    assert schemas.schema(url) == {}
    assert sync.described(connect(url)) == "no tables"


def test_a_revision_that_is_none_is_refused(database: Database) -> None:
    refused(database, "f00000000001", "there is no revision 'f00000000001'; there are b4ed3a175331")


def test_a_record_of_somebody_else_is_not_touched(database: Database, url: str) -> None:
    schemas.execute(url, ["UPDATE alembic_version SET version_num = 'd67eeaabee36'"])
    refused(database, "head", "d67eeaabee36, which this release does not know")
    assert sync.version(database) == "d67eeaabee36"


def test_the_command_line_tells_and_stamps(sqlite_url: str) -> None:
    unrecorded(sqlite_url, FIRST, [ROOTLESS])

    def run(*words: str) -> tuple[int, str]:
        done = subprocess.run(
            [Path(sys.executable).with_name("placedock"), "db", *words],
            env={
                "PATH": os.environ["PATH"],
                "OS_API__AUTH_STRATEGY": "noauth2",
                "OS_PLACEMENT_DATABASE__CONNECTION": sqlite_url,
            },
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        return done.returncode, done.stdout

    for words in ("version",), ("sync",):
        _, said = run(*words)
        assert f"run `placedock db stamp {FIRST}`" in said
    assert run("stamp", "head")[0] == 1
    assert run("stamp", FIRST) == (
        0,
        f"db stamp: the tables are recorded to be at {FIRST}; "
        f"`placedock db sync` brings them to {HEAD}\n",
    )
    assert run("sync")[0] == 0
    assert run("version") == (0, f"{HEAD}\n")
