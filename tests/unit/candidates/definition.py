# SPDX-License-Identifier: Apache-2.0
"""The definition of an allocation candidate, without regard to speed: it tries everything and keeps what the rules allow."""

from collections.abc import Mapping
from itertools import product

from placedock.model.candidates import CandidatesRequest, Group
from placedock.model.forest import SHARES, Forest, TreeProvider

Allocations = frozenset[tuple[str, str, int]]
"""The providers, by uuid, the classes, and the amounts."""

Mappings = frozenset[tuple[str, frozenset[str]]]
"""The suffixes of the groups, and the providers that serve each."""

Candidate = tuple[Allocations, Mappings]

Serving = dict[str, set[TreeProvider]]


def candidates(forest: Forest, request: CandidatesRequest) -> set[Candidate]:
    """All candidates of a whole forest, each as (allocations, mappings) of frozen sets."""
    roots = [tree[0] for tree in forest.trees.values()]
    return set[Candidate]().union(
        *(under(forest, request, root) for root in roots if may_be_root(root, request))
    )


def may_be_root(root: TreeProvider, request: CandidatesRequest) -> bool:
    traits = set(root.traits)
    return request.root_required <= traits and not request.root_forbidden & traits


def under(forest: Forest, request: CandidatesRequest, root: TreeProvider) -> set[Candidate]:
    """The candidates that hang on the root, whatever the request asks of roots."""
    providers = [provider for tree in forest.trees.values() for provider in tree]
    by_uuid = {provider.uuid: provider for provider in providers}
    by_id = {provider.id: provider for provider in providers}
    # Every class of every group is a slot that takes one provider; so is a group without resources.
    slots = [
        (group, resource_class)
        for group in request.groups
        for resource_class in (group.resources or [None])
    ]
    found: set[Candidate] = set()
    choices = [
        [
            provider
            for provider in providers
            if reaches(provider, root, providers)
            and may(provider, group, root, by_uuid)
            and (
                resource_class is None
                or admits(provider, resource_class, [group.resources[resource_class]])
            )
        ]
        for group, resource_class in slots
    ]
    for chosen in product(*choices):
        serving: Serving = {each.suffix: set() for each in request.groups}
        taken: dict[tuple[TreeProvider, str], list[int]] = {}
        for (group, resource_class), provider in zip(slots, chosen, strict=True):
            serving[group.suffix].add(provider)
            if resource_class is not None:
                amounts = taken.setdefault((provider, resource_class), [])
                amounts.append(group.resources[resource_class])
        if (
            all(admits(provider, name, amounts) for (provider, name), amounts in taken.items())
            and all(group_holds(group, serving[group.suffix]) for group in request.groups)
            and policy_holds(request, serving)
            and subtrees_hold(request, serving, by_id)
            and (request.nested or one_of_each_tree({provider for provider, _ in taken}))
        ):
            found.add(
                (
                    frozenset((p.uuid, name, sum(amounts)) for (p, name), amounts in taken.items()),
                    frozenset(
                        (suffix, frozenset(p.uuid for p in served))
                        for suffix, served in serving.items()
                    ),
                )
            )
    return found


class Hashed(TreeProvider):
    """A provider that can be a member of a set."""

    def __hash__(self) -> int:
        return self.id


def reaches(provider: TreeProvider, root: TreeProvider, providers: list[TreeProvider]) -> bool:
    """A provider serves its own tree; a sharing one every tree that has an aggregate with it in common."""
    if provider.root == root.id:
        return True
    return SHARES in provider.traits and any(
        set(provider.aggregates) & set(other.aggregates)
        for other in providers
        if other.root == root.id
    )


def may(
    provider: TreeProvider, group: Group, root: TreeProvider, by_uuid: Mapping[str, TreeProvider]
) -> bool:
    """Whether the provider meets what the group asks of each provider that serves it under this root."""
    if group.forbidden & set(provider.traits):
        return False
    if group.in_tree is not None:
        named = by_uuid.get(group.in_tree)
        # Of a group without resources the tree must only exist, which is looked at before there is a search.
        if group.resources and (named is None or provider.root != named.root):
            return False
        if not group.suffix and provider.root != root.id:
            return False
    elsewhere = provider.root != root.id
    if group.suffix:
        if group.forbidden_aggregates & set(provider.aggregates):
            return False
        return all(choice & set(provider.aggregates) for choice in group.member_of)
    if group.forbidden_aggregates & (set(provider.aggregates) | set(root.aggregates)):
        return False
    return all(choice & set(provider.aggregates) for choice in group.member_of) or (
        not elsewhere and all(choice & set(root.aggregates) for choice in group.member_of)
    )


def admits(provider: TreeProvider, resource_class: str, amounts: list[int]) -> bool:
    stock = provider.inventories.get(resource_class)
    used = provider.used.get(resource_class, 0)
    return (
        stock is not None
        and used + sum(amounts) <= (stock.total - stock.reserved) * stock.allocation_ratio
        and sum(amounts) <= stock.max_unit
        and all(amount >= stock.min_unit for amount in amounts)
        and all(amount % stock.step_size == 0 for amount in amounts)
    )


def group_holds(group: Group, serving: set[TreeProvider]) -> bool:
    """Whether the providers that serve the group meet what it asks of them together."""
    if group.suffix and len(serving) != 1:
        return False
    if not group.resources and not group.required and not group.member_of:
        return False
    traits = {trait for provider in serving for trait in provider.traits}
    return all(choice & traits for choice in group.required)


def policy_holds(request: CandidatesRequest, serving: Serving) -> bool:
    alone = [next(iter(providers)) for suffix, providers in serving.items() if suffix]
    return not request.isolate or len(set(alone)) == len(alone)


def subtrees_hold(
    request: CandidatesRequest, serving: Serving, by_id: Mapping[int, TreeProvider]
) -> bool:
    def above(provider: TreeProvider) -> set[TreeProvider]:
        return {provider} | (above(by_id[provider.parent]) if provider.parent else set())

    for suffixes in request.same_subtree:
        members = set[TreeProvider]().union(*(serving[suffix] for suffix in suffixes))
        if not any(all(top in above(member) for member in members) for top in members):
            return False
    return True


def one_of_each_tree(providers: set[TreeProvider]) -> bool:
    return len({provider.root for provider in providers}) == len(providers)
