# SPDX-License-Identifier: Apache-2.0
"""Allocation candidates: the search, on the trees that `batches` brings, until there are enough candidates."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import islice
from math import inf

from sqlalchemy import Connection

from placedock import errors
from placedock.candidates import Order, answers, search
from placedock.candidates.combination import Combination
from placedock.candidates.sample import sampled
from placedock.model.candidates import Candidates, CandidatesRequest
from placedock.model.deadline import NEVER, Deadline
from placedock.model.forest import Forest, Tree
from placedock.operations.batches import Batches
from placedock.store import names

MIB = 1024**2

SOME = 1_000
"""The size of the answer is looked at again after so many candidates."""


def find(
    connection: Connection,
    request: CandidatesRequest,
    deadline: Deadline = NEVER,
    randomize: bool = False,
    maximum: int = -1,
    strategy: str = "depth-first",
    largest: float = inf,
) -> Candidates:
    """The candidates that meet the request, and the summaries of all trees that they use.

    `maximum` is how many are looked for at the most, whatever the request says; below 0 means any number. When more are
    found than the request's limit, they are the first ones, or with `randomize` any. Raises `UnknownResourceClass` and
    `UnknownTraits`, `RequestTookTooLong` after the deadline, and `TooManyCandidates` when the answer would have more than
    `largest` MiB; aggregates and trees that do not exist are simply met by nothing.

    Several statements are read from; nothing bad comes of changes between them, since a claim looks again.
    """
    most = None if maximum < 0 else max(1, maximum)
    if request.limit is not None and not randomize:
        most = request.limit if most is None else min(most, request.limit)
    batches = Batches(connection, request, *_ids(connection, request), most)
    order = Order.RANDOM if randomize else Order(strategy)
    combinations = search(batches.forests(), request, order, deadline=deadline)
    found: list[Combination] = []
    if randomize and request.limit is not None:
        for sample in sampled(islice(combinations, most), request.limit):
            deadline.check()
            found = sample
    else:
        size = _Size(batches.trees, largest)
        for combination in combinations:
            found.append(combination)
            batches.found += 1
            if batches.found == most:
                break
            if not batches.found % SOME:
                size.add(found[-SOME:])
        size.add(found[-(batches.found % SOME or SOME) :])
    return Candidates(
        [answers.candidate(combination) for combination in found],
        answers.summaries(found, batches.trees, whole_trees=request.nested),
    )


def whole(connection: Connection, request: CandidatesRequest, deadline: Deadline) -> Forest:
    """All trees of the cloud, for an explanation of the request. Raises what `find` raises."""
    batches = Batches(connection, request, *_ids(connection, request), None)
    return batches.whole(deadline)


class _Size:
    """About how large an answer is. `trees` has those of its candidates, `largest` is in MiB."""

    def __init__(self, trees: Mapping[int, Tree], largest: float) -> None:
        self._trees = trees
        self._largest = largest
        self._bytes = 0
        self._shown: set[int] = set()

    def add(self, combinations: Sequence[Combination]) -> None:
        """Count these candidates too, and the summaries of their trees unless they count already."""
        roots = {root for each in combinations for root in each.roots} - self._shown
        self._shown |= roots
        # Those of one request are of about one size.
        self._bytes += len(combinations) * answers.size(combinations[-1]) if combinations else 0
        self._bytes += sum([answers.summaries_size(self._trees[root]) for root in roots])
        if self._bytes > self._largest * MIB:
            raise errors.TooManyCandidates(most=f"{self._largest:g} MiB")


def _ids(
    connection: Connection, request: CandidatesRequest
) -> tuple[Mapping[str, int], Mapping[str, int]]:
    """The ids of all resource classes and traits of the request. Complains of the first that does not exist."""
    root_traits = request.root_required | request.root_forbidden
    group_traits = [group.forbidden.union(*group.required) for group in request.groups]
    classes = names.class_ids(connection, {name for g in request.groups for name in g.resources})
    traits = names.trait_ids(connection, root_traits.union(*group_traits))
    _check_traits(root_traits, traits)
    for group, wanted in zip(request.groups, group_traits, strict=True):
        for name in group.resources:
            if name not in classes:
                with errors.doing("Invalid resource class in resources parameter"):
                    raise errors.UnknownResourceClass(name=name)
        _check_traits(wanted, traits)
    return classes, traits


def _check_traits(wanted: Iterable[str], known: Collection[str]) -> None:
    for name in sorted(wanted):
        if name not in known:
            raise errors.UnknownTraits(names=name)
