# SPDX-License-Identifier: Apache-2.0
"""The search for allocation candidates: pure functions over snapshots of the provider trees.

The caller brings the forest and takes what it wants of the answer; nothing here knows of a database or of HTTP. The steps
of `search` are the modules:

- `placements`   the providers that could serve one group under one anchor; `rules` are the rules for one provider
- `combine`      one placement for each group, in all ways that fit together; `constraints` are the rules between groups
- `answers`      combinations and provider summaries as the API shows them
- `reporter`     what the search tells whoever wants to know why something is missing
"""

from collections import deque
from collections.abc import Hashable, Iterable, Iterator, Sequence
from itertools import chain

from placedock.candidates import placements, rules
from placedock.candidates.combine import Combination, Cuts, Demand, combinations
from placedock.candidates.constraints import Subtrees
from placedock.candidates.placements import Anchor, Placement
from placedock.candidates.reporter import SILENT, Reporter
from placedock.model.candidates import CandidatesRequest, Group
from placedock.model.deadline import NEVER, Deadline
from placedock.model.forest import SHARES, Forest
from placedock.model.refusal import Reason, Refusal


def search(
    forests: Iterable[Forest],
    request: CandidatesRequest,
    breadth_first: bool = False,
    reporter: Reporter = SILENT,
    deadline: Deadline = NEVER,
) -> Iterator[Combination]:
    """Every way to meet `request` in `forests`, lazily.

    Each forest is a part of the cloud with whole trees; the next is only asked for when the ones before are used up. So a
    caller that stops early pays for what was looked at and not for the cloud.

    1. For each group, list its placements: which providers could serve it, under which anchor.
    2. Keep the anchors where every group has at least one placement.
    3. Under each anchor, take one placement per group, dropping a combination as soon as it cannot fit: amounts
       that meet on one provider add up.
    4. Keep the combinations that respect group_policy and same_subtree.
    5. Join equal combinations.

    `breadth_first` takes one combination from each anchor in turn, instead of all of an anchor before the next. Raises
    `RequestTookTooLong` when the deadline passes before the next combination is found.
    """
    seen: set[Hashable] = set()
    by_anchor = (
        each for forest in forests for each in _by_anchor(forest, request, seen, deadline, reporter)
    )
    found = _in_turn(by_anchor) if breadth_first else chain.from_iterable(by_anchor)
    return _told(found, reporter) if reporter.detail else found


def _told(found: Iterable[Combination], reporter: Reporter) -> Iterator[Combination]:
    for combination in found:
        reporter.found(combination)
        yield combination


def _by_anchor(
    forest: Forest,
    request: CandidatesRequest,
    seen: set[Hashable],
    deadline: Deadline,
    reporter: Reporter,
) -> Iterator[Iterator[Combination]]:
    """The combinations under each anchor of the forest, as far as none is in `seen` already."""
    if reporter.detail:
        reporter.looked_at(forest.trees.values())
    subtrees = Subtrees(request, forest)
    for anchor, choices in _viable(forest, request, deadline, reporter):
        cuts: Cuts | None = set() if reporter.detail else None
        found = combinations(choices, request, subtrees, deadline, cuts)
        if cuts is not None:
            found = _or_dropped(found, anchor, cuts, reporter)
        yield _distinct(found, seen) if forest.sharing_trees else found


def _or_dropped(
    found: Iterator[Combination], anchor: Anchor, cuts: Cuts, reporter: Reporter
) -> Iterator[Combination]:
    """The combinations; when there are none, the reporter hears what was in the way of them."""
    nothing = True
    for combination in found:
        nothing = False
        yield combination
    if nothing:
        for refusal in sorted(cuts):
            reporter.dropped(anchor.tree[0], refusal)


def _viable(
    forest: Forest, request: CandidatesRequest, deadline: Deadline, reporter: Reporter
) -> Iterator[tuple[Anchor, Sequence[list[Placement]]]]:
    """Steps 1 and 2: each anchor that has some for each group, with the groups' placements."""
    in_tree = placements.named_trees(forest, request.groups)
    anchors = placements.anchors(forest)
    if request.root_required or request.root_forbidden:
        anchors = [anchor for anchor in anchors if _has_root(anchor, request, reporter)]
    choices: list[tuple[list[Placement], ...]] = [()] * len(anchors)
    for group in request.groups:
        placed = placements.place(group, anchors, in_tree.get(group.suffix), deadline, reporter)
        if reporter.detail:
            _tell_of_bare(group, anchors, placed, reporter)
        choices = [(*before, here) for before, here in zip(choices, placed, strict=True) if here]
        anchors = [anchor for anchor, here in zip(anchors, placed, strict=True) if here]
    demand = Demand(request)
    for anchor, here in zip(anchors, choices, strict=True):
        refusal = demand.refusal(here)
        if refusal is None:
            yield anchor, here
        elif reporter.detail:
            reporter.dropped(anchor.tree[0], refusal)


def _tell_of_bare(
    group: Group,
    anchors: Iterable[Anchor],
    placed: Iterable[list[Placement]],
    reporter: Reporter,
) -> None:
    """Tell of the anchors under which nobody serves the group."""
    for anchor, here in zip(anchors, placed, strict=True):
        if not here:
            reporter.dropped(anchor.tree[0], Refusal(Reason.NOBODY, group.suffix))


def _has_root(anchor: Anchor, request: CandidatesRequest, reporter: Reporter) -> bool:
    """Whether a candidate may hang on the anchor's root."""
    refusal = rules.unfit_root(anchor.tree[0], request)
    if refusal is not None and reporter.detail:
        reporter.dropped(anchor.tree[0], refusal)
    return refusal is None


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


def _distinct(found: Iterable[Combination], seen: set[Hashable]) -> Iterator[Combination]:
    """Step 5. Only what consists of sharing providers alone can be found again, under another anchor.

    Under one anchor equal combinations cannot arise: the suffixed groups are where the mappings say, and what is left of
    the allocations is the unsuffixed group's. So most combinations need not be remembered.
    """
    for combination in found:
        if all(
            SHARES in provider.traits
            for each in combination.placements
            for provider in each.providers
        ):
            identity = tuple(
                tuple((uuid, *taken["resources"]) for uuid, taken in each.allocations.items())
                or each.providers[0].uuid
                for each in combination.placements
            )
            if identity in seen:
                continue
            seen.add(identity)
        yield combination
