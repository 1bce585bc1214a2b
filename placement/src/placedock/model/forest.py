# SPDX-License-Identifier: Apache-2.0
"""A snapshot of provider trees, as the search for allocation candidates sees them.

The store makes it from the tables, tests draw it; nobody changes it. A forest may be a part of the cloud: any number of
whole trees, and in addition the trees of all providers that share.
"""

from collections.abc import Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from placedock.model.capacity import Stock

SHARES = "MISC_SHARES_VIA_AGGREGATE"
"""The trait of a provider that offers its inventory to every tree it has an aggregate in common with."""


class WrittenTraits(list[str]):
    """Names of traits, with the JSON of their list: it is written once, and shown by thousands of providers."""

    __slots__ = ("json",)

    def __init__(self, names: Iterable[str], json: bytes) -> None:
        super().__init__(names)
        self.json = json


class Kind:
    """The inventories, by class, and the traits of a provider. Providers that have the same may share one of these.

    Kinds are compared by identity: what the search finds out about one it need not find out again for each provider.
    `shown_traits` are the traits in the order in which an answer shows them, and `size` is about how many bytes of JSON the
    summary of such a provider has.
    """

    __slots__ = ("inventories", "shown_traits", "size", "traits")

    def __init__(self, inventories: Mapping[str, Stock], traits: Iterable[str] = ()) -> None:
        self.inventories = inventories
        self.shown_traits = traits if isinstance(traits, WrittenTraits) else list(traits)
        self.traits = frozenset(self.shown_traits)
        self.size = 170 + 40 * len(inventories) + 25 * len(self.traits)


class TreeProvider(NamedTuple):
    """A provider in its tree. `parent` and `root` are ids; aggregates are compared, and shown to nobody.

    `used` is by class; a class of which nothing is used may be missing from it. The store fills `used` and `aggregates` by a
    later statement, and only of trees that could serve; nobody else changes them.
    """

    id: int
    uuid: str
    parent: int | None
    root: int
    kind: Kind
    used: Mapping[str, int] = {}
    aggregates: Collection[Hashable] = ()

    @property
    def inventories(self) -> Mapping[str, Stock]:
        return self.kind.inventories

    @property
    def traits(self) -> frozenset[str]:
        return self.kind.traits


Tree = Sequence[TreeProvider]
"""All providers below one root, the root first."""


@dataclass(frozen=True)
class Forest:
    """`trees` are those that a candidate may hang on, by the root's id; `sharing_trees` those that hold sharing providers.

    A tree can be in both. Candidates take from the first, and from the sharing providers of the second.
    """

    trees: Mapping[int, Tree]
    sharing_trees: Mapping[int, Tree] = field(default_factory=dict)

    @property
    def sharing_providers(self) -> list[TreeProvider]:
        return [
            provider
            for tree in self.sharing_trees.values()
            for provider in tree
            if SHARES in provider.kind.traits
        ]

    def tree(self, root: int) -> Tree:
        return self.trees[root] if root in self.trees else self.sharing_trees[root]

    def providers(self) -> Iterator[TreeProvider]:
        """Each provider of the forest, once."""
        for trees in (self.trees, self.sharing_trees):
            for root, tree in trees.items():
                if trees is self.trees or root not in self.trees:
                    yield from tree
