# SPDX-License-Identifier: Apache-2.0
"""A connection of a pool: how it is taken, and how it is given back when something went wrong on it."""

import traceback

import sqlalchemy as sa

from placedock.errors import Unavailable
from placedock.store import driver_errors


def connected(engine: sa.Engine) -> sa.Connection:
    """A connection. Raises `Unavailable` when none can be had, or the driver's error when SQLite's file is locked."""
    try:
        return engine.connect()
    except sa.exc.DBAPIError as error:
        _let_go(error)
        if driver_errors.is_conflict(error):
            raise
        raise Unavailable(reason=driver_errors.reason(error)) from error
    except sa.exc.TimeoutError as error:
        raise Unavailable(reason=driver_errors.reason(error)) from error


def _let_go(error: sa.exc.DBAPIError) -> None:
    """Forget what the driver was at: PyMySQL's error refers to the connection that it could not make, and that to it.

    With the connection goes its TLS context, of which the garbage collector only sees a few small objects: most of a MB.
    """
    if error.orig is not None:
        traceback.clear_frames(error.orig.__traceback__)


def roll_back(connection: sa.Connection) -> None:
    """Undo what was done. A connection that cannot even do that is thrown away, undoing it too."""
    if connection.invalidated:
        return
    try:
        connection.exec_driver_sql("ROLLBACK")
    except sa.exc.SQLAlchemyError:
        connection.invalidate()
