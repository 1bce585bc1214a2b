# SPDX-License-Identifier: Apache-2.0
"""Whether the database takes writes: what refused them last, and since when.

A read-only database serves reads, and a client that is told to try again would try for ever. But a group of servers also
refuses writes for a moment, while it moves its primary. So a server that says it is read-only is believed when it, or another
at its address, has said nothing else for `SETTLED` seconds. A file that cannot be written and a user without the privilege
are believed at once.
"""

import contextlib
import logging
import os
import time
from pathlib import Path

import sqlalchemy as sa

from placedock.store import driver_errors
from placedock.store.tables import resource_providers

LOG = logging.getLogger(__name__)

SETTLED = 10
"""Seconds. To move the primary of a group took at most 6, and to replace a dead one 8 (README, "A cluster")."""

SPARE = 16 * 1024**2
"""Bytes that must be left on SQLite's disk, or else the readiness check tries whether a write still finds room."""

_NO_ROW = resource_providers.update().where(sa.false()).values(generation=0)
_SAME_RECORD = sa.text("UPDATE alembic_version SET version_num = version_num")


class Writability:
    """Whether one database takes writes, as far as all threads of a process know."""

    def __init__(self) -> None:
        self._reason: str | None = None
        self._since = 0.0

    @property
    def refusal(self) -> str | None:
        """Why writes are refused, as long as none has succeeded since."""
        return self._reason

    def refused(self, error: sa.exc.DBAPIError) -> bool:
        """Note that a new connection refused a write; whether the database is to be called read-only."""
        now = time.monotonic()
        if self._reason is None:
            self._since = now
            self._reason = driver_errors.reason(error)
            LOG.warning("the database refuses writes, and is read only: %s", self._reason)
        return not driver_errors.may_be_elsewhere(error) or now - self._since >= SETTLED

    def taken(self) -> None:
        """Note that a write succeeded."""
        if self._reason is not None:
            self._reason = None
            LOG.warning("the database takes writes again")

    def probe(self, connection: sa.Connection, url: sa.URL) -> None:
        """Try, on a connection in autocommit mode, whether the database takes a write that changes nothing.

        Raises what the driver raises when SQLite's disk is full.
        """
        try:
            if connection.dialect.name == "sqlite":
                _try_file(connection, url)
            else:
                connection.execute(_NO_ROW)
        except sa.exc.DBAPIError as error:
            if driver_errors.is_read_only(error):
                self.refused(error)
            elif not driver_errors.is_conflict(error):
                raise
        else:
            self.taken()


def _try_file(connection: sa.Connection, url: sa.URL) -> None:
    """Write a page only where the disk is nearly full: a full one may still have room in the journal."""
    connection.exec_driver_sql("BEGIN IMMEDIATE")
    try:
        connection.execute(_SAME_RECORD if _space(url) < SPARE else _NO_ROW)
        connection.exec_driver_sql("COMMIT")
    except sa.exc.DBAPIError:
        with contextlib.suppress(sa.exc.DBAPIError):
            connection.exec_driver_sql("ROLLBACK")
        raise


def _space(url: sa.URL) -> float:
    """Bytes that are left on the disk of the database, as far as that can be told."""
    name = (url.database or "").removeprefix("file:").partition("?")[0]
    try:
        disk = os.statvfs(Path(name).parent)
    except OSError:
        return SPARE
    return disk.f_bavail * disk.f_frsize
