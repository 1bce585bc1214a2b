# SPDX-License-Identifier: Apache-2.0
"""A whole cloud, or some trees of it, as values that can be written to a file and made again in another database.

Ids of the database and times are no part of it. The order of everything is: whoever makes the cloud again makes it in this
order, so that ids come in the same order too. `model.cloud` is about the same cloud as a person looks at it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from placedock.model.inventory import Inventory


class CloudProvider(NamedTuple):
    """A provider. `parent` is the position of its parent, which comes before it; `line` is where a file has it.

    A provider that upstream's oldest releases made may have no name.
    """

    uuid: str
    name: str | None
    generation: int = 0
    parent: int | None = None
    inventories: Sequence[Inventory] = ()
    traits: Sequence[str] = ()
    aggregates: Sequence[str] = ()
    line: int = 0


class CloudAllocation(NamedTuple):
    """The amount of one class that a consumer holds. `provider` is the provider's position."""

    provider: int
    resource_class: str
    used: int


class CloudConsumer(NamedTuple):
    """A consumer. It has no project where only its allocations are known, as upstream left it before Rocky."""

    uuid: str
    project: str | None
    user: str | None
    consumer_type: str | None = None
    generation: int = 1
    allocations: Sequence[CloudAllocation] = ()
    line: int = 0


@dataclass(frozen=True)
class Unused:
    """Names that a database has and nobody uses."""

    aggregates: Sequence[str] = ()
    projects: Sequence[str] = ()
    users: Sequence[str] = ()
    consumer_types: Sequence[str] = ()


@dataclass(frozen=True)
class Cloud:
    """`resource_classes` and `traits` are those that are not standard: the classes by id, the traits by name."""

    providers: Sequence[CloudProvider]
    consumers: Sequence[CloudConsumer] = ()
    resource_classes: Sequence[str] = ()
    traits: Sequence[str] = ()
    unused: Unused = Unused()


class Mistake(NamedTuple):
    """A mistake in a file, and its line. The first line is 1, and 0 means the file as a whole."""

    line: int
    says: str


class InvalidCloud(Exception):
    """A file that cannot be imported, with everything that is wrong with it."""

    def __init__(self, mistakes: Sequence[Mistake]) -> None:
        super().__init__(f"{len(mistakes)} mistakes")
        self.mistakes = sorted(mistakes)
