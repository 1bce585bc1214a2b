# SPDX-License-Identifier: Apache-2.0
"""Inventories and traits of providers, kept in the process for some seconds and checked before each use.

Most providers of a cloud do not change between two searches. A provider's generation counts up whenever its inventories or
traits change, whichever service changes them. So the store may use again what it read of a provider, as long as a statement
of the same request shows that the provider still has the same generation. That statement is cheap: it reads one row for a
provider, where inventories and traits are dozens.

Everything whose change does not count the generation up is read for each request: which providers there are, their parents
and roots, the sums of allocations, memberships in aggregates, and the names of custom resource classes (clients before 1.7
can rename a class). Claims never look here.

An id alone does not name a provider: a restored backup may give it to another one. So the CRC-32 of the uuid is compared
too. Against changes that somebody makes by hand in SQL, nothing is kept longer than `OS_PLACEDOCK__SNAPSHOT_SECONDS`. SQLite
gives the id of a deleted provider to the next one, which could get the same uuid and generation: there nothing is kept.
"""

import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from placedock.model.forest import Kind
from placedock.store import positions

MOST = 50_000
"""The number of providers that a process keeps at most. They take 16 MB when they are of few kinds."""


class Kept(NamedTuple):
    """A provider's inventories and traits at a generation. `mark` is the CRC-32 of the uuid."""

    generation: int
    mark: int
    uuid: str
    kind: Kind


# `Snapshots` and `forest` read it by position.
positions.require(Kept, "generation", "mark", "uuid", "kind")

Contents = tuple[Sequence[tuple[Any, ...]], tuple[int, ...]]
"""The rows of inventories, and the ids of traits, that make a kind."""


class Snapshots:
    """The rows that one process keeps of one database. Threads share them.

    Time is cut into periods of half the seconds that an entry may live. There are the entries of this period and those of
    the one before, so no entry needs a time of its own.
    """

    def __init__(self, seconds: float, most: int = MOST) -> None:
        """Nothing is kept when `seconds` is 0."""
        self.has_sharing = False
        """Whether the last search found a sharing provider. Then the next one also reads trees in none of the aggregates."""
        self._half = seconds / 2
        self._most = most // 2
        self._young: dict[int, Kept] = {}
        self._old: dict[int, Kept] = {}
        self._kinds: dict[Contents, Kind] = {}
        self._period = self._now()
        self._classes: object = None
        self._lock = threading.Lock()

    @property
    def most(self) -> int:
        """The number of providers that can be kept; 0 when nothing is kept."""
        return 2 * self._most if self._half else 0

    def known(
        self, rows: Iterable[Sequence[Any]], classes: object
    ) -> tuple[dict[int, Kept], list[int]]:
        """The kept rows of the providers, by id, and the ids of the others.

        Each row begins with a provider's id, generation and mark as they are now. `classes` are the custom resource classes
        as they are now; when one of them has another name than before, everything that was kept is dropped.
        """
        self._drop(classes)
        young, old = self._young, self._old
        found: dict[int, Kept] = {}
        missing: list[int] = []
        for row in rows:
            number = row[0]
            kept = young.get(number) or old.get(number)
            if kept is not None and kept[0] == row[1] and kept[1] == row[2]:
                found[number] = kept
            else:
                missing.append(number)
        return found, missing

    def keep(self, read: Mapping[int, Kept], classes: object) -> None:
        """Keep what one statement read together with `classes`."""
        with self._lock:
            if self._half and classes == self._classes:
                self._young.update(read)

    def kind(self, contents: Contents, make: Callable[[], Kind]) -> Kind:
        """The kind for these contents. Providers with equal contents share one, which each search judges once."""
        kinds = self._kinds
        found = kinds.get(contents)
        if found is None:
            found = make()
            if self._half:
                kinds[contents] = found
        return found

    def _now(self) -> int:
        """The number of the present period."""
        return int(time.monotonic() / self._half) if self._half else 0

    def _drop(self, classes: object) -> None:
        """Drop what is too old or too much, and everything when the custom resource classes are others now."""
        period = self._now()
        full = len(self._young) > self._most
        if period == self._period and classes == self._classes and not full:
            return
        with self._lock:
            if classes != self._classes or period > self._period + 1:
                self._old, self._young, self._kinds = {}, {}, {}
            elif period > self._period or len(self._young) > self._most:
                self._old, self._young, self._kinds = self._young, {}, {}
            self._period, self._classes = period, classes
