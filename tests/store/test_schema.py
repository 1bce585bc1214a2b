# SPDX-License-Identifier: Apache-2.0
"""Our tables are upstream's, whichever tool has made them or brought them forward."""

from collections.abc import Callable

import alembic.autogenerate
import alembic.command
import alembic.migration
import mysql_server
import pytest
import sqlalchemy as sa
from placedock.store import sync
from placedock.store.database import Database
from placedock.store.migrations import HEAD, REVISIONS
from placedock.store.tables import metadata

from . import schemas, upstream

Connect = Callable[..., Database]


def synced(database: Database) -> sync.Synced:
    return sync.sync(database, say=lambda line: None)


def upgraded(database: Database, revision: str) -> None:
    """Bring the tables to an older revision than the newest."""
    incomplete = (sync.NOBODY, sync.NOBODY)

    def run(connection: sa.Connection) -> None:
        config = sync.alembic_config(connection, incomplete_consumer=incomplete)
        alembic.command.upgrade(config, revision)

    database.write(run)


def test_the_revisions_are_upstreams() -> None:
    assert list(REVISIONS) == upstream.revisions()


def test_our_tables_are_upstreams(url: str, second_url: str, connect: Connect) -> None:
    synced(connect(url))
    upstream.sync(second_url)
    assert schemas.schema(url) == schemas.schema(second_url)
    assert len(schemas.schema(url)) == len(metadata.tables) + 1


@pytest.mark.parametrize("options", ["CHARACTER SET utf8mb3", "COLLATE utf8mb4_bin"])
def test_tables_take_the_databases_character_set_as_upstreams_do(
    mysql: mysql_server.Server, options: str, connect: Connect
) -> None:
    with mysql.database(options) as ours, mysql.database(options) as theirs:
        synced(connect(ours))
        upstream.sync(theirs)
        assert schemas.schema(ours) == schemas.schema(theirs)


def test_upstreams_sync_finds_nothing_to_do_in_our_database(url: str, connect: Connect) -> None:
    synced(connect(url))
    before = schemas.schema(url)
    assert upstream.version(url) == HEAD
    upstream.sync(url)
    assert schemas.schema(url) == before


def test_our_sync_finds_nothing_to_do_in_upstreams_database(url: str, connect: Connect) -> None:
    upstream.sync(url)
    before = schemas.schema(url)
    assert sync.version(connect(url)) == HEAD
    assert synced(connect(url)).before == HEAD
    assert schemas.schema(url) == before


@pytest.mark.parametrize("revision", REVISIONS[:-1])
def test_what_upstream_left_at_an_older_revision_is_brought_forward(
    url: str, second_url: str, revision: str, connect: Connect
) -> None:
    upstream.upgrade(url, revision)
    assert synced(connect(url)).before == revision
    upstream.sync(second_url)
    assert schemas.schema(url) == schemas.schema(second_url)


@pytest.mark.parametrize("revision", REVISIONS[:-1])
def test_what_we_left_at_an_older_revision_upstream_brings_forward(
    url: str, second_url: str, revision: str, connect: Connect
) -> None:
    upgraded(connect(url), revision)
    upstream.upgrade(second_url, revision)
    assert schemas.schema(url) == schemas.schema(second_url)
    upstream.sync(url)
    upstream.sync(second_url)
    assert schemas.schema(url) == schemas.schema(second_url)


def test_the_tables_that_queries_use_are_those_that_migrations_make(database: Database) -> None:
    def differences(connection: sa.Connection) -> list[object]:
        options = {"compare_type": True, "compare_server_default": True}
        context = alembic.migration.MigrationContext.configure(connection, opts=options)
        found: list[object] = alembic.autogenerate.compare_metadata(context, metadata)
        return found

    assert database.query(differences) == []


def test_standard_names_are_those_that_upstream_would_add(
    url: str, second_url: str, connect: Connect
) -> None:
    synced(connect(url))
    upstream.sync(second_url)
    upstream.start(second_url)
    for query in (
        "SELECT id, name FROM resource_classes ORDER BY id",
        "SELECT name FROM traits ORDER BY name",
    ):
        assert schemas.rows(url, query) == schemas.rows(second_url, query)


def test_upstream_finds_no_standard_name_missing(url: str, connect: Connect) -> None:
    synced(connect(url))
    count = "SELECT (SELECT count(*) FROM traits), (SELECT count(*) FROM resource_classes)"
    before = schemas.rows(url, count)
    upstream.start(url)
    assert schemas.rows(url, count) == before


def test_providers_older_than_trees_become_their_own_roots(url: str, connect: Connect) -> None:
    upgraded(connect(url), REVISIONS[0])
    schemas.execute(
        url,
        [
            "INSERT INTO resource_providers (id, uuid, name) VALUES (7, 'u7', 'seven')",
            "INSERT INTO resource_providers (id, uuid, name, root_provider_id)"
            " VALUES (8, 'u8', 'eight', 7)",
        ],
    )
    synced(connect(url))
    assert schemas.rows(url, "SELECT id, root_provider_id FROM resource_providers") == [
        (7, 7),
        (8, 7),
    ]


def test_allocations_older_than_consumers_get_one(url: str, connect: Connect) -> None:
    upgraded(connect(url), REVISIONS[1])
    allocation = (
        "INSERT INTO allocations (resource_provider_id, consumer_id, resource_class_id, used)"
        " VALUES (1, '{}', {}, 1)"
    )
    schemas.execute(
        url,
        [
            allocation.format("lost", 0),
            allocation.format("lost", 1),
            allocation.format("kept", 0),
            "INSERT INTO consumers (uuid, project_id, user_id, generation)"
            " VALUES ('kept', 90, 91, 5)",
        ],
    )
    sync.sync(connect(url), incomplete_consumer=("some-project", "some-user"))
    owned = (
        "SELECT consumers.uuid, projects.external_id, users.external_id, generation"
        " FROM consumers JOIN projects ON projects.id = project_id JOIN users ON users.id = user_id"
    )
    assert schemas.rows(url, owned) == [("lost", "some-project", "some-user", 0)]
    assert schemas.rows(url, "SELECT uuid, generation FROM consumers ORDER BY uuid") == [
        ("kept", 5),
        ("lost", 0),
    ]
