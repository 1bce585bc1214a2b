# SPDX-License-Identifier: Apache-2.0
"""The rules for one provider and one group: each answers with a refusal, or None. The capacity rule is `model.capacity`.

What a rule says of an aggregate on the root, and of sharing providers, is decided by the caller (`placements`).
"""

from collections.abc import Iterable

from placedock.model.candidates import CandidatesRequest, Group
from placedock.model.capacity import most_used, refusal
from placedock.model.forest import TreeProvider
from placedock.model.refusal import Reason, Refusal


def lacks(
    provider: TreeProvider, resource_class: str, amount: int, group: str = ""
) -> Refusal | None:
    """Why one claim cannot take `amount` from the provider."""
    stock = provider.inventories.get(resource_class)
    return refusal(stock, provider.used.get(resource_class, 0), amount, group, resource_class)


def able(providers: Iterable[TreeProvider], resource_class: str, amount: int) -> list[TreeProvider]:
    """Those of the providers that `lacks` does not refuse."""
    return [
        provider
        for provider in providers
        if (stock := provider.inventories.get(resource_class)) is not None
        and provider.used.get(resource_class, 0) <= most_used(stock, amount)
    ]


def forbids(provider: TreeProvider, group: Group) -> Refusal | None:
    """Why the group must not meet the provider: one of its traits."""
    if group.forbidden and not group.forbidden.isdisjoint(provider.traits):
        had = group.forbidden.intersection(provider.traits)
        return Refusal(Reason.FORBIDDEN_TRAIT, group.suffix, alternatives(had))
    return None


def has_all(traits: Iterable[str], required: Iterable[frozenset[str]]) -> bool:
    """Whether `traits` have at least one of each required set."""
    return not any(choice.isdisjoint(traits) for choice in required)


def lacks_trait(
    traits: Iterable[str], group: Group, reason: Reason = Reason.MISSING_TRAIT
) -> Refusal | None:
    """Why those who have these traits together cannot serve the group: the first required set that they have none of."""
    for choice in group.required:
        if choice.isdisjoint(traits):
            return Refusal(reason, group.suffix, alternatives(choice))
    return None


def is_member(provider: TreeProvider, group: Group) -> bool:
    """Whether the provider is in at least one aggregate of each set that the group asks for."""
    return not any(choice.isdisjoint(provider.aggregates) for choice in group.member_of)


def is_outside(provider: TreeProvider, group: Group) -> bool:
    """Whether the provider is in none of the aggregates that the group must not meet."""
    return group.forbidden_aggregates.isdisjoint(provider.aggregates)


def is_no_member(provider: TreeProvider, group: Group) -> Refusal:
    """The refusal of one that is in none of some set of aggregates that the group asks for."""
    missed = next(
        (choice for choice in group.member_of if choice.isdisjoint(provider.aggregates)),
        frozenset[str](),
    )
    return Refusal(Reason.WRONG_AGGREGATE, group.suffix, alternatives(missed))


def is_inside(provider: TreeProvider, group: Group) -> Refusal:
    """The refusal of one that is in an aggregate that the group must not meet."""
    met = group.forbidden_aggregates.intersection(provider.aggregates)
    return Refusal(Reason.FORBIDDEN_AGGREGATE, group.suffix, alternatives(met))


def unfit_alone(provider: TreeProvider, group: Group, tree: int | None) -> Refusal | None:
    """Why the provider cannot serve a suffixed group, all by itself. `tree` is the root that `in_tree` means.

    A group without resources is placed by what it requires of a provider. As in Placement 16.0.0, what it forbids and
    the tree it names do not place it: without a required trait or aggregate nobody serves it, and `in_tree` only has to
    exist.
    """
    for resource_class, amount in group.resources.items():
        if refused := lacks(provider, resource_class, amount, group.suffix):
            return refused
    if group.resources:
        if group.in_tree is not None and provider.root != tree:
            return Refusal(Reason.OTHER_TREE, group.suffix, group.in_tree)
    elif not (group.required or group.member_of):
        return Refusal(Reason.ASKED_NOTHING, group.suffix)
    if refused := lacks_trait(provider.traits, group):
        return refused
    if refused := forbids(provider, group):
        return refused
    if group.member_of and not is_member(provider, group):
        return is_no_member(provider, group)
    if group.forbidden_aggregates and not is_outside(provider, group):
        return is_inside(provider, group)
    return None


def unfit_root(root: TreeProvider, request: CandidatesRequest) -> Refusal | None:
    """Why no candidate may hang on this root."""
    if missing := request.root_required.difference(root.traits):
        return Refusal(Reason.ROOT_MISSING_TRAIT, what=min(missing))
    if had := request.root_forbidden.intersection(root.traits):
        return Refusal(Reason.ROOT_FORBIDDEN_TRAIT, what=min(had))
    return None


def alternatives(names: Iterable[str]) -> str:
    """As `Refusal.what` has them."""
    return "|".join(sorted(names))
