# SPDX-License-Identifier: Apache-2.0
"""Connects to each kind of database: the pools and the sessions' settings, and nothing else.

Sessions are in the driver's autocommit mode, so that a single statement is a single round trip and
giving a connection back costs none. MySQL's writing sessions are not, and in turn a write needs no
statement to begin. Liveness is not asked before each use either: a dropped connection, or one to a
server that can serve no more, is noticed by the statement that meets it, and all that are as old
are replaced with it.
"""

import logging
import os
import random
import sqlite3
import weakref
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import sqlalchemy as sa
from sqlalchemy.engine import URL
from sqlalchemy.pool import QueuePool, StaticPool

from placedock.store import driver_errors, patience
from placedock.store.address import is_memory
from placedock.store.frozen import read_frozen_files
from placedock.store.snapshots import Snapshots

MYSQL_ARGUMENTS: dict[str, Any] = {"charset": "utf8mb4"}
"""The driver's arguments, unless the URL's query says otherwise."""

LONGEST_TEXT = 1024**3
"""Bytes that GROUP_CONCAT may return; `max_allowed_packet` is what bounds it in fact."""


@dataclass(frozen=True)
class Options:
    """The settings of `[placement_database]` that matter to connections, with upstream's names.

    A pool has room for more threads than a process runs, so that connections are kept and not made
    anew under load; what is idle for longer than `connection_recycle_time` seconds is replaced.
    The `db_…` ones say how often a write that lost to another starts again, and the pauses between
    in seconds, which are random up to an interval that doubles. `statement_seconds` is of
    `[placedock]`: how long one statement may take, or wait for a lock. `snapshot_seconds` is also
    of `[placedock]`: how long contents of providers are kept (`snapshots`), on MySQL only. With
    `read_only` the database refuses every statement of these sessions that writes.
    """

    connection_parameters: str = ""
    max_pool_size: int = 20
    max_overflow: int = 50
    pool_timeout: float = 30
    connection_recycle_time: int = 3600
    mysql_sql_mode: str | None = "TRADITIONAL"
    sqlite_synchronous: bool = True
    connection_debug: int = 0
    db_max_retries: int = 20
    db_retry_interval: float = 0.01
    db_inc_retry_interval: bool = True
    db_max_retry_interval: float = 1
    statement_seconds: float = 15
    snapshot_seconds: float = 60
    read_only: bool = False

    def pauses(self) -> Iterator[float | None]:
        """Seconds to wait before each further try, random so that equals part; then None."""
        interval = self.db_retry_interval
        for _ in range(self.db_max_retries):
            yield random.uniform(0, interval)
            if self.db_inc_retry_interval:
                interval = min(2 * interval, self.db_max_retry_interval)
        yield None


SNAPSHOTS = "placedock_snapshots"
"""The name of the execution option by which a connection leads to the `Snapshots` of its engine."""


def make(url: URL, options: Options, **overrides: Any) -> sa.Engine:
    """For reading, and on SQLite for everything: the sessions are in autocommit mode.

    It connects when first asked. `overrides` go to `create_engine`.
    """
    return _make(
        url,
        options,
        "REPEATABLE READ",
        {"isolation_level": "AUTOCOMMIT", "skip_autocommit_rollback": True} | overrides,
    )


def make_for_writing(url: URL, options: Options) -> sa.Engine:
    """For MySQL: the first statement begins a transaction, READ COMMITTED.

    A second pool costs up to one connection more for each thread, and saves each write
    two round trips: a session changes its isolation and its mode by a statement for each.
    """
    return _make(url, options, "READ COMMITTED", {"pool_reset_on_return": None})


def _make(url: URL, options: Options, isolation: str, settings: dict[str, Any]) -> sa.Engine:
    _log_statements(options.connection_debug)
    if url.get_backend_name() == "sqlite" and options.read_only and not is_memory(url):
        url = _read_only_file(url)
    on_sqlite = url.get_backend_name() == "sqlite"
    kept = Snapshots(0 if on_sqlite else options.snapshot_seconds)
    settings = _pool(url, options) | {"execution_options": {SNAPSHOTS: kept}} | settings
    wanted = settings.get("connect_args", {})
    if on_sqlite:
        settings["connect_args"] = _sqlite_arguments(options) | wanted
        engine = sa.create_engine(url, **settings)
        sa.event.listen(engine, "connect", _settle_sqlite(url, options))
        if not is_memory(url):
            read_frozen_files(engine)
    else:
        told = {name: value for name, value in MYSQL_ARGUMENTS.items() if name not in url.query}
        settings["connect_args"] = told | patience.arguments(url, wanted)
        engine = sa.create_engine(url, **settings)
        sa.event.listen(engine, "connect", _settle_mysql(isolation, options))
        if url.get_driver_name() == "pymysql":
            waits = patience.seconds(url, wanted, options.statement_seconds)
            sa.event.listen(engine, "do_connect", patience.connect)
            sa.event.listen(engine, "connect", lambda made, _: patience.begin(made, waits))
    sa.event.listen(engine, "handle_error", _replace_what_is_lost)
    _forget_connections_after_fork(engine)
    return engine


