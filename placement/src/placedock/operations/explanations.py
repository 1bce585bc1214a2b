# SPDX-License-Identifier: Apache-2.0
"""Explains why there are so many candidates for a request, or none. The whole cloud is read for it, and nothing changed."""

from typing import NamedTuple

from sqlalchemy import Connection

from placedock.candidates.explain import MANY, Explanation, Stage, explain
from placedock.model.candidates import CandidatesRequest
from placedock.model.deadline import NEVER, Deadline
from placedock.model.forest import Forest, Tree
from placedock.operations import candidates
from placedock.store import forest, providers

BATCH = 10_000
"""Ids of providers that one statement reads."""


class Explained(NamedTuple):
    """The explanation, and one to three sentences that say it."""

    explanation: Explanation
    summary: str


def of_request(
    connection: Connection, request: CandidatesRequest, deadline: Deadline = NEVER
) -> Explained:
    """Explain the request. Raises what a search for its candidates would raise."""
    candidates.find(connection, request, deadline, maximum=1)
    found = explain(_whole(connection, request, deadline), request, deadline)
    return Explained(found, " ".join(_sentences(connection, found)))


def _whole(connection: Connection, request: CandidatesRequest, deadline: Deadline) -> Forest:
    """All trees."""
    asked = [group.forbidden_aggregates.union(*group.member_of) for group in request.groups]
    aggregates = forest.aggregate_names(connection, frozenset[str]().union(*asked))
    look = forest.look(connection, 1, (), aggregates)
    sharing = forest.below(connection, look.sharing, aggregates)
    trees: dict[int, Tree] = {}
    for first in range(look.first, look.last + 1, BATCH):
        deadline.check()
        trees |= forest.between(connection, first, first + BATCH - 1, aggregates)
    return Forest(trees, sharing)


def _sentences(connection: Connection, found: Explanation) -> list[str]:
    if found.candidates:
        more = "At least " if found.stopped else ""
        return [f"{more}{found.candidates:,} candidates in a cloud of {found.trees:,} trees."]
    said = ["No candidates."]
    if not found.trees:
        return [*said, "The cloud has no providers."]
    empty = next((stage for stage in found.stages if not stage.trees[1]), None)
    if empty is None:
        reasons = sorted({refusal.reason.value for refusal in found.dropped})
        return [
            *said,
            f"Each group can be served in some tree, but each such tree {'; '.join(reasons)}.",
        ]
    before = found.stages[: found.stages.index(empty)]
    narrowed = [stage for stage in before if stage.trees[1] < stage.trees[0]]
    if narrowed:
        said.append(
            f"Of {found.trees:,} trees {empty.trees[0]:,} have {_needs(narrowed[-1])}; none of these has "
            f"{_needs(empty)}."
        )
    else:
        said.append(f"None of {empty.trees[0]:,} trees has {_needs(empty)}.")
    if empty.best is not None:
        provider, why = empty.best
        known = providers.get(connection, provider.uuid)
        said.append(
            f"Most is {why.free:,} on {known.name if known else provider.uuid} ({why.total:,} total, "
            f"{why.reserved:,} reserved, {why.used:,} used)."
        )
    return said


def _needs(stage: Stage) -> str:
    where = f" for group {stage.group}" if stage.group else ""
    if stage.asked is not None:
        return f"{stage.asked:,} {stage.what} left{where}"
    return f"a provider that meets {stage.kind}={stage.what}{where}"


__all__ = ["MANY", "Explained", "of_request"]
