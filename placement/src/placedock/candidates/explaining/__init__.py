# SPDX-License-Identifier: Apache-2.0
"""Why there are so many candidates for a request, or none: pure functions over a forest, with the steps of the search.

- `clauses`  what a request asks, thing by thing
- `trial`    tries a request under one anchor after the other, with the steps of the search
- `stages`   how many providers and trees each clause leaves
- `reasons`  a histogram of what the search tells
- `survey`   which parts of a request nobody serves, tree by tree
- `relax`    what would help, out of `changes`
- `amounts`  the largest amount that fits
- `alike`    the trees that a request cannot tell apart
- `nearest`  the trees that miss least
- `hosts`    one tree, clause by clause
"""

from collections.abc import Collection, Sequence
from itertools import islice
from typing import NamedTuple

from placedock.candidates import Order, search
from placedock.candidates.explaining.changes import Change
from placedock.candidates.explaining.hosts import Host, Judged, host
from placedock.candidates.explaining.nearest import TREES, Near, nearest
from placedock.candidates.explaining.reasons import EXAMPLES, Counted, Example, Reasons
from placedock.candidates.explaining.relax import (
    MANY,
    MOST_SHOWN,
    Relaxation,
    Relaxations,
    limit_lifted,
    relaxations,
)
from placedock.candidates.explaining.stages import Stage, stages
from placedock.candidates.explaining.survey import Survey
from placedock.candidates.subtrees import Lines
from placedock.model.candidates import CandidatesRequest
from placedock.model.deadline import Deadline
from placedock.model.forest import Forest


class Explanation(NamedTuple):
    """`stopped` says that there may be more candidates than were counted. `trees` is the size of the cloud."""

    candidates: int
    stopped: bool
    trees: int
    stages: Sequence[Stage]
    reasons: Sequence[Counted]
    relax: Relaxations
    nearest: Sequence[Near]
    hosts: Sequence[Host]


def explain(
    forest: Forest, request: CandidatesRequest, hosts: Collection[int], deadline: Deadline
) -> Explanation:
    """The explanation of a request to the whole cloud, and of the trees with the roots `hosts`."""
    lines = Lines(forest)
    survey = Survey(forest, request, lines, deadline)
    reasons = Reasons()
    most = MANY if request.limit is None else min(MANY, request.limit)
    trees = len(forest.trees)
    # One candidate of each anchor comes before the second of any, so that all anchors are heard of.
    found = search([forest], request, Order.BREADTH_FIRST, reasons, deadline)
    many = sum(1 for _ in islice(found, most + trees))
    return Explanation(
        min(many, most),
        many > most,
        trees,
        list(stages(forest, request, lines, deadline)),
        reasons.counted(),
        limit_lifted(survey) if many else relaxations(survey),
        [] if many else nearest(survey),
        [host(survey, root) for root in hosts],
    )


def stages_of(forest: Forest, request: CandidatesRequest, deadline: Deadline) -> list[Stage]:
    """Of an explanation the stages only."""
    return list(stages(forest, request, Lines(forest), deadline))


__all__ = [
    "EXAMPLES",
    "MANY",
    "MOST_SHOWN",
    "TREES",
    "Change",
    "Counted",
    "Example",
    "Explanation",
    "Host",
    "Judged",
    "Near",
    "Reasons",
    "Relaxation",
    "Relaxations",
    "Stage",
    "explain",
    "host",
    "stages_of",
]
