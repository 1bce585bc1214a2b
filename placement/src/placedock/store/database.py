# SPDX-License-Identifier: Apache-2.0
"""Transactions: runs an operation on a connection, with the isolation it needs, to its end.

    db = Database("sqlite:////var/lib/placement/placement.db")
    db.query(operation, *args)   one statement, or several that need not agree
    db.read(operation, *args)    several statements that see the database at one moment
    db.write(operation, *args)   all changes or none
    db.until(deadline).read(…)   any of these, given up when the request's time is over

Each calls `operation(connection, *args)` and returns its value. The operation neither commits nor
rolls back, must not keep the connection (rows are fetched before it returns), must not call back
into `Database`, and may be called again from the start: what it does besides SQL must bear that.
"""

import atexit
import math
import threading
import time
import weakref
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import fields, replace
from typing import Any, Concatenate, ParamSpec, Self, TypeVar

import sqlalchemy as sa

from placedock.errors import (
    ReadOnly,
    ReadOnlyDatabase,
    RequestTookTooLong,
    Unavailable,
    UnheldText,
)
from placedock.model.deadline import NEVER, Deadline
from placedock.store import collations, driver_errors, patience
from placedock.store import engine as engines
from placedock.store.address import address, is_memory
from placedock.store.connections import connected, roll_back
from placedock.store.driver_errors import LostRace
from placedock.store.readiness import NO_TABLES, Readiness, impatient
from placedock.store.writability import Writability

P = ParamSpec("P")
T = TypeVar("T")
Operation = Callable[Concatenate[sa.Connection, P], T]

LONG_ENOUGH = 60
"""Seconds after which what keeps losing is not tried again: a lock may take 50 to be refused."""

_open: "weakref.WeakSet[Database]" = weakref.WeakSet()


@atexit.register
def _close_all() -> None:
    """At a clean end of the process. The last connection to a SQLite file that is closed writes the journal into the file, so
    that the file alone is whole; Python itself would leave the connections open.
    """
    for database in list(_open):
        database.close()


def connect(settings: Mapping[str, Any], **more: Any) -> "Database":
    """The database that the group `[placement_database]` describes, and `more`; None means the default.

    It connects when it is first used.
    """
    known = {field.name for field in fields(engines.Options)}
    given = {name: settings[name] for name in settings if name in known} | more
    return Database(
        settings["connection"],
        **{name: value for name, value in given.items() if value is not None},
    )


