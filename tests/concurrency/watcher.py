# SPDX-License-Identifier: Apache-2.0
"""Looks at the tables while others write: what must hold at every moment, and not only in the end.

Each look is one statement, so that it sees one moment.
"""

import threading
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import sqlalchemy as sa

from . import scene

PAUSE = 0.02

NEVER = {
    "more is held than there is": """
        SELECT i.resource_provider_id, i.resource_class_id, SUM(a.used),
               (i.total - i.reserved) * i.allocation_ratio
          FROM inventories i JOIN allocations a
            ON a.resource_provider_id = i.resource_provider_id
           AND a.resource_class_id = i.resource_class_id
         GROUP BY i.id, i.resource_provider_id, i.resource_class_id
        HAVING SUM(a.used) > MAX((i.total - i.reserved) * i.allocation_ratio)""",
    "something is held that nobody has": """
        SELECT a.* FROM allocations a LEFT JOIN inventories i
            ON i.resource_provider_id = a.resource_provider_id
           AND i.resource_class_id = a.resource_class_id
         WHERE i.id IS NULL""",
    "something is held of no provider": """
        SELECT a.* FROM allocations a LEFT JOIN resource_providers p
            ON p.id = a.resource_provider_id
         WHERE p.id IS NULL""",
    "something is held by no consumer": """
        SELECT a.* FROM allocations a LEFT JOIN consumers c ON c.uuid = a.consumer_id
         WHERE c.id IS NULL""",
    "a consumer holds nothing": """
        SELECT c.* FROM consumers c LEFT JOIN allocations a ON a.consumer_id = c.uuid
         WHERE a.id IS NULL""",
    "a provider hangs on another root than its parent": """
        SELECT p.* FROM resource_providers p JOIN resource_providers above
            ON above.id = p.parent_provider_id
         WHERE above.root_provider_id <> p.root_provider_id""",
}
GENERATIONS = sa.text(
    "SELECT name, generation FROM resource_providers WHERE name IN :names"
).bindparams(sa.bindparam("names", scene.LASTING, expanding=True))
"""Of providers that nobody deletes: whoever comes again starts again."""


class Watcher:
    """The number of looks, and a sentence for each thing that must not be."""

    def __init__(self, database: str) -> None:
        self._engine = sa.create_engine(database)
        self._generations: dict[str, int] = {}
        self.looks = 0
        self.seen: list[str] = []

    def look(self) -> None:
        with self._engine.connect() as connection:
            for what, statement in NEVER.items():
                # A row is one violation; a few tell enough.
                rows = connection.execute(sa.text(statement)).all()
                self._note(f"{what}: {tuple(row)}" for row in rows[:3])
                connection.rollback()
            for name, generation in connection.execute(GENERATIONS):
                before = self._generations.get(name, generation)
                if generation < before:
                    self._note([f"{name} went from {before} back to {generation}"])
                self._generations[name] = generation
        self.looks += 1

    def _note(self, seen: Iterable[str]) -> None:
        self.seen += [each for each in seen if each not in self.seen]

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Look again and again until the block ends, and a last time."""
        ended = threading.Event()

        def watch() -> None:
            while not ended.wait(PAUSE):
                self.look()

        with ThreadPoolExecutor(1) as pool:
            watching = pool.submit(watch)
            try:
                yield
            finally:
                ended.set()
                watching.result()
        self.look()
        self._engine.dispose()
