# SPDX-License-Identifier: Apache-2.0
"""The rules for one provider, or for the root of a tree: each answers with a refusal, or None where it has nothing against it.

The capacity rule is `model.capacity`. Which providers are asked, and in which order, is decided by `offers`.
"""

from collections.abc import Collection, Iterable
from functools import lru_cache

from placedock.model.candidates import CandidatesRequest, Group
from placedock.model.capacity import most_together, refusal
from placedock.model.forest import SHARES, Kind, TreeProvider
from placedock.model.refusal import Reason, Refusal


def lacks(
    provider: TreeProvider, resource_class: str, amount: int, group: str = ""
) -> Refusal | None:
    """Why one claim cannot take `amount` from the provider."""
    stock = provider.kind.inventories.get(resource_class)
    return refusal(stock, provider.used.get(resource_class, 0), amount, group, resource_class)


def left(provider: TreeProvider, resource_class: str) -> int:
    """The amount that all levels together may take of the provider, which has the class."""
    used = provider.used.get(resource_class, 0)
    return most_together(provider.kind.inventories[resource_class], used)


def misfit(kind: Kind, group: Group) -> Refusal | None:
    """Why a provider of the kind cannot serve the group whatever is left of its inventories: its traits.

    The unsuffixed group requires its traits of all providers together that serve it (`lacks_trait`), and a suffixed group of
    the one that does. As in Placement 16.0.0, a group without resources is placed by what it requires: without a required
    trait or aggregate nobody serves it.
    """
    if group.suffix:
        if not (group.resources or group.required or group.member_of):
            return Refusal(Reason.ASKED_NOTHING, group.suffix)
        if missing := lacks_trait(kind.traits, group):
            return missing
    return has_forbidden_trait(kind.traits, group)


def has_forbidden_trait(traits: Collection[str], group: Group) -> Refusal | None:
    if group.forbidden and not group.forbidden.isdisjoint(traits):
        had = group.forbidden.intersection(traits)
        return Refusal(Reason.FORBIDDEN_TRAIT, group.suffix, alternatives(had))
    return None


def lacks_trait(
    traits: Collection[str], group: Group, reason: Reason = Reason.MISSING_TRAIT
) -> Refusal | None:
    """The first required set of which those who have these traits together have none."""
    for choice in group.required:
        if choice.isdisjoint(traits):
            return Refusal(reason, group.suffix, alternatives(choice))
    return None


def misplaced(
    provider: TreeProvider, group: Group, root: TreeProvider, named: int | None
) -> Refusal | None:
    """Why the provider cannot serve the group under `root` because of where it stands: its tree or its aggregates.

    `named` is the root of the tree that the group's `in_tree` means. For the unsuffixed group an aggregate on the root covers
    the whole tree, both where it is asked for and where it is forbidden; a sharing provider of another tree must itself be in
    the aggregates asked for, and `in_tree` rules it out. A suffixed group looks at the provider alone. As in Placement 16.0.0,
    the tree that a group without resources names does not place it.
    """
    if (
        group.in_tree is not None
        and group.resources
        and (elsewhere := in_other_tree(provider, group, root, named))
    ):
        return elsewhere
    return outside(provider, group, root)


def in_other_tree(
    provider: TreeProvider, group: Group, root: TreeProvider, named: int | None
) -> Refusal | None:
    """Why `in_tree` rules the provider out. The unsuffixed group must be served under the root that `in_tree` means, too."""
    if group.in_tree is not None and (
        provider.root != named or (not group.suffix and root.id != named)
    ):
        return Refusal(Reason.OTHER_TREE, group.suffix, group.in_tree)
    return None


def outside(provider: TreeProvider, group: Group, root: TreeProvider) -> Refusal | None:
    """Why the provider cannot serve the group under `root` because of its aggregates."""
    at_root = not group.suffix
    covered = at_root and provider.root == root.id and not missing_aggregate(root, group)
    if not covered and (missing := missing_aggregate(provider, group)):
        return missing
    if group.forbidden_aggregates:
        met = group.forbidden_aggregates.intersection(provider.aggregates)
        if at_root:
            met |= group.forbidden_aggregates.intersection(root.aggregates)
        if met:
            return Refusal(Reason.FORBIDDEN_AGGREGATE, group.suffix, alternatives(met))
    return None


def missing_aggregate(provider: TreeProvider, group: Group) -> Refusal | None:
    """The first set of aggregates that the group asks for and of which the provider is in none."""
    for choice in group.member_of:
        if choice.isdisjoint(provider.aggregates):
            return _wrong_aggregate(group.suffix, choice)
    return None


def unfit_root(traits: Collection[str], request: CandidatesRequest) -> Refusal | None:
    """Why no candidate may hang on a root with these traits."""
    if missing := request.root_required.difference(traits):
        return Refusal(Reason.ROOT_MISSING_TRAIT, what=min(missing))
    if had := request.root_forbidden.intersection(traits):
        return Refusal(Reason.ROOT_FORBIDDEN_TRAIT, what=min(had))
    return None


def shares(provider: TreeProvider) -> bool:
    return SHARES in provider.kind.traits


@lru_cache(1_000)
def _wrong_aggregate(suffix: str, choice: frozenset[str]) -> Refusal:
    """Most trees of a cloud are in none of the aggregates that a request asks for, so this is not made for each of them."""
    return Refusal(Reason.WRONG_AGGREGATE, suffix, alternatives(choice))


def alternatives(names: Iterable[str]) -> str:
    """The names in the form that `Refusal.what` has."""
    return "|".join(sorted(names))
