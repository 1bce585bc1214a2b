# SPDX-License-Identifier: Apache-2.0
"""The world: what exists on both servers, as far as the generators need to know it to make calls that succeed.

Nothing is compared with it: when it is wrong, calls miss more often, and that is all.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from topology import uuid_of

T = TypeVar("T")

SHARES = "MISC_SHARES_VIA_AGGREGATE"
STANDARD_TRAITS = ("HW_CPU_X86_AVX", "HW_NUMA_ROOT", "STORAGE_DISK_SSD", "COMPUTE_NODE")
CUSTOM_TRAITS = ("CUSTOM_RED", "CUSTOM_BLUE", "CUSTOM_GREEN")
STANDARD_CLASSES = ("VCPU", "MEMORY_MB", "DISK_GB", "SRIOV_NET_VF")
CUSTOM_CLASSES = ("CUSTOM_GOLD", "CUSTOM_LEAD")
AGGREGATES = tuple(f"agg{number}" for number in range(4))
PROJECTS = ("project1", "project2")
USERS = ("user1", "user2")
TYPES = ("INSTANCE", "MIGRATION")


@dataclass
class Sketch:
    """A provider."""

    parent: str | None
    inventories: dict[str, dict[str, float]] = field(default_factory=dict)
    traits: list[str] = field(default_factory=list)
    aggregates: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Style:
    """The probabilities by which the topologies of a seed are drawn."""

    nested: float
    shared: float
    shared_below_roots: float
    """Upstream cannot answer the unsuffixed group then, so only few seeds have it."""
    tight: float

    @classmethod
    def drawn(cls, rng: random.Random) -> "Style":
        return cls(
            nested=rng.choice((0.0, 0.5, 0.7, 0.85)),
            shared=rng.choice((0.0, 0.2, 0.4)),
            shared_below_roots=rng.choice((0, 0, 0, 0, 0, 0, 0.5)),
            tight=rng.choice((0.1, 0.3, 0.5)),
        )


class World:
    """Everything that a seed has made so far, and the dice that decide what comes next."""

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self.rng = random.Random(seed)
        self.style = Style.drawn(self.rng)
        self.made = 0
        self.names: dict[str, str] = {uuid_of("nowhere"): "nowhere"}
        """By the uuids that follow from them, all names there ever were."""
        self.forget()

    def forget(self) -> None:
        """Nothing exists any more. Names are not used again, for upstream keeps some consumers."""
        self.providers: dict[str, Sketch] = {}
        self.consumers: dict[str, dict[str, dict[str, int]]] = {}
        self.traits: set[str] = set()
        self.classes: set[str] = set()

    def chance(self, probability: float) -> bool:
        return self.rng.random() < probability

    def one(self, of: Sequence[T]) -> T:
        return self.rng.choice(of)

    def some(self, of: Sequence[T], most: int, least: int = 1) -> list[T]:
        """A few different ones, in any order."""
        most = min(most, len(of))
        return self.rng.sample(list(of), self.rng.randint(min(least, most), most))

    def fresh(self, kind: str) -> str:
        """A name that nothing had before, in this seed or another."""
        self.made += 1
        name = f"{kind}{self.made}s{self.seed}"
        self.names[uuid_of(name)] = name
        return name

    def provider(self) -> str:
        """One that exists, or rarely one that does not."""
        if not self.providers or self.chance(0.03):
            return "nowhere"
        return self.one(list(self.providers))

    def root(self, name: str) -> str:
        seen = {name}
        while (above := self.providers[name].parent) in self.providers and above not in seen:
            seen.add(above)
            name = above
        return name

    def tree(self, name: str) -> list[str]:
        """The providers of a provider's tree."""
        root = self.root(name)
        return [each for each in self.providers if self.root(each) == root]

    def trait(self) -> str:
        if self.chance(0.01):
            return "CUSTOM_UNHEARD_OF"
        return self.one([*STANDARD_TRAITS, *sorted(self.traits)])

    def resource_class(self) -> str:
        if self.chance(0.01):
            return "CUSTOM_UNHEARD_OF"
        return self.one([*STANDARD_CLASSES, *sorted(self.classes)])

    def minor(self, since: int = 0) -> int:
        """A microversion that has what appeared in `since`, or rarely one that has not."""
        if self.chance(0.4):
            return 39
        if self.chance(0.03):
            return self.rng.randint(0, 39)
        return self.rng.randint(since, 39)