def _read_only_file(url: URL) -> URL:
    """The URL with which SQLite only reads the file: it does not make a missing one, and does not tidy up at the last close."""
    name = url.database or ""
    if not name.startswith("file:"):
        name = "file:" + quote(str(Path(name).absolute()))
    return url.set(database=name).update_query_dict({"mode": "ro", "uri": "true"})


def _pool(url: URL, options: Options) -> dict[str, Any]:
    if is_memory(url):
        return {"poolclass": StaticPool}
    return {
        "poolclass": QueuePool,
        "pool_size": options.max_pool_size,
        "max_overflow": options.max_overflow,
        "pool_timeout": options.pool_timeout,
        "pool_recycle": options.connection_recycle_time,
        "pool_use_lifo": True,
    }


def _settle_mysql(isolation: str, options: Options) -> Callable[[Any, object], None]:
    """Sessions have their isolation and the configured sql_mode, whatever the server's defaults.

    On a server configured to READ COMMITTED, say, a consistent snapshot would silently be none.
    GROUP_CONCAT, in which `store.packed` reads many rows at once, would be cut at 1,024 characters.
    MariaDB takes no length above 1 GiB, and in strict modes refuses the session that asks for more.
    """

    def settle(connection: Any, record: object) -> None:
        on_mariadb = "mariadb" in connection.get_server_info().lower()
        session: dict[str, object] = {
            "group_concat_max_len": LONGEST_TEXT,
            **patience.limits(options.statement_seconds, on_mariadb),
        }
        if options.mysql_sql_mode is not None:
            session["sql_mode"] = options.mysql_sql_mode
        with connection.cursor() as cursor:
            cursor.execute(f"SET SESSION TRANSACTION ISOLATION LEVEL {isolation}")
            settings = ", ".join(f"SESSION {name} = %s" for name in session)
            cursor.execute(f"SET {settings}", tuple(session.values()))
            if options.read_only:
                cursor.execute("SET SESSION TRANSACTION READ ONLY")

    return settle


def _replace_what_is_lost(context: sa.engine.ExceptionContext) -> None:
    """Tell SQLAlchemy which other errors mean that these connections are of no use any more."""
    error = context.sqlalchemy_exception
    if isinstance(error, sa.exc.DBAPIError) and driver_errors.is_lost_connection(error):
        context.is_disconnect = True


def _sqlite_arguments(options: Options) -> dict[str, Any]:
    """`timeout` is how long SQLite waits for another process's lock."""
    waits = patience.milliseconds(options.statement_seconds) / 1000
    return {"check_same_thread": False, "timeout": waits}


def _settle_sqlite(url: URL, options: Options) -> Callable[[Any, object], None]:
    """WAL lets readers go on while the one writer writes. Foreign keys hold, as they do on MySQL.

    The journal's mode is a property of the file: the first connection changes it, also under an
    upstream process that is at work on it, which carries on. On a file system without shared memory
    SQLite keeps the old mode and says nothing: slower, and right all the same.
    """

    def settle(connection: Any, record: object) -> None:
        if options.read_only:
            # The journal's mode is a change of the file too.
            connection.execute("PRAGMA query_only = ON")
        elif not is_memory(url):
            _change_journal(connection)
        if not options.sqlite_synchronous:
            connection.execute("PRAGMA synchronous = OFF")
        connection.execute("PRAGMA foreign_keys = ON")

    return settle


def _change_journal(connection: Any) -> None:
    """A file that cannot be written keeps the journal's mode that it has, and can be read."""
    try:
        connection.execute("PRAGMA journal_mode = WAL")
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_READONLY:
            raise


def _log_statements(level: int) -> None:
    """`connection_debug` as upstream counts it: from 50 the statements, from 100 also the rows."""
    if level >= 50:
        logging.getLogger("sqlalchemy.engine").setLevel(
            logging.DEBUG if level >= 100 else logging.INFO
        )


def _forget_connections_after_fork(engine: sa.Engine) -> None:
    """Two processes must not talk over one connection: the child makes its own.

    SQLite's connections are closed before, because the child may not even close them, and what it
    inherits of their locks is wrong. One that a thread is using stays open: a process forks before
    it serves. A database in memory is the child's own copy, and stays.
    """
    known = weakref.ref(engine)

    def close() -> None:
        if engine := known():
            engine.dispose()

    def forget() -> None:
        if engine := known():
            engine.dispose(close=False)

    if engine.dialect.name != "sqlite":
        os.register_at_fork(after_in_child=forget)
    elif not is_memory(engine.url):
        os.register_at_fork(before=close)
