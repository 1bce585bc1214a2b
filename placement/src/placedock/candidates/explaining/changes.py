# SPDX-License-Identifier: Apache-2.0
"""The changes that make a request ask for less: a clause less, a smaller amount, a relation between groups less."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from typing import NamedTuple

from placedock.candidates.explaining import clauses
from placedock.candidates.explaining.clauses import Clause, RootClause
from placedock.candidates.explaining.survey import ROOT, Part
from placedock.model.candidates import CandidatesRequest, Group


class Change(NamedTuple):
    """`kind` is "drop", "amount", "in_tree", "group_policy", "same_subtree" or "limit".

    `group` is the suffix, None where the clause is of no group. `clause` and `what` are the kind of the clause and what it asks
    for; `asked` is an amount or a limit; `fits` is the amount that is asked for instead, None where the clause goes.
    `fits_stopped` says that a larger amount may fit, because not all trees were looked at.
    `gone` are the suffixes of groups of which nothing is left that places them, and that go with the clause.
    """

    kind: str
    group: str | None
    clause: str
    what: str
    asked: int | None = None
    fits: int | None = None
    gone: tuple[str, ...] = ()
    fits_stopped: bool = False


Make = Callable[[CandidatesRequest], CandidatesRequest]


class Way(NamedTuple):
    """A change that can be made to a request: `make` gives the request without the clause.

    `touches` are the parts of the request that are easier to serve afterwards. For a `change` of an amount a smaller one is
    still to be found.
    """

    change: Change
    touches: frozenset[Part]
    make: Make


def ways(request: CandidatesRequest) -> Iterator[Way]:
    """All changes of one clause, in the order of the request; one that the request repeats is one."""
    known = set()
    for change, touched, make in _all(request):
        if change in known:
            continue
        known.add(change)
        left = {group.suffix for group in make(request).groups}
        gone = tuple(group.suffix for group in request.groups if group.suffix not in left)
        if change.kind == "amount":
            yield Way(change, touched, make)
        elif is_asking(make(request)):
            yield Way(change._replace(gone=gone), touched | {(suffix, "") for suffix in gone}, make)


def is_asking(request: CandidatesRequest) -> bool:
    return any(group.resources for group in request.groups)


def _all(request: CandidatesRequest) -> Iterator[tuple[Change, frozenset[Part], Make]]:
    for root_clause in clauses.of_root(request):
        change = Change("drop", None, root_clause.kind, root_clause.trait)
        yield change, frozenset([ROOT]), partial(_without_root_clause, root_clause)
    for group in request.groups:
        for clause in clauses.of_group(group):
            # Without an amount the other parts of the unsuffixed group stay what they are.
            named = [clause.what] if clause.asked is not None else group.resources
            parts = [(group.suffix, "")] if group.suffix else [("", name) for name in named]
            change = Change("drop", group.suffix, clause.kind, clause.what, clause.asked)
            if clause.asked is not None:
                yield change._replace(kind="amount"), frozenset(parts), partial(_without, clause)
            elif clause.kind == "in_tree":
                change = change._replace(kind="in_tree")
            yield change, frozenset(parts), partial(_without, clause)
    if request.isolate and sum(group.suffixed for group in request.groups) > 1:
        change = Change("group_policy", None, "group_policy", "isolate")
        yield change, frozenset(), lambda asked: replace(asked, isolate=False)
    for suffixes in dict.fromkeys(request.same_subtree):
        change = Change("same_subtree", None, "same_subtree", ",".join(sorted(suffixes)))
        yield change, frozenset(), partial(_without_set, suffixes)


def with_amount(
    request: CandidatesRequest, suffix: str | None, resource_class: str, amount: int
) -> CandidatesRequest:
    """The request that asks for another amount of a class of a group."""
    groups = tuple(
        replace(group, resources={**group.resources, resource_class: amount})
        if group.suffix == suffix
        else group
        for group in request.groups
    )
    return replace(request, groups=groups)


def _without_root_clause(clause: RootClause, request: CandidatesRequest) -> CandidatesRequest:
    name = clause.kind
    return replace(request, **{name: getattr(request, name) - {clause.trait}})


def _without(clause: Clause, request: CandidatesRequest) -> CandidatesRequest:
    suffix = clause.group.suffix
    groups = []
    for group in request.groups:
        left = _less(group, clause) if group.suffix == suffix else group
        placed = left.resources or (not group.resources and (left.required or left.member_of))
        if group.suffix != suffix or (placed and clause.kind != "nothing"):
            groups.append(left)
    kept = {group.suffix for group in groups}
    return _with_sets(
        replace(request, groups=tuple(groups)), [one & kept for one in request.same_subtree]
    )


def _less(group: Group, clause: Clause) -> Group:
    less = clause.group
    return Group(
        group.suffix,
        {name: n for name, n in group.resources.items() if name not in less.resources},
        tuple(choice for choice in group.required if choice not in less.required),
        group.forbidden - less.forbidden,
        tuple(choice for choice in group.member_of if choice not in less.member_of),
        group.forbidden_aggregates - less.forbidden_aggregates,
        None if less.in_tree is not None else group.in_tree,
    )


def _without_set(suffixes: frozenset[str], request: CandidatesRequest) -> CandidatesRequest:
    return _with_sets(request, [one for one in request.same_subtree if one != suffixes])


def _with_sets(request: CandidatesRequest, sets: Sequence[frozenset[str]]) -> CandidatesRequest:
    """The request with these sets. A group without resources that is in none of them any more goes."""
    before = frozenset[str]().union(*request.same_subtree)
    named = frozenset[str]().union(*sets)
    groups = [
        group
        for group in request.groups
        if group.resources or group.suffix in named or group.suffix not in before
    ]
    return replace(request, groups=tuple(groups), same_subtree=tuple(filter(None, sets)))
