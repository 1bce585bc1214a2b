# SPDX-License-Identifier: Apache-2.0
"""The clauses of a request: each is one thing that it asks, of the root, of a group, or of several groups together."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from placedock.candidates import rules
from placedock.candidates.plan import Slot, plan
from placedock.model import capacity
from placedock.model.candidates import CandidatesRequest, Group
from placedock.model.forest import Kind, TreeProvider
from placedock.model.refusal import Reason, Refusal

NOTHING: frozenset[str] = frozenset()


class Clause(NamedTuple):
    """A clause of a group. `group` has the same suffix and asks for nothing else.

    `kind` is the parameter of the query without its suffix, "forbidden" or "forbidden_aggregates" for what that parameter
    rules out, or "nothing" for a group that asks for nothing that could place it. `what` is as `Refusal.what` has it.
    `asked` is an amount, None unless the kind is "resources".
    """

    kind: str
    what: str
    asked: int | None
    group: Group


class RootClause(NamedTuple):
    """`kind` is "root_required" or "root_forbidden"."""

    kind: str
    trait: str

    def is_met(self, root: TreeProvider) -> bool:
        return (self.trait in root.traits) == (self.kind == "root_required")

    @property
    def refusal(self) -> Refusal:
        if self.kind == "root_required":
            return Refusal(Reason.ROOT_MISSING_TRAIT, what=self.trait)
        return Refusal(Reason.ROOT_FORBIDDEN_TRAIT, what=self.trait)


class Relation(NamedTuple):
    """A clause between groups.

    The kinds: "together" (amounts of the classes in `what` that several groups take add up), "group_policy", "nested" (a client
    that knows of no trees) and "same_subtree". `so_far` asks for all groups, this relation, and those before it. `alone` asks
    for the groups that the relation is about, and for this relation only.
    """

    kind: str
    what: str
    asked: int | None
    so_far: CandidatesRequest
    alone: CandidatesRequest


def of_root(request: CandidatesRequest) -> Iterator[RootClause]:
    for trait in sorted(request.root_required):
        yield RootClause("root_required", trait)
    for trait in sorted(request.root_forbidden):
        yield RootClause("root_forbidden", trait)


def of_group(group: Group) -> Iterator[Clause]:
    """The clauses of a group. A tree named by a group without resources is none, because it places nothing."""
    bare = Group(group.suffix)
    if group.suffix and not (group.resources or group.required or group.member_of):
        yield Clause("nothing", "", None, bare)
    for name, amount in group.resources.items():
        yield Clause("resources", name, amount, replace(bare, resources={name: amount}))
    for choice in group.required:
        named = rules.alternatives(choice)
        yield Clause("required", named, None, replace(bare, required=(choice,)))
    for choice in group.member_of:
        named = rules.alternatives(choice)
        yield Clause("member_of", named, None, replace(bare, member_of=(choice,)))
    if group.in_tree is not None and group.resources:
        yield Clause("in_tree", group.in_tree, None, replace(bare, in_tree=group.in_tree))
    for trait in sorted(group.forbidden):
        one = replace(bare, forbidden=frozenset([trait]))
        yield Clause("forbidden", trait, None, one)
    for uuid in sorted(group.forbidden_aggregates):
        one = replace(bare, forbidden_aggregates=frozenset([uuid]))
        yield Clause("forbidden_aggregates", uuid, None, one)


def of_slot(slot: Slot) -> Sequence[Clause]:
    """The clauses that one provider must meet to fill the slot."""
    clauses = of_group(slot.group)
    if slot.group.suffix:
        return list(clauses)
    named = {name for name, _ in slot.needs}
    return [
        each
        for each in clauses
        if each.kind != "required" and (each.asked is None or each.what in named)
    ]


def of_all_groups(request: CandidatesRequest) -> Iterator[Relation]:
    """The relations in the order of the plan. What several groups take of one provider adds up in all of them."""
    so_far = replace(
        request,
        isolate=False,
        same_subtree=(),
        root_required=NOTHING,
        root_forbidden=NOTHING,
        nested=True,
    )
    if contended := plan(request).contended:
        taking = tuple(
            Group(
                group.suffix,
                {name: n for name, n in group.resources.items() if name in contended},
            )
            for group in request.groups
            if not contended.keys().isdisjoint(group.resources)
        )
        asked = next(iter(contended.values())) if len(contended) == 1 else None
        alone = replace(so_far, groups=taking)
        yield Relation("together", ",".join(contended), asked, so_far, alone)
    isolated = tuple(group for group in request.groups if group.suffix)
    if request.isolate and len(isolated) > 1:
        so_far = replace(so_far, isolate=True)
        alone = replace(so_far, groups=isolated)
        yield Relation("group_policy", "isolate", len(isolated), so_far, alone)
    if not request.nested:
        alone = replace(so_far, isolate=False, nested=False)
        so_far = replace(so_far, nested=False)
        yield Relation("nested", "", None, so_far, alone)
    for suffixes in dict.fromkeys(request.same_subtree):
        members = tuple(group for group in request.groups if group.suffix in suffixes)
        alone = replace(
            so_far, groups=members, isolate=False, nested=True, same_subtree=(suffixes,)
        )
        so_far = replace(so_far, same_subtree=(*so_far.same_subtree, suffixes))
        yield Relation("same_subtree", ",".join(sorted(suffixes)), None, so_far, alone)


def joined(one: Group, more: Group) -> Group:
    """A group that asks for what both ask for."""
    return Group(
        one.suffix,
        {**one.resources, **more.resources},
        (*one.required, *more.required),
        one.forbidden | more.forbidden,
        (*one.member_of, *more.member_of),
        one.forbidden_aggregates | more.forbidden_aggregates,
        more.in_tree or one.in_tree,
    )


def against(
    clause: Clause, provider: TreeProvider, root: TreeProvider, named: Mapping[str, int | None]
) -> Refusal | None:
    """Why the provider does not meet the clause under the root. `named` is what `in_tree` means, by suffix."""
    group = clause.group
    if clause.kind == "nothing":
        return Refusal(Reason.ASKED_NOTHING, group.suffix)
    if clause.asked is not None:
        return rules.lacks(provider, clause.what, clause.asked, group.suffix)
    return (
        rules.lacks_trait(provider.traits, group)
        or rules.has_forbidden_trait(provider.traits, group)
        or rules.in_other_tree(provider, group, root, named.get(group.suffix))
        or rules.outside(provider, group, root)
    )


class Judge:
    """Says which providers meet a clause. What follows from the kind of a provider alone is found out once for each kind."""

    def __init__(self, clause: Clause, named: Mapping[str, int | None]) -> None:
        self._clause = clause
        self._named = named
        self._most: dict[Kind, int] = {}
        self._of_kind: dict[Kind, Refusal | None] | None = (
            {} if clause.kind in ("required", "forbidden", "nothing") else None
        )

    def meets(self, provider: TreeProvider, root: TreeProvider) -> bool:
        clause = self._clause
        if clause.asked is None:
            return self.refusal(provider, root) is None
        most = self._most.get(provider.kind)
        if most is None:
            stock = provider.kind.inventories.get(clause.what)
            most = -1 if stock is None else capacity.most_used(stock, clause.asked)
            self._most[provider.kind] = most
        return provider.used.get(clause.what, 0) <= most

    def refusal(self, provider: TreeProvider, root: TreeProvider) -> Refusal | None:
        if self._of_kind is None:
            if self._clause.asked is not None and self.meets(provider, root):
                return None
            return against(self._clause, provider, root, self._named)
        if provider.kind not in self._of_kind:
            why = against(self._clause, provider, root, self._named)
            self._of_kind[provider.kind] = why
        return self._of_kind[provider.kind]
