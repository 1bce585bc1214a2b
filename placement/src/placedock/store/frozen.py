# SPDX-License-Identifier: Apache-2.0
"""A SQLite file in a directory that cannot be written: a copy on a read-only mount, or one of another user.

A file that was written with a write-ahead log needs the log and its index beside it, also to be read, and SQLite makes them
when they are missing. Where SQLite cannot make them, no process is writing to the file, so the service reads it as
`immutable`. As soon as a log is there, a process may write, and the service replaces such connections by ordinary ones.
"""

import os
import sqlite3
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

import sqlalchemy as sa

_VERSION_TO_READ = 19
"""The place in the header of a file that says it: 2 for a write-ahead log."""


def read_frozen_files(engine: sa.Engine) -> None:
    """Have the engine, of a SQLite file, read it also when it is frozen."""
    sa.event.listen(engine, "do_connect", _connect)
    sa.event.listen(engine, "checkout", _look_for_a_log)


def _connect(dialect: object, record: Any, positional: Any, named: dict[str, Any]) -> Any:
    """Make a connection to a frozen file; None has SQLAlchemy make an ordinary one."""
    name = str(positional[0])
    if named.get("uri"):
        name = unquote(name.removeprefix("file:").partition("?")[0])
    path = Path(name)
    if not _is_frozen(path):
        return None
    record.info["log"] = _log(path)
    frozen = f"file:{quote(str(path.absolute()))}?mode=ro&immutable=1"
    return sqlite3.connect(frozen, **(named | {"uri": True}))


def _look_for_a_log(connection: object, record: Any, proxy: object) -> None:
    log = record.info.get("log")
    if log and log.exists():
        del record.info["log"]
        raise sa.exc.DisconnectionError


def _is_frozen(path: Path) -> bool:
    if _log(path).exists() or os.access(path.parent, os.W_OK, effective_ids=True):
        return False
    try:
        return os.pread(_opened(path), 1, _VERSION_TO_READ) == b"\2"
    except OSError:
        return False


_descriptors: dict[Path, int] = {}


def _opened(path: Path) -> int:
    """A descriptor of the file that is never closed: to close one would release all locks of SQLite in this process."""
    known = _descriptors.get(path)
    if known is None or not os.path.samestat(os.fstat(known), path.stat()):
        known = _descriptors[path] = os.open(path, os.O_RDONLY)
    return known


def _log(path: Path) -> Path:
    return path.with_name(f"{path.name}-wal")
