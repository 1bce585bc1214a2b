# SPDX-License-Identifier: Apache-2.0
"""The rules for one provider and one group: each answers with the reason why not, or None.

What a rule says of an aggregate on the root, and of sharing providers, is the caller's business (`placements`).
"""

from collections.abc import Iterable

from placedock.candidates.trace import Reason
from placedock.model.candidates import CandidatesRequest, Group
from placedock.model.forest import TreeProvider


def lacks(provider: TreeProvider, resource_class: str, amount: int) -> Reason | None:
    """Whether one claim cannot take `amount` from the provider."""
    stock = provider.inventories.get(resource_class)
    if stock is None:
        return Reason.NO_INVENTORY
    if amount > stock.free:
        return Reason.NO_ROOM
    if amount < stock.min_unit or amount > stock.max_unit or amount % stock.step_size:
        return Reason.WRONG_UNIT
    return None


def able(providers: Iterable[TreeProvider], resource_class: str, amount: int) -> list[TreeProvider]:
    """Those of the providers of which one claim can take `amount`.

    The same as `lacks` asks of each; to ask all of them here spares half of the time, of which a search needs most for this.
    """
    return [
        provider
        for provider in providers
        if (stock := provider.inventories.get(resource_class)) is not None
        and stock.free >= amount
        and stock.min_unit <= amount <= stock.max_unit
        and not amount % stock.step_size
    ]


def forbids(provider: TreeProvider, group: Group) -> Reason | None:
    """Whether the provider has a trait that the group must not meet."""
    if group.forbidden and not group.forbidden.isdisjoint(provider.traits):
        return Reason.FORBIDDEN_TRAIT
    return None


def has_all(traits: Iterable[str], required: Iterable[frozenset[str]]) -> bool:
    """Whether `traits` have at least one of each required set."""
    return not any(choice.isdisjoint(traits) for choice in required)


def is_member(provider: TreeProvider, group: Group) -> bool:
    """Whether the provider is in at least one aggregate of each set that the group asks for."""
    return not any(choice.isdisjoint(provider.aggregates) for choice in group.member_of)


def is_outside(provider: TreeProvider, group: Group) -> bool:
    """Whether the provider is in none of the aggregates that the group must not meet."""
    return group.forbidden_aggregates.isdisjoint(provider.aggregates)


def unfit_alone(provider: TreeProvider, group: Group, tree: int | None) -> Reason | None:
    """Whether the provider cannot serve a suffixed group, all by itself. `tree` is the root that `in_tree` means.

    A group without resources is placed by what it requires of a provider. As in Placement 16.0.0, what it forbids and
    the tree it names do not place it: without a required trait or aggregate nobody serves it, and `in_tree` only has to
    exist.
    """
    for resource_class, amount in group.resources.items():
        if reason := lacks(provider, resource_class, amount):
            return reason
    if group.resources:
        if group.in_tree is not None and provider.root != tree:
            return Reason.OTHER_TREE
    elif not (group.required or group.member_of):
        return Reason.ASKED_NOTHING
    if group.required and not has_all(provider.traits, group.required):
        return Reason.MISSING_TRAIT
    if reason := forbids(provider, group):
        return reason
    if group.member_of and not is_member(provider, group):
        return Reason.WRONG_AGGREGATE
    if group.forbidden_aggregates and not is_outside(provider, group):
        return Reason.FORBIDDEN_AGGREGATE
    return None


def unfit_root(root: TreeProvider, request: CandidatesRequest) -> Reason | None:
    """Whether no candidate may hang on this root."""
    if not request.root_required.issubset(root.traits):
        return Reason.WRONG_ROOT
    if not request.root_forbidden.isdisjoint(root.traits):
        return Reason.WRONG_ROOT
    return None
