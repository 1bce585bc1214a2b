# SPDX-License-Identifier: Apache-2.0
"""Allocation candidates: brings trees before the search, a slab at a time, until there are enough candidates."""

import random
from collections.abc import Iterator
from itertools import islice

from sqlalchemy import Connection

from placedock import errors
from placedock.candidates import answers, search
from placedock.model.candidates import Candidates, CandidatesRequest
from placedock.model.forest import Forest, Tree
from placedock.model.inventory import MAX_INT
from placedock.store import forest, names

BREADTH_FIRST = "breadth-first"

FIRST_SLAB = 16
"""How many ids of providers the first slab spans at least."""

WHOLE_SLAB = 10_000
"""How many it spans when all candidates are wanted. More would only be more memory at a time."""

GROWTH = 4


def find(
    connection: Connection,
    request: CandidatesRequest,
    randomize: bool = False,
    maximum: int = -1,
    strategy: str = "depth-first",
) -> Candidates:
    """The candidates that meet the request, and the summaries of all trees that they use.

    `maximum` is how many are looked for at the most, whatever the request says; below 0 means any number. When more are
    found than the request's limit, they are the first ones, or with `randomize` any. Raises `UnknownResourceClass` and
    `UnknownTraits`; aggregates and trees that do not exist are simply met by nothing.
    """
    _check_names(connection, request)
    most = None if maximum < 0 else max(1, maximum)
    if request.limit is not None and not randomize:
        most = request.limit if most is None else min(most, request.limit)
    trees: dict[int, Tree] = {}
    slabs = _slabs(connection, request, most, trees)
    found = list(islice(search(slabs, request, strategy == BREADTH_FIRST), most))
    if randomize:
        wanted = len(found) if request.limit is None else min(request.limit, len(found))
        found = random.sample(found, wanted)
    return Candidates(
        [answers.candidate(combination) for combination in found],
        answers.summaries(found, trees, whole_trees=request.nested),
    )


def _check_names(connection: Connection, request: CandidatesRequest) -> None:
    """Complain of the first class or trait that does not exist."""
    traits = request.root_required | request.root_forbidden
    traits = traits.union(*(group.forbidden.union(*group.required) for group in request.groups))
    known_traits = names.trait_ids(connection, traits) if traits else {}
    classes = dict.fromkeys(name for group in request.groups for name in group.resources)
    known_classes = names.class_ids(connection, classes)
    for name in classes:
        if name not in known_classes:
            with errors.doing("Invalid resource class in resources parameter"):
                raise errors.UnknownResourceClass(name=name)
    for name in sorted(traits):
        if name not in known_traits:
            raise errors.UnknownTraits(names=name)


def _slabs(
    connection: Connection, request: CandidatesRequest, most: int | None, trees: dict[int, Tree]
) -> Iterator[Forest]:
    """The cloud in parts with whole trees, each larger than the last. All that is read is added to `trees`."""
    if any(amount > MAX_INT for group in request.groups for amount in group.resources.values()):
        return
    extent = forest.extent(connection)
    asked = frozenset[str]().union(
        *(group.forbidden_aggregates.union(*group.member_of) for group in request.groups)
    )
    aggregates = None
    if asked or extent.sharing:
        aggregates = forest.aggregate_names(connection, asked)
    lending = forest.below(connection, extent.sharing, aggregates)
    trees.update(lending)
    pinned = _named_roots(connection, request)
    if None in pinned:
        return
    first = extent.first
    span = WHOLE_SLAB if most is None else max(FIRST_SLAB, min(2 * most, WHOLE_SLAB))
    while first <= extent.last:
        slab = forest.between(connection, first, first + span - 1, aggregates)
        trees.update(slab)
        yield Forest(slab, lending)
        first += span
        span = min(span * GROWTH, WHOLE_SLAB)


def _named_roots(connection: Connection, request: CandidatesRequest) -> set[int | None]:
    """The roots of the trees that the groups name; None among them for one that does not exist."""
    named = {group.in_tree for group in request.groups if group.in_tree is not None}
    return {forest.root_of(connection, uuid) for uuid in named}
