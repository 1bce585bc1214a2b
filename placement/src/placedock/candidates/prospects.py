# SPDX-License-Identifier: Apache-2.0
"""The trees that could serve a request if nothing of them were used.

The amounts that are used of all other trees need not be read.
"""

from collections.abc import Iterator, Mapping, Sequence

from placedock.candidates.offers import Anchor, Offer, Offers, anchors, named_trees
from placedock.candidates.plan import plan
from placedock.candidates.reporter import SILENT
from placedock.model.candidates import CandidatesRequest
from placedock.model.forest import Forest, Kind, Tree


class Prospects:
    """The prospects of one request. It judges trees by the rules of the search (`offers`)."""

    def __init__(self, request: CandidatesRequest) -> None:
        self._plan = plan(request)
        self._offers = Offers(self._plan, SILENT)
        self._known: dict[tuple[Kind, ...], int] = {}

    def of(self, forest: Forest) -> Iterator[tuple[Tree, int]]:
        """The trees that could serve when the amounts used have not been read yet, each with a guess of how many candidates
        it has: as many as there are providers for the part of the request that most of them can serve.
        """
        named = named_trees(forest, self._plan.request.groups)
        # Then only the kinds of a tree's providers decide, and most trees of a cloud are of few kinds.
        by_kinds = not (forest.sharing_trees or self._offers.placed)
        for anchor in anchors(forest):
            if by_kinds:
                kinds = tuple([provider.kind for provider in anchor.tree])
                promise = self._known.get(kinds)
                if promise is None:
                    promise = self._known[kinds] = self._promise(anchor, named)
            else:
                promise = self._promise(anchor, named)
            if promise:
                yield anchor.tree, promise

    def _promise(self, anchor: Anchor, named: Mapping[str, int | None]) -> int:
        """The guess for one tree, 0 when it could not serve."""
        offers = self._offers.of(anchor, named)
        if offers is None or not self._has_joint_traits(offers):
            return 0
        return max(map(len, offers))

    def _has_joint_traits(self, offers: Sequence[Offer]) -> bool:
        """Whether the unsuffixed group finds each trait that it requires on some provider that could serve it."""
        group = self._plan.joint
        if group is None:
            return True
        unsuffixed = {slot.shape for slot in self._plan.slots if not slot.group.suffix}
        return all(
            any(
                not choice.isdisjoint(provider.kind.traits)
                for shape in unsuffixed
                for provider in offers[shape]
            )
            for choice in group.required
        )
