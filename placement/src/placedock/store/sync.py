# SPDX-License-Identifier: Apache-2.0
"""`placedock db sync`: makes or brings forward the tables, and adds the standard names.

May be run at any time, by any number of processes at once, also while upstream's own `db sync` runs. On
SQLite all of it is one transaction. MySQL has none for changes of the schema, so one process works
at a time (a named lock), every revision passes over what is there already, and who finds that
another has come first all the same starts again from what is there now: upstream takes no lock, and
on a Galera cluster a lock is known to one node only.
"""

import hashlib
import math
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import alembic.command
import alembic.config
import alembic.util
import sqlalchemy as sa

from placedock.errors import CannotSync, ReadOnlyDatabase, Unavailable
from placedock.store import driver_errors, shapes, standards
from placedock.store.database import Database
from placedock.store.driver_errors import LostRace
from placedock.store.migrations import HEAD, REVISIONS
from placedock.store.tables import metadata

SETTING = "OS_PLACEMENT_DATABASE__CONNECTION"
NOBODY = "00000000-0000-0000-0000-000000000000"
"""Upstream's project and user for consumers that were written without."""

PAUSE = 0.5
"""Seconds between two looks at a database that is not there yet."""

REPEAT = 10
"""Seconds after which waiting is mentioned again."""

Say = Callable[[str], None]

versions = sa.table("alembic_version", sa.column("version_num"))


class Synced(NamedTuple):
    """The result of a sync: the revision before it, and the number of standard names that were missing."""

    before: str | None
    added: standards.Added


def _say(line: str) -> None:
    """Print at once, also into a container's log, where output waits until there is more of it."""
    print(line, flush=True)


def sync(
    database: Database,
    patience: float = 60,
    say: Say = _say,
    incomplete_consumer: tuple[str, str] = (NOBODY, NOBODY),
) -> Synced:
    """Bring the tables to the newest revision and add missing standard names; say what was done.

    Waits up to `patience` seconds for the database to answer, and for others who sync it. Raises
    `CannotSync` when it does not answer by then, does not let us, or holds what this release does
    not know. `incomplete_consumer` is the project and user for consumers that were written without.
    """
    with database.unhurried() as unhurried:
        return _sync(unhurried, patience, say, incomplete_consumer)


def _sync(
    database: Database, patience: float, say: Say, incomplete_consumer: tuple[str, str]
) -> Synced:
    # MySQL commits each change of the schema anyway, and a transaction around the looks before them
    # would only keep upstream's sync waiting for tables that ours has looked at.
    run = database.query if database.on_mysql else database.write
    end = time.monotonic() + patience
    said, spoken = "", 0.0
    while True:
        try:
            done = run(_bring_forward, say, incomplete_consumer)
        except ReadOnlyDatabase as error:
            raise CannotSync(
                f"the database at {database.url} ({SETTING}) is read-only, and needs a change"
            ) from error
        except (Unavailable, LostRace) as error:
            why = _why(error)
            if driver_errors.is_hopeless(error) or time.monotonic() + PAUSE > end:
                waited = (
                    "" if driver_errors.is_hopeless(error) else f"gave up after {patience:g} s, "
                )
                raise CannotSync(
                    f"{waited}the database at {database.url} ({SETTING}) cannot be used: {why}"
                ) from error
        except sa.exc.DBAPIError as error:
            raise CannotSync(
                f"the database at {database.url} ({SETTING}) refuses: {driver_errors.reason(error)}"
            ) from error
        else:
            _report(done, say)
            return done
        if why != said or time.monotonic() > spoken + REPEAT:
            say(f"db sync: waiting for {database.url}{_left(end)}: {why}")
            said, spoken = why, time.monotonic()
        time.sleep(PAUSE)


def version(database: Database) -> str | None:
    """The revision that the tables are recorded to be at, or None when there is no record."""
    revisions = database.query(_revisions)
    return _newest(revisions) if revisions else None


def described(database: Database) -> str:
    """The revision, or what there is instead and what to do about it."""
    if recorded := version(database):
        return recorded
    shape = database.query(shapes.revision)
    return _unrecorded(shape) if shape else "no tables"


def stamp(database: Database, revision: str, say: Say = _say) -> None:
    """Record that the tables are at a revision; `head` is the newest. The tables stay as they are.

    For tables that have no record. Raises `CannotSync` when they lack what the revision has, because nothing would ever add
    it, and when the record is not Placement's.
    """
    wanted = HEAD if revision == "head" else revision
    if wanted not in REVISIONS:
        raise CannotSync(
            f"there is no revision {revision!r}; there are {', '.join(REVISIONS)} and `head`"
        )

    def record(connection: sa.Connection) -> None:
        with _alone(connection):
            _refuse_unknown(_revisions(connection))
            shape = shapes.revision(connection)
            if shape is None:
                raise CannotSync(
                    "the database does not have all of Placement's first tables: "
                    "`placedock db sync` makes them where there are none"
                )
            if REVISIONS.index(wanted) > REVISIONS.index(shape):
                raise CannotSync(
                    f"the tables are those of revision {shape} and lack what {wanted} has: "
                    f"run `placedock db stamp {shape}`, and then `placedock db sync`"
                )
            alembic.command.stamp(alembic_config(connection), wanted, purge=True)

    try:
        (database.query if database.on_mysql else database.write)(record)
    except sa.exc.DBAPIError as error:
        raise CannotSync(
            f"the database at {database.url} ({SETTING}) refuses: {driver_errors.reason(error)}"
        ) from error
    more = "" if wanted == HEAD else f"; `placedock db sync` brings them to {HEAD}"
    say(f"db stamp: the tables are recorded to be at {wanted}{more}")


