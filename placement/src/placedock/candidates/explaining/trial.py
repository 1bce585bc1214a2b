# SPDX-License-Identifier: Apache-2.0
"""Tries under one anchor after the other whether a request can be met there, with the steps of the search."""

from collections.abc import Collection, Iterator, Sequence
from itertools import chain

from placedock.candidates.assign import Assigning, Cuts
from placedock.candidates.combination import Chosen
from placedock.candidates.offers import Anchor, Offer, Offers, named_trees
from placedock.candidates.plan import Slot, plan
from placedock.candidates.reporter import SILENT
from placedock.candidates.subtrees import Lines
from placedock.model.candidates import CandidatesRequest
from placedock.model.deadline import Deadline
from placedock.model.forest import Forest, TreeProvider
from placedock.model.refusal import Refusal


class Trial:
    """One request, tried in a forest. `named` is the root that `in_tree` means, by the suffix of the group."""

    def __init__(
        self, request: CandidatesRequest, forest: Forest, lines: Lines, deadline: Deadline
    ) -> None:
        self.plan = plan(request)
        self.named = named_trees(forest, request.groups)
        self._offers = Offers(self.plan, SILENT)
        self._assigning = Assigning(self.plan, lines, deadline)

    def offers(self, anchor: Anchor) -> list[Offer]:
        """The providers that could fill the slots of each shape, also where some have none."""
        return self._offers.all(anchor, self.named)

    def bare(self, anchor: Anchor) -> Sequence[Slot]:
        """The slots that no provider could fill."""
        offers = self.offers(anchor)
        return [slot for slot in self.plan.slots if not offers[slot.shape]]

    def holds(self, anchor: Anchor) -> bool:
        """Whether there is a way to meet the request under the anchor, leaving aside what it asks of the root."""
        offers = self.offers(anchor)
        return all(offers) and next(self._ways(offers), None) is not None

    def obstacles(self, anchor: Anchor) -> Sequence[Refusal]:
        """The refusals between the slots, where each slot can be filled and all together cannot."""
        cuts: Cuts = set()
        if next(self._ways(self.offers(anchor), cuts), None) is not None:
            return []
        return sorted(cuts, key=str)

    def serving(self, anchor: Anchor) -> Collection[TreeProvider]:
        """The providers that fill some slot in some way to meet the request, which has one group."""
        self._assigning.deadline.check()
        offers = self.offers(anchor)
        if not all(offers):
            return ()
        if self.plan.joint is None:
            return list(chain.from_iterable(offers))
        # The providers that serve have the traits together, so each provider is tried with any of the others.
        found = []
        for shape, offered in enumerate(offers):
            for one in offered:
                fixed = [*offers[:shape], [one], *offers[shape + 1 :]]
                if next(self._ways(fixed), None) is not None:
                    found.append(one)
        return found

    def _ways(
        self, offers: Sequence[Sequence[TreeProvider]], cuts: Cuts | None = None
    ) -> Iterator[Chosen]:
        return iter(self._assigning.ways(offers, cuts))
