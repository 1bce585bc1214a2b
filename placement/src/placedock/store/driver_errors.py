# SPDX-License-Identifier: Apache-2.0
"""The meaning of the drivers' errors: try again, connect again, or give up.

The numbers are those of MySQL, MariaDB and Galera, and SQLite's result codes. Nothing else in the
store looks at them.
"""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

import sqlalchemy as sa

from placedock.errors import ConcurrentUpdate

T = TypeVar("T")

DEADLOCK = 1213
LOCK_WAIT_TIMEOUT = 1205
ROW_CHANGED_SINCE_SNAPSHOT = 1020
TABLE_CHANGED_SINCE_SNAPSHOT = 1412
# Another node of the group committed a change of the same rows first. Where this node itself has just
# been put out of the group, the others may have committed the transaction all the same; no driver can
# tell, and the next try, on a node that is in the group, then meets its own generations: a 409.
REFUSED_BY_CERTIFICATION = 3101
CONFLICTS = {
    DEADLOCK,
    LOCK_WAIT_TIMEOUT,
    ROW_CHANGED_SINCE_SNAPSHOT,
    TABLE_CHANGED_SINCE_SNAPSHOT,
    REFUSED_BY_CERTIFICATION,
}
# Names in its text what the storage engine said at the commit; 149 is a deadlock, which a node of a
# group has when a change from another node needs the rows.
ERROR_DURING_COMMIT = 1180
DEADLOCK_DURING_COMMIT = "error 149"

# A table or column that is not there: `db sync` has not run, or only an older one.
NO_TABLES = {1146, 1054}
SQLITE_NO_TABLES = ("no such table", "no such column", "has no column named")

# A change of the schema that somebody else has just made: a table, column, key name, row, index or
# foreign key that is there (or no longer there) already.
DONE_ALREADY = {1050, 1060, 1061, 1062, 1091, 1826}

# The server has ended the statement after the time that the session allows it.
OUT_OF_TIME = {3024, 1969}

SERVER_SHUTTING_DOWN = 1053
SESSION_KILLED = 3169
CONNECTION_KILLED = 1927
# A server that has become a replica says so to connections it had as a primary, and a node that has
# left its group or is not yet in one says that too; the address we connect to leads to one that can
# serve, so a fresh connection is the cure.
READ_ONLY_SERVER = {1290, 1836}
OFFLINE_MODE = 3032
NODE_NOT_READY = 1047
REFUSED_BY_GROUP = 3100
CANNOT_WAIT_FOR_GROUP = {3796, 3797, 3798, 3799}
LOST = {
    SERVER_SHUTTING_DOWN,
    SESSION_KILLED,
    CONNECTION_KILLED,
    OFFLINE_MODE,
    NODE_NOT_READY,
    REFUSED_BY_GROUP,
    *READ_ONLY_SERVER,
    *CANNOT_WAIT_FOR_GROUP,
}

# A text that the charset of a column, or of the connection, does not have. In a comparison MySQL says that it cannot convert
# the text, and MariaDB that the collations of two, three or more texts do not go together.
CANNOT_CONVERT = {3854, 3988}
ILLEGAL_MIX_OF_COLLATIONS = {1267, 1270, 1271}
INVALID_TEXT = 1300
# The number is also that of a wrong number or date.
INCORRECT_VALUE = 1366
INCORRECT_TEXT = "Incorrect string value"

# The user lacks a privilege for a table or a column. The text names the privilege.
DENIED = {1142, 1143}
MAY_NOT_READ = "SELECT command denied"

# A user who may not write, a transaction that the server's settings make read-only, and tables, storage or a schema that are.
READ_ONLY = {*DENIED, 1036, 1792, 1874, 3989}

# The disk is full, or the storage engine says that it has no room.
NO_SPACE = {1021, 1114, 3675}

# The server answers and does not let us in, or not with what we ask for. It will not do so later unless somebody changes
# it: a wrong user or password (1045, 1698, 1130, 3118, 1820, 1862), no right (1044, 1142, 1143, 1227), a database that is
# not there (1049), a charset, collation, variable or value that the server does not know (1115, 1273, 1193, 1231), a
# statement in init_command that it does not understand (1064); a way to log in that one side does not have (1251, 2059,
# 2061), a host that is shut out (1129), or TLS that they do not agree upon (2026, 3159).
REFUSED = {
    *(1044, 1045, 1049, 1064, 1115, 1129, 1130, 1142, 1143, 1193, 1227, 1231, 1251, 1273),
    *(1698, 1820, 1862, 2026, 2059, 2061, 3118, 3159),
}

SQLITE_CONFLICTS = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}
SQLITE_UNUSABLE = {
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_CORRUPT,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_NOTADB,
    sqlite3.SQLITE_PERM,
    sqlite3.SQLITE_READONLY,
}


