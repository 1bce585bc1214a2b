# SPDX-License-Identifier: Apache-2.0
"""One tree, clause by clause: met or not, with figures."""

from collections.abc import Iterator
from typing import NamedTuple

from placedock.candidates.explaining import clauses
from placedock.candidates.explaining.clauses import Clause
from placedock.candidates.explaining.relax import count
from placedock.candidates.explaining.survey import Survey
from placedock.candidates.explaining.trial import Trial
from placedock.candidates.offers import Anchor, anchors
from placedock.model import capacity
from placedock.model.candidates import CandidatesRequest, Group
from placedock.model.forest import Forest, TreeProvider
from placedock.model.refusal import Refusal


class Judged(NamedTuple):
    """A clause, and whether the tree meets it, whatever else is asked.

    `group`, `kind`, `what` and `asked` are as in a stage; the kind "group" is all that one group asks for. `provider` is the
    one that meets the clause or comes closest, where the clause is of one provider, with its refusal. `figures` are those of
    its inventory, for an amount.
    """

    group: str | None
    kind: str
    what: str
    asked: int | None
    met: bool
    provider: TreeProvider | None = None
    refusal: Refusal | None = None
    figures: capacity.Figures | None = None


class Host(NamedTuple):
    """The tree below `root`, judged, and how many candidates hang on it; more than that when `stopped`."""

    root: TreeProvider
    clauses: list[Judged]
    candidates: int
    stopped: bool


def host(survey: Survey, root: int) -> Host:
    """The tree with that root, which is one of the forest."""
    tree = Forest({root: survey.forest.trees[root]}, survey.forest.sharing_trees)
    (anchor,) = anchors(tree)
    found, stopped = count(tree, survey.request, survey)
    return Host(anchor.tree[0], list(_judged(survey, anchor)), found, stopped)


def _judged(survey: Survey, anchor: Anchor) -> Iterator[Judged]:
    root = anchor.tree[0]
    for one in survey.root_clauses:
        met = one.is_met(root)
        yield Judged(None, one.kind, one.trait, None, met, root, None if met else one.refusal)
    for group in survey.request.groups:
        asked = list(clauses.of_group(group))
        for clause in asked:
            yield _of_clause(survey, anchor, clause)
        if len(asked) > 1:
            yield _of_group(survey, anchor, group)
    for relation in clauses.of_all_groups(survey.request):
        trial = Trial(relation.alone, survey.forest, survey.lines, survey.deadline)
        met = trial.holds(anchor)
        yield Judged(None, relation.kind, relation.what, relation.asked, met)


def _of_clause(survey: Survey, anchor: Anchor, clause: Clause) -> Judged:
    root, named = anchor.tree[0], survey.trial.named
    suffix, what, asked = clause.group.suffix, clause.what, clause.asked
    all_here = [one for providers in anchor for one in providers]
    against = {one.id: clauses.against(clause, one, root, named) for one in all_here}
    best = min(all_here, key=lambda one: (against[one.id] is not None, -_free(one, what)))
    why = against[best.id]
    stock = best.kind.inventories.get(what) if asked is not None else None
    figures = None if stock is None else capacity.figures(stock, best.used.get(what, 0))
    return Judged(suffix, clause.kind, what, asked, why is None, best, why, figures)


def _free(provider: TreeProvider, resource_class: str) -> float:
    stock = provider.kind.inventories.get(resource_class)
    if stock is None:
        return float("-inf")
    return capacity.free(stock, provider.used.get(resource_class, 0))


def _of_group(survey: Survey, anchor: Anchor, group: Group) -> Judged:
    trial = Trial(CandidatesRequest((group,)), survey.forest, survey.lines, survey.deadline)
    return Judged(group.suffix, "group", "", None, trial.holds(anchor))
