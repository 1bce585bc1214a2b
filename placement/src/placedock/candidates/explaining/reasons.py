# SPDX-License-Identifier: Apache-2.0
"""A histogram of refusals: for how many providers and trees each reason was met, and the examples that miss least."""

from collections.abc import Collection, Iterator
from typing import NamedTuple

from placedock.candidates.combination import Combination
from placedock.candidates.reporter import Detail
from placedock.model.forest import Tree, TreeProvider
from placedock.model.refusal import Refusal

EXAMPLES = 3
"""So many examples of each reason are kept."""

Example = tuple[TreeProvider, Refusal]


class Counted(NamedTuple):
    """`refusal` has no figures. `providers` is None for a reason of whole trees; then the examples are their roots.

    `trees` are those under which the reason was met.
    """

    refusal: Refusal
    providers: int | None
    trees: int
    examples: list[Example]


class Reasons:
    """A reporter that counts what it hears."""

    detail = Detail.EXAMPLES

    def __init__(self) -> None:
        self._dropped: dict[Refusal, dict[int, Example]] = {}
        self._refused: dict[Refusal, _Refused] = {}

    def looked_at(self, trees: Collection[Tree]) -> None: ...

    def refused(self, provider: TreeProvider, refusal: Refusal, anchor: TreeProvider) -> None:
        key = Refusal(refusal.reason, refusal.group, refusal.what)
        found = self._refused.get(key)
        if found is None:
            found = self._refused[key] = _Refused()
        found.trees.add(anchor.id)
        if provider.id not in found.providers:
            found.providers.add(provider.id)
            keep(found.examples, (provider, refusal))

    def dropped(self, anchor: TreeProvider, refusal: Refusal) -> None:
        key = Refusal(refusal.reason, refusal.group, refusal.what)
        self._dropped.setdefault(key, {})[anchor.id] = anchor, refusal

    def found(self, candidate: Combination) -> None: ...

    def counted(self) -> list[Counted]:
        """Those that were met in most trees first; of as many, those of whole trees first."""
        return sorted(self._all(), key=lambda one: (-one.trees, one.providers or 0))

    def _all(self) -> Iterator[Counted]:
        for key, roots in self._dropped.items():
            yield Counted(key, None, len(roots), list(roots.values())[:EXAMPLES])
        for key, found in self._refused.items():
            yield Counted(key, len(found.providers), len(found.trees), found.examples)


class _Refused:
    def __init__(self) -> None:
        self.providers: set[int] = set()
        self.trees: set[int] = set()
        self.examples: list[Example] = []


def keep(examples: list[Example], one: Example) -> None:
    """Put one more among the examples, of which those stay that have most left."""
    if len(examples) < EXAMPLES:
        examples.append(one)
    elif one[1].free is not None and one[1].free > (examples[-1][1].free or 0):
        examples[-1] = one
    else:
        return
    examples.sort(key=lambda each: -(each[1].free or 0))