def alembic_config(connection: sa.Connection, **attributes: Any) -> alembic.config.Config:
    """The configuration with which Alembic's commands work on `connection`."""
    config = alembic.config.Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.set_main_option("path_separator", "os")
    config.attributes.update(attributes, connection=connection)
    return config


def _bring_forward(
    connection: sa.Connection, say: Say, incomplete_consumer: tuple[str, str]
) -> Synced:
    def applied(step: Any, **_: Any) -> None:
        say(f"db sync: {step.up_revision_id} {step.up_revision.doc}")

    with _alone(connection):
        before = _check(connection)
        try:
            if before != HEAD:
                config = alembic_config(
                    connection, applied=applied, incomplete_consumer=incomplete_consumer
                )
                alembic.command.upgrade(config, "head")
            return Synced(before, standards.add_missing(connection))
        except (sa.exc.DBAPIError, alembic.util.CommandError) as error:
            if isinstance(error, sa.exc.DBAPIError) and not driver_errors.is_done_already(error):
                raise
            raise LostRace from error


@contextmanager
def _alone(connection: sa.Connection) -> Iterator[None]:
    """Hold the lock of all who sync this database. SQLite's transaction is one already.

    Galera's strict modes refuse such locks; what the lock spares is then settled by starting again.
    """
    if connection.dialect.name == "sqlite":
        yield
        return
    name = connection.exec_driver_sql("SELECT DATABASE()").scalar_one()
    lock = "placedock." + hashlib.sha256(name.encode()).hexdigest()[:32]
    try:
        held = connection.execute(sa.select(sa.func.get_lock(lock, 1))).scalar()
    except sa.exc.DBAPIError as error:
        if driver_errors.is_lost_connection(error):
            raise
        held = None
    if held == 0:
        raise LostRace("another process is syncing it")
    try:
        yield
    finally:
        if held and not connection.invalidated:
            connection.execute(sa.select(sa.func.release_lock(lock)))


def _check(connection: sa.Connection) -> str | None:
    """The revision before, once it is certain that these are tables which we may change."""
    there = set(sa.inspect(connection).get_table_names())
    if "alembic_version" not in there:
        if shape := shapes.revision(connection):
            raise CannotSync(f"{_unrecorded(shape)}, and then `placedock db sync` ({SETTING})")
        if strangers := sorted(there & metadata.tables.keys()):
            raise CannotSync(
                f"the database has a table `{strangers[0]}` but no record of its revision: "
                f"it is not Placement's, or not whole. {SETTING} names it"
            )
        return None
    revisions = _revisions(connection)
    _refuse_unknown(revisions)
    if not revisions:
        return None
    newest = _newest(revisions)
    if len(revisions) > 1:
        # Two tools that began an empty database at once have each written a first revision.
        connection.execute(versions.delete().where(versions.c.version_num != newest))
    return newest


def _refuse_unknown(revisions: set[str]) -> None:
    if unknown := sorted(revisions.difference(REVISIONS)):
        raise CannotSync(
            f"the database is at revision {unknown[0]}, which this release does not know; its "
            f"newest is {HEAD}. Use the release that made it, or another database ({SETTING})"
        )


def _unrecorded(shape: str) -> str:
    return (
        f"the database has Placement's tables as of revision {shape}, but no record of it "
        f"(the table alembic_version): run `placedock db stamp {shape}`"
    )


def _revisions(connection: sa.Connection) -> set[str]:
    if not sa.inspect(connection).has_table("alembic_version"):
        return set()
    return set(connection.scalars(sa.select(versions.c.version_num)))


def _newest(revisions: set[str]) -> str:
    known = [revision for revision in REVISIONS if revision in revisions]
    return known[-1] if known else min(revisions)


def _left(end: float) -> str:
    return "" if end == math.inf else f", at most {end - time.monotonic():.0f} s more"


def _why(error: Unavailable | LostRace) -> str:
    if isinstance(error, Unavailable):
        return error.reason
    return error.doing or "another process changes the same tables"


def _report(done: Synced, say: Say) -> None:
    if done.before == HEAD:
        say(f"db sync: the tables are at {HEAD}, nothing to change")
    else:
        say(f"db sync: from {done.before or 'an empty database'} to {HEAD}")
    say(
        f"db sync: added {done.added.traits} traits "
        f"and {done.added.resource_classes} resource classes"
    )
