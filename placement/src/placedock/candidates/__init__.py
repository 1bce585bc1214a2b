# SPDX-License-Identifier: Apache-2.0
"""The search for allocation candidates: pure functions over snapshots of the provider trees.

The caller brings the forest and takes what it wants of the answer; nothing here knows of a database or of HTTP. The steps
of `search` are the modules:

- `plan`         what the request comes to: slots that each take one provider
- `offers`       the providers that could fill each slot under one anchor; `rules` are the rules for one provider
- `subtrees`     `same_subtree`: which provider is on top
- `assign`       fills the slots in all ways that fit together, level by level (`levels`); `between` are the rules between
                 slots, and `foresight` finds out by `matching`, without trying, that they cannot all be filled
- `sample`       a random sample of what is found, without finding all
- `combination`  one way to meet the request; `answers` has them and provider summaries as the API shows them
- `reporter`     what the search tells whoever wants to know why something is missing
"""

import random
from collections import deque
from collections.abc import Hashable, Iterable, Iterator
from enum import StrEnum
from functools import partial
from itertools import chain

from placedock.candidates import rules
from placedock.candidates.assign import Assigning, Cuts
from placedock.candidates.combination import Chosen, Combination, Combining
from placedock.candidates.offers import Anchor, Offers, anchors, named_trees
from placedock.candidates.plan import Plan, plan
from placedock.candidates.reporter import SILENT, Reporter
from placedock.candidates.sample import in_random_order
from placedock.candidates.subtrees import Lines
from placedock.model.candidates import CandidatesRequest
from placedock.model.deadline import NEVER, Deadline
from placedock.model.forest import Forest


class Order(StrEnum):
    """In which order candidates are found.

    All under one anchor before the next; or one under each anchor in turn, as they come or at random.
    """

    DEPTH_FIRST = "depth-first"
    BREADTH_FIRST = "breadth-first"
    RANDOM = "random"


def search(
    forests: Iterable[Forest],
    request: CandidatesRequest,
    order: Order = Order.DEPTH_FIRST,
    reporter: Reporter = SILENT,
    deadline: Deadline = NEVER,
) -> Iterator[Combination]:
    """Every way to meet `request` in `forests`, lazily.

    Each forest is a part of the cloud with whole trees; the next is only asked for when the ones before are used up. So a
    caller that stops early pays for what was looked at and not for the cloud.

    1. Make a plan: the slots that each take one provider (`plan`).
    2. Under each anchor, list the providers that could fill each slot, and drop the anchor when one has none (`offers`).
    3. Fix the provider on top of each `same_subtree` set (`subtrees`).
    4. Fill the slots in all ways that fit together (`assign`, `between`, `matching`).
    5. Join equal combinations.

    Raises `RequestTookTooLong` when the deadline passes before the next combination is found.
    """
    one = _Search(plan(request), order, reporter, deadline)
    by_anchor = (each for forest in forests for each in one.by_anchor(forest))
    found = chain.from_iterable(by_anchor) if order is Order.DEPTH_FIRST else _in_turn(by_anchor)
    return _told(found, reporter) if reporter.detail else found


def _told(found: Iterable[Combination], reporter: Reporter) -> Iterator[Combination]:
    for combination in found:
        reporter.found(combination)
        yield combination


class _Search:
    """One search: its plan, who listens, and what was found out so far that helps with the rest."""

    def __init__(self, plan: Plan, order: Order, reporter: Reporter, deadline: Deadline) -> None:
        self._plan = plan
        self._order = order
        self._reporter = reporter
        self._deadline = deadline
        self._offers = Offers(plan, reporter)
        self._combining = Combining(plan)
        self._seen: set[Hashable] = set()

    def by_anchor(self, forest: Forest) -> Iterator[Iterator[Combination]]:
        """The combinations under each anchor of the forest that has any, as far as none was found before."""
        if self._reporter.detail:
            self._reporter.looked_at(forest.trees.values())
        named = named_trees(forest, self._plan.request.groups)
        assigning = Assigning(self._plan, Lines(forest), self._deadline)
        combination = self._combining.combination
        there: Iterable[Anchor] = anchors(forest)
        if self._order is Order.RANDOM:
            there = random.sample(list(there), len(forest.trees))
        for anchor in there:
            self._deadline.check()
            offers = self._offers.of(anchor, named)
            if offers is None:
                continue
            cuts: Cuts | None = set() if self._reporter.detail else None
            if self._order is Order.RANDOM:
                chosen: Iterable[Chosen] = in_random_order(partial(assigning.ways, offers, cuts))
            else:
                chosen = assigning.ways(offers, cuts)
            found: Iterator[Combination] = map(combination, chosen)
            if cuts is not None:
                found = _or_dropped(found, anchor, cuts, self._reporter)
            yield self._distinct(found) if forest.sharing_trees else found

    def _distinct(self, found: Iterable[Combination]) -> Iterator[Combination]:
        """Step 5. Only what consists of sharing providers alone can be found again, under another anchor.

        Under one anchor equal combinations cannot arise, because each fills the slots otherwise. So most combinations need
        not be remembered.
        """
        for combination in found:
            if all(map(rules.shares, combination.chosen)):
                identity = tuple([provider.id for provider in combination.chosen])
                if identity in self._seen:
                    continue
                self._seen.add(identity)
            yield combination


def _or_dropped(
    found: Iterator[Combination], anchor: Anchor, cuts: Cuts, reporter: Reporter
) -> Iterator[Combination]:
    """The combinations; when there are none, the reporter hears what was in the way of them."""
    nothing = True
    for combination in found:
        nothing = False
        yield combination
    if nothing:
        for refusal in sorted(cuts, key=str):
            reporter.dropped(anchor.tree[0], refusal)


def _in_turn(found: Iterable[Iterator[Combination]]) -> Iterator[Combination]:
    """The first of each iterator, then the second of each, and so on."""
    waiting: deque[Iterator[Combination]] = deque()
    for each in found:
        for combination in each:
            yield combination
            waiting.append(each)
            break
    while waiting:
        each = waiting.popleft()
        for combination in each:
            yield combination
            waiting.append(each)
            break
