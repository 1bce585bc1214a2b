# SPDX-License-Identifier: Apache-2.0
"""The slots that stay bare, by tree: a change of a request can help only where it touches all that is missing."""

from collections.abc import Collection, Iterable, Mapping, Sequence

from placedock.candidates.explaining import clauses
from placedock.candidates.explaining.trial import Trial
from placedock.candidates.offers import Anchor, anchors
from placedock.candidates.plan import Slot
from placedock.candidates.subtrees import Lines
from placedock.model.candidates import CandidatesRequest
from placedock.model.deadline import Deadline
from placedock.model.forest import Forest

Part = tuple[str | None, str]
"""A part of a request that one provider serves: the suffix, and for the unsuffixed group a class. The root is one too."""

ROOT: Part = (None, "")


def part(slot: Slot) -> Part:
    suffix = slot.group.suffix
    return (suffix, "") if suffix or not slot.needs else (suffix, slot.needs[0][0])


class Survey:
    """The anchors of a forest by the parts of a request that nobody serves there."""

    def __init__(
        self, forest: Forest, request: CandidatesRequest, lines: Lines, deadline: Deadline
    ) -> None:
        self.forest = forest
        self.request = request
        self.lines = lines
        self.deadline = deadline
        self.trial = Trial(request, forest, lines, deadline)
        self.root_clauses = list(clauses.of_root(request))
        self.by_missing: Mapping[frozenset[Part], Sequence[Anchor]] = self._looked_at()

    def _looked_at(self) -> dict[frozenset[Part], list[Anchor]]:
        found: dict[frozenset[Part], list[Anchor]] = {}
        for anchor in anchors(self.forest):
            self.deadline.check()
            missing = {part(slot) for slot in self.trial.bare(anchor)}
            if not all(clause.is_met(anchor.tree[0]) for clause in self.root_clauses):
                missing.add(ROOT)
            found.setdefault(frozenset(missing), []).append(anchor)
        return found

    def missing_no_more_than(self, parts: Collection[Part]) -> Iterable[Anchor]:
        """The anchors where nobody lacks for any other part than these."""
        for missing, there in self.by_missing.items():
            if missing.issubset(parts):
                yield from there

    def part(self, anchors: Iterable[Anchor]) -> Forest:
        """The forest of these anchors only, with all that share."""
        trees = {anchor.tree[0].id: anchor.tree for anchor in anchors}
        return Forest(trees, self.forest.sharing_trees)
