# SPDX-License-Identifier: Apache-2.0
"""Random clouds and requests, small enough to try everything. A number makes each: `seeds` gives those that a test tries.

They are drawn without hypothesis, which takes a hundred times as long for one, so that a test can try thousands.
`SEEDS=20000` in the environment has every such test try so many.
"""

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from random import Random
from typing import TypeVar

from placedock.model.candidates import CandidatesRequest, Group
from placedock.model.capacity import Stock, stock
from placedock.model.forest import SHARES, Forest, Kind, TreeProvider
from placedock.model.inventory import Inventory

from . import definition

T = TypeVar("T")

CLASSES = ("VCPU", "DISK_GB", "VGPU")
TRAITS = ("RED", "GREEN")
AGGREGATES = ("north", "south")
SUFFIXES = (("",), ("", "A"), ("A", ""), ("", "A", "B"), ("A", "B"), ("A", "B", "C"), tuple("ABCD"))


def seeds(number: int) -> Iterator[tuple[int, Forest, CandidatesRequest]]:
    """Yield `number` clouds, each with a request and the seed that makes both again."""
    for seed in range(int(os.environ.get("SEEDS", number))):
        draw = Draw(seed)
        yield seed, draw.forest(), draw.request()


class Draw:
    """Draws a cloud and a request from one seed."""

    def __init__(self, seed: int) -> None:
        self._random = Random(seed)

    def chance(self, part: float) -> bool:
        return self._random.random() < part

    def rarely(self, draw: Callable[[], T], otherwise: T) -> T:
        return draw() if self.chance(1 / 14) else otherwise

    def one(self, values: Sequence[T]) -> T:
        return self._random.choice(values)

    def some(self, values: Sequence[str], least: int = 0) -> frozenset[str]:
        size = self._random.randint(least, len(values))
        return frozenset(self._random.sample(values, size))

    def forest(self) -> Forest:
        """One to six providers; each but the first is a root, or the child of one before."""
        providers: list[TreeProvider] = []
        for number in range(1, self._random.randint(1, 6) + 1):
            parent = self.one([None, *providers])
            traits = self.some(TRAITS) | self.rarely(lambda: frozenset([SHARES]), frozenset[str]())
            inventories = {name: self.stock() for name in CLASSES if self.chance(0.7)}
            providers.append(
                definition.Hashed(
                    number,
                    f"p{number}",
                    parent and parent.id,
                    parent.root if parent else number,
                    Kind(inventories, sorted(traits)),
                    {name: used for name in inventories if (used := self.one((0, 0, 0, 1, 2)))},
                    sorted(self.some(AGGREGATES)) if self.chance(0.5) else [],
                )
            )
        trees: dict[int, list[TreeProvider]] = {}
        for provider in providers:
            trees.setdefault(provider.root, []).append(provider)
        sharing_trees = {
            root: tree for root, tree in trees.items() if any(SHARES in p.traits for p in tree)
        }
        return Forest(trees, sharing_trees)

    def stock(self) -> Stock:
        return stock(
            Inventory(
                "",
                total=self._random.randint(1, 6),
                reserved=self.one((0, 0, 0, 0, 1)),
                min_unit=self.one((1, 1, 1, 1, 1, 2)),
                max_unit=self.one((9, 9, 9, 9, 3, 1)),
                step_size=self.one((1, 1, 1, 1, 1, 2)),
                allocation_ratio=self.one((1.0, 1.0, 1.0, 1.5, 0.7)),
            )
        )

    def group(self, suffix: str) -> Group:
        least = 1 if not suffix or self.chance(0.9) else 0
        classes = sorted(self.some(CLASSES, least))[:2]
        return Group(
            suffix,
            {name: self.one((1, 1, 1, 2, 2, 3)) for name in classes},
            required=self.rarely(lambda: self.sets((*TRAITS, SHARES)), ()),
            forbidden=self.rarely(lambda: self.some(TRAITS), frozenset()),
            member_of=self.rarely(lambda: self.sets(AGGREGATES), ()),
            forbidden_aggregates=self.rarely(lambda: self.some(AGGREGATES), frozenset()),
            in_tree=self.rarely(lambda: self.one(("p1", "p2", "p6")), None),
        )

    def sets(self, values: Sequence[str]) -> tuple[frozenset[str], ...]:
        return tuple(self.some(values, 1) for _ in range(self._random.randint(0, 2)))

    def request(self) -> CandidatesRequest:
        """Groups that are alike are as frequent as others: such can be interchanged."""
        suffixes = self.one(SUFFIXES)
        named = [suffix for suffix in suffixes if suffix]
        alike = self.group("A")
        subtrees: list[frozenset[str]] = []
        if named and self.chance(0.4):
            subtrees = [self.some(named, 1) for _ in range(self.one((0, 1, 1, 2)))]
        return CandidatesRequest(
            tuple(
                replace(alike, suffix=suffix) if suffix and self.chance(0.5) else self.group(suffix)
                for suffix in suffixes
            ),
            isolate=self.chance(0.4),
            same_subtree=tuple(subtrees),
            root_required=self.rarely(lambda: self.some(TRAITS), frozenset()),
            root_forbidden=self.rarely(lambda: self.some(TRAITS), frozenset()),
            nested=self.chance(0.8),
        )
