# SPDX-License-Identifier: Apache-2.0
"""The tables: the records of the directory file, and over them the changes that requests have made since.

Only the changes are on the disk. So an edit of the directory file takes effect at the next start, except for records that were
changed through the API: those keep the change. The store writes all changes to a new file, which then takes the name of the old
one, so a crash leaves either the old file or the new one.
"""

import json
import os
import secrets
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from keystone_stub.errors import WrongSettings

Record = dict[str, Any]
TABLES = (
    "domains",
    "projects",
    "users",
    "passwords",
    "groups",
    "memberships",
    "roles",
    "implications",
    "assignments",
    "regions",
    "services",
    "endpoints",
    "credentials",
    "policies",
    "application_credentials",
    "access_rules",
    "revocations",
)


class Store:
    """Tables of records by key. A record is replaced and never altered, so a reader may keep one."""

    def __init__(self, seed: Mapping[str, Mapping[str, Record]], folder: Path) -> None:
        self._file = folder / "changes.json"
        self._seed = seed
        self._kept = self._read()
        self._undo()

    def __getitem__(self, table: str) -> Mapping[str, Record]:
        return self._tables[table]

    def put(self, table: str, key: str, record: Record) -> None:
        self._changes[table][key] = record
        self._tables[table][key] = record
        self._changed = True

    def remove(self, table: str, keys: Iterable[str]) -> None:
        for key in list(keys):
            if self._tables[table].pop(key, None) is not None:
                self._changed = True
                if key in self._seed.get(table, {}):
                    self._changes[table][key] = None
                else:
                    self._changes[table].pop(key)

    def settle(self, succeeded: bool) -> None:
        """End a request: keep its changes when it succeeded, and drop them when it failed."""
        if not self._changed:
            return
        if not succeeded:
            self._undo()
            return
        write_whole(self._file, json.dumps(self._changes, indent=1, sort_keys=True))
        self._kept = {table: dict(records) for table, records in self._changes.items()}
        self._changed = False

    def _undo(self) -> None:
        self._changes = {table: dict(records) for table, records in self._kept.items()}
        self._tables = {
            table: {
                key: record
                for key, record in (dict(self._seed.get(table, {})) | self._changes[table]).items()
                if record is not None
            }
            for table in TABLES
        }
        self._changed = False

    def _read(self) -> dict[str, dict[str, Record | None]]:
        try:
            kept = json.loads(self._file.read_text(encoding="utf-8"))
            return {table: dict(kept.get(table, {})) for table in TABLES}
        except FileNotFoundError:
            return {table: {} for table in TABLES}
        except (OSError, ValueError, AttributeError, TypeError) as error:
            raise WrongSettings(f"KEYSTONE_STATE: cannot read {self._file}: {error}") from error


def write_whole(path: Path, text: str) -> None:
    """Write a file that only its owner can read. At every moment `path` has either the old contents or the new ones."""
    new = path.with_name(path.name + ".new")
    descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    new.replace(path)


def signing_key(folder: Path) -> str:
    """The key that signs tokens. It is made once and kept, so that tokens stay valid after a restart."""
    path = folder / "token-key"
    try:
        if not path.exists():
            folder.mkdir(parents=True, exist_ok=True)
            write_whole(path, secrets.token_urlsafe(48))
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise WrongSettings(f"KEYSTONE_STATE: cannot use {folder}: {error}") from error