class LostRace(ConcurrentUpdate):
    """Another writer came first; the operation should start again from the beginning.

    An operation raises it inside `Database.write` when a row is no longer what it was a moment ago
    and the client gave no generation to hold it to. `Database.write` raises it when all its tries
    ended so, or in a deadlock: what the client sent was in order, and it may send it again.
    """

    sentence = "Another request changed the same records first. Please retry."


def is_conflict(error: sa.exc.DBAPIError) -> bool:
    """Whether the transaction lost to another one and may succeed when started again."""
    return (
        _code(error) in CONFLICTS
        or (_code(error) == ERROR_DURING_COMMIT and DEADLOCK_DURING_COMMIT in reason(error))
        or _sqlite_code(error) in SQLITE_CONFLICTS
    )


def is_lost_connection(error: sa.exc.DBAPIError) -> bool:
    """Whether the connection is of no use any more while the database may be well."""
    return error.connection_invalidated or _code(error) in LOST


def is_out_of_time(error: sa.exc.DBAPIError) -> bool:
    """Whether the server gave the statement up because it took longer than the session allows."""
    return _code(error) in OUT_OF_TIME


def is_read_only(error: sa.exc.DBAPIError) -> bool:
    """Whether the database can be read and refuses the write."""
    code = _code(error)
    return (
        (code in READ_ONLY and MAY_NOT_READ not in reason(error))
        or code in READ_ONLY_SERVER
        or _sqlite_code(error) == sqlite3.SQLITE_READONLY
    )


def may_be_elsewhere(error: sa.exc.DBAPIError) -> bool:
    """Whether a write that was refused as read-only may be taken by another server of a group in a moment."""
    return _code(error) in READ_ONLY_SERVER


def is_done_already(error: sa.exc.DBAPIError) -> bool:
    """Whether a change of the schema, or a standard name, was made by somebody else meanwhile."""
    return _code(error) in DONE_ALREADY


def is_hopeless(error: BaseException) -> bool:
    """Whether waiting will not help: the database is broken, a file may not be opened, or the server refuses us."""
    cause = error.__cause__
    return isinstance(cause, sa.exc.DBAPIError) and (is_unusable(cause) or _code(cause) in REFUSED)


def is_unusable(error: sa.exc.DBAPIError) -> bool:
    """Whether the database does not work, or not for our user: a full disk, a file that cannot be opened, no right to read."""
    return _sqlite_code(error) in SQLITE_UNUSABLE or _code(error) in NO_SPACE | DENIED


def is_illegal_mix(error: sa.exc.DBAPIError) -> bool:
    """Whether texts were compared whose collations do not go together: two columns', or a column's and a parameter's."""
    return _code(error) in ILLEGAL_MIX_OF_COLLATIONS


def is_unheld_text(error: Exception) -> bool:
    """Whether a text of the client has characters that a column, or the connection, cannot hold."""
    if isinstance(error, UnicodeEncodeError):
        # The driver cannot encode it for the connection, whose charset the URL gives.
        return True
    if not isinstance(error, sa.exc.DBAPIError):
        return False
    code = _code(error)
    return (
        code in CANNOT_CONVERT
        or code in ILLEGAL_MIX_OF_COLLATIONS
        or code == INVALID_TEXT
        or (code == INCORRECT_VALUE and INCORRECT_TEXT in reason(error))
    )


def found(read: Callable[[], T], texts: str, otherwise: T) -> T:
    """The result of `read` for the client's `texts`, or `otherwise` when no row has them because no column can hold them."""
    try:
        return read()
    except (sa.exc.DBAPIError, UnicodeEncodeError) as error:
        if texts.isascii() or not is_unheld_text(error):
            raise
        return otherwise


def is_without_tables(error: sa.exc.DBAPIError) -> bool:
    """Whether the database lacks the tables, or part of them."""
    return _code(error) in NO_TABLES or (
        _sqlite_code(error) == sqlite3.SQLITE_ERROR
        and any(text in reason(error) for text in SQLITE_NO_TABLES)
    )


def reason(error: BaseException) -> str:
    """The driver's own words on one line, without SQLAlchemy's frame and without the SQL."""
    cause = error.orig if isinstance(error, sa.exc.DBAPIError) and error.orig else error
    text = cause.args[1] if _is_numbered(cause) else str(cause)
    return " ".join(str(text).split()) or type(cause).__name__


def _is_numbered(cause: BaseException) -> bool:
    return len(cause.args) > 1 and isinstance(cause.args[0], int)


def _code(error: sa.exc.DBAPIError) -> int | None:
    cause = error.orig
    return cause.args[0] if cause is not None and _is_numbered(cause) else None


def _sqlite_code(error: sa.exc.DBAPIError) -> int | None:
    """SQLite's primary result code: extended ones carry it in their low byte."""
    code = getattr(error.orig, "sqlite_errorcode", None)
    return None if code is None else code & 0xFF


@contextmanager
def duplicate_is_lost_race() -> Iterator[None]:
    """Around the insert of a row that was not there a moment ago: if it is now, start again."""
    try:
        yield
    except sa.exc.IntegrityError as error:
        raise LostRace from error
