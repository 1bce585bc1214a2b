# SPDX-License-Identifier: Apache-2.0
"""Whether a database can serve requests: it answers, has the tables of a revision that this release reads, and takes writes."""

import threading
from contextlib import nullcontext

import sqlalchemy as sa
from sqlalchemy.engine import URL

from placedock.errors import OldTables, Unavailable
from placedock.store import driver_errors
from placedock.store import engine as engines
from placedock.store.connections import connected
from placedock.store.migrations import HEAD, REVISIONS
from placedock.store.tables import resource_providers
from placedock.store.writability import Writability

PATIENCE = 2
"""Seconds that the readiness check allows each thing that it waits for."""

NO_TABLES = "the database has no tables: run `placedock db sync`"
UNRECORDED = (
    "the tables have no record of their revision (the table alembic_version): "
    "`placedock db version` tells what to do"
)

_REVISION = "SELECT version_num, EXISTS (SELECT 1 FROM resource_providers) FROM alembic_version"
"""Reads a table of the service too, which another user may have made, or nobody."""


def impatient(url: URL, options: engines.Options) -> sa.Engine:
    """A pool of one connection, on which each wait ends after `PATIENCE`, also when the network swallows what is sent."""
    on_sqlite = url.get_backend_name() == "sqlite"
    waits = ("timeout",) if on_sqlite else ("connect_timeout", "read_timeout", "write_timeout")
    return engines.make(
        url,
        options,
        pool_size=1,
        pool_timeout=PATIENCE,
        connect_args=dict.fromkeys(waits, PATIENCE),
    )


class Readiness:
    """Asks one database. `turn` is the lock of a database in memory, whose one connection `engine` shares with everybody."""

    def __init__(
        self,
        engine: sa.Engine,
        turn: "threading.Lock | None",
        writability: Writability,
        read_only: bool,
    ) -> None:
        self.engine = engine
        self._turn = turn or nullcontext()
        self._writability = writability
        self._read_only = read_only

    def check(self) -> str | None:
        """Return when the database can serve requests, raise `Unavailable` with the reason if not.

        The value is why it serves reads only, or None when it takes writes too.
        """
        revision = self._revision_or_reason()
        if revision is None:
            raise Unavailable(reason=UNRECORDED if self._has_tables() else NO_TABLES)
        if revision in REVISIONS[:-1]:
            cure = (
                f"this release reads those of {HEAD} (upstream's since Xena), and a read-only "
                "service migrates nothing"
                if self._read_only
                else "run `placedock db sync`"
            )
            raise OldTables(reason=f"the tables are those of revision {revision}: {cure}")
        if not self._read_only:
            self._probe_a_write()
        return self._writability.refusal

    def _revision_or_reason(self) -> str | None:
        """The tables' revision; None without a record of it. Asks once more on a new connection after a lost one."""
        try:
            try:
                return self._revision()
            except sa.exc.DBAPIError as error:
                if not driver_errors.is_lost_connection(error):
                    raise
                return self._revision()
        except sa.exc.SQLAlchemyError as error:
            if isinstance(error, sa.exc.DBAPIError) and driver_errors.is_without_tables(error):
                return None
            raise Unavailable(reason=driver_errors.reason(error)) from error

    def _revision(self) -> str | None:
        with self._turn, connected(self.engine) as connection:
            return connection.exec_driver_sql(_REVISION).scalar()

    def _has_tables(self) -> bool:
        try:
            with self._turn, connected(self.engine) as connection:
                connection.execute(sa.select(resource_providers.c.id).limit(1))
        except sa.exc.DBAPIError:
            return False
        return True

    def _probe_a_write(self) -> None:
        try:
            with self._turn, connected(self.engine) as connection:
                self._writability.probe(connection, self.engine.url)
        except sa.exc.SQLAlchemyError as error:
            raise Unavailable(reason=driver_errors.reason(error)) from error