class Database:
    """One database, shared by the threads of a process. `options` are those of `engine.Options`."""

    def __init__(self, connection: str | sa.URL, **options: Any) -> None:
        self.options = engines.Options(**options)
        self.url = address(connection, self.options.connection_parameters)
        self.on_mysql = self.url.get_backend_name() != "sqlite"
        self._deadline = NEVER
        self._writability = Writability()
        self._readers = self._writers = engines.make(self.url, self.options)
        self._read_turn: threading.Lock | None = None
        self._write_turn: threading.Lock | None = None
        probe = self._readers
        if is_memory(self.url):
            self._read_turn = self._write_turn = threading.Lock()
        else:
            probe = impatient(self.url, self.options)
            if self.on_mysql:
                self._writers = engines.make_for_writing(self.url, self.options)
            else:
                # SQLite has one writer at a time and lets the others poll with growing sleeps. Threads
                # of one process rather queue here, and are woken as soon as it is their turn.
                self._write_turn = threading.Lock()
        self._readiness = Readiness(
            probe, self._read_turn, self._writability, self.options.read_only
        )
        _open.add(self)

    @property
    def refusal(self) -> str | None:
        """Why the database takes no writes, as far as this process knows; None when it does."""
        return "the service is read-only" if self.options.read_only else self._writability.refusal

    def until(self, deadline: Deadline) -> Self:
        """This database for one request: what is run on it ends with `RequestTookTooLong` or
        `Unavailable` soon after the deadline, and no write is committed after it.
        """
        bounded = object.__new__(type(self))
        bounded.__dict__.update(self.__dict__)
        bounded._deadline = deadline
        return bounded

    @contextmanager
    def unhurried(self) -> Iterator["Database"]:
        """This database, with statements that may take as long as they take."""
        if not self.on_mysql:
            yield self
            return
        # The URL has the parameters already.
        options = replace(self.options, statement_seconds=math.inf, connection_parameters="")
        other = Database(self.url, **vars(options))
        try:
            yield other
        finally:
            other.close()

    def query(self, operation: Operation[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run without a transaction: each statement sees what was committed when it began.

        This is the cheapest way: it costs no round trip but those of the statements. It is right for one statement, and for
        several of which the later ones do not rely on what the earlier ones found.
        """

        def attempt(connection: sa.Connection) -> T:
            return operation(connection, *args, **kwargs)

        return self._persist(self._readers, self._read_turn, attempt)

    def read(self, operation: Operation[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run on a snapshot: all statements see what was committed when the first began.

        On MySQL it costs two round trips more than the statements; on SQLite it costs next to nothing. It locks nothing and
        waits for nobody.
        """
        begin = (
            "START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY" if self.on_mysql else "BEGIN"
        )

        def attempt(connection: sa.Connection) -> T:
            connection.exec_driver_sql(begin)
            return self._whole(connection, operation, *args, **kwargs)

        return self._persist(self._readers, self._read_turn, attempt)

    def write(self, operation: Operation[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run as one transaction, and start it again when it lost to another.

        On MySQL it is READ COMMITTED: after `SELECT … FOR UPDATE` has waited for its turn, every
        statement sees what the one before committed; and no gaps are locked, so that inserts of
        neighbouring rows do not wait. It follows that two statements may see different moments: what a
        decision rests on must be locked first, or be compared in the UPDATE that follows from it.
        It costs one round trip more than the statements. On SQLite it is alone (`BEGIN IMMEDIATE`) and
        sees one moment.

        Starts again after a deadlock, a lock not granted in time, a refused certification, or a
        `LostRace` that the operation raised, with random pauses, `db_max_retries` times; then
        raises `LostRace`. Any other exception of the operation undoes its changes and passes on,
        and so does the deadline of `until`. A database that was made `read_only` raises `ReadOnly`
        at once.
        """
        if self.options.read_only:
            raise ReadOnly()

        def attempt(connection: sa.Connection) -> T:
            if not self.on_mysql:
                connection.exec_driver_sql("BEGIN IMMEDIATE")
            return self._whole(connection, operation, *args, **kwargs)

        done = self._persist(self._writers, self._write_turn, attempt, writes=True)
        self._writability.taken()
        return done

    def ready(self) -> str | None:
        """Return when the database can serve requests, raise `Unavailable` with the reason if not.

        The value is why it serves reads only, or None when it takes writes too.
        """
        return self._readiness.check()

    def close(self) -> None:
        """Close the connections that are not in use. The next use makes new ones.

        A database in memory lives as long as its one connection, which stays.
        """
        if is_memory(self.url):
            return
        for engine in {self._readers, self._writers, self._readiness.engine}:
            engine.dispose()

    def _persist(
        self,
        engine: sa.Engine,
        turn: "threading.Lock | None",
        attempt: Callable[[sa.Connection], T],
        writes: bool = False,
    ) -> T:
        """Attempt until it succeeds or has lost too often; replace a dropped connection once."""
        reconnected = compared_anew = False
        end = time.monotonic() + LONG_ENOUGH
        for pause in self.options.pauses():
            self._deadline.check()
            if time.monotonic() > end:
                pause = None
            if turn is not None:
                self._wait_for(turn)
            try:
                with connected(engine) as connection:
                    driver = connection.connection.dbapi_connection
                    patience.until(self._deadline, driver, self.options.statement_seconds)
                    return attempt(connection)
            except LostRace:
                if pause is None:
                    raise
            except UnicodeEncodeError as error:
                raise UnheldText from error
            except sa.exc.DBAPIError as error:
                if driver_errors.is_out_of_time(error):
                    raise RequestTookTooLong(seconds=self.options.statement_seconds) from error
                lost = driver_errors.is_lost_connection(error)
                if lost and not reconnected and pause is not None:
                    reconnected = True
                    continue
                if (
                    writes
                    and driver_errors.is_read_only(error)
                    and self._writability.refused(error)
                ):
                    raise ReadOnlyDatabase from error
                if lost:
                    raise Unavailable(reason=driver_errors.reason(error)) from error
                if driver_errors.is_without_tables(error):
                    raise Unavailable(reason=NO_TABLES) from error
                if driver_errors.is_unusable(error):
                    raise Unavailable(reason=driver_errors.reason(error)) from error
                if driver_errors.is_unheld_text(error):
                    mixed = driver_errors.is_illegal_mix(error)
                    if mixed and not compared_anew and collations.forget(engine):
                        compared_anew = True
                        continue
                    raise UnheldText from error
                if not driver_errors.is_conflict(error):
                    raise
                if pause is None:
                    raise LostRace from error
            finally:
                if turn is not None:
                    turn.release()
            time.sleep(min(pause, self._left()))
        raise AssertionError("the last pause is None, and the loop was left there")

    def _wait_for(self, turn: "threading.Lock") -> None:
        while not turn.acquire(timeout=min(self._left(), threading.TIMEOUT_MAX)):
            self._deadline.check()

    def _left(self) -> float:
        return max(0, self._deadline.remaining())

    def _whole(
        self,
        connection: sa.Connection,
        operation: Operation[P, T],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> T:
        """Run the operation in the transaction that has begun: its end is the transaction's."""
        try:
            result = operation(connection, *args, **kwargs)
            self._deadline.check()
        except BaseException:
            roll_back(connection)
            raise
        try:
            connection.commit()
        except sa.exc.DBAPIError as error:
            # Whoever loses the connection here cannot know what became of the changes, and trying
            # again could make them twice.
            if driver_errors.is_lost_connection(error):
                raise Unavailable(
                    reason=f"whether the change was made is not known: {driver_errors.reason(error)}"
                ) from error
            roll_back(connection)
            raise
        return result
