# SPDX-License-Identifier: Apache-2.0
"""The cloud as a person looks at it: totals, a cell for each tree, whole trees and consumers, a page at a time."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple


class ClassTotals(NamedTuple):
    """One class in the whole cloud. `capacity` is the sum of the providers' capacities, each cut to a whole number."""

    resource_class: str
    providers: int
    total: int
    reserved: int
    capacity: int
    used: int


class CloudCounts(NamedTuple):
    """The numbers of trees, providers, consumers and allocations. A consumer counts also when it holds nothing any more."""

    trees: int
    providers: int
    consumers: int
    allocations: int


class Overview(NamedTuple):
    """`consumer_types` and `projects` are names with numbers of consumers; of the projects only the largest."""

    counts: CloudCounts
    classes: Sequence[ClassTotals]
    consumer_types: Sequence[tuple[str, int]]
    projects: Sequence[tuple[str, int]]


class Cell(NamedTuple):
    """A tree on the map: what it has of one class in all, and the aggregates of its root."""

    root_id: int
    uuid: str
    name: str
    capacity: int
    used: int
    aggregates: Sequence[str]


@dataclass(frozen=True)
class TreeFilters:
    """The trees that are wanted: those in which, for each filter that is given, some provider meets it.

    `name` is a part of the provider's name. `state` is `full` (a class of which nothing is left) or `over` (more is used
    than the capacity).
    """

    name: str | None = None
    uuid: str | None = None
    resource_class: str | None = None
    trait: str | None = None
    aggregate: str | None = None
    state: str | None = None


class UsedInventory(NamedTuple):
    """An inventory with what is used of it."""

    total: int
    reserved: int
    allocation_ratio: float
    min_unit: int
    max_unit: int
    step_size: int
    capacity: int
    used: int


class Member(NamedTuple):
    """A provider in its tree, with all that hangs on it."""

    uuid: str
    name: str
    generation: int
    parent_uuid: str | None
    inventories: Mapping[str, UsedInventory]
    traits: Sequence[str]
    aggregates: Sequence[str]


class Borrowed(NamedTuple):
    """A sharing provider of another tree, and through which aggregates a tree may take from it."""

    uuid: str
    name: str
    root_uuid: str
    aggregates: Sequence[str]
    resource_classes: Sequence[str]


class Shared(NamedTuple):
    """A sharing provider of the tree, its aggregates, and how many other trees may take from it."""

    uuid: str
    aggregates: Sequence[str]
    trees: int


class Tree(NamedTuple):
    """All providers below one root, the root first.

    `borrows_from` are the sharing providers of other trees that share with it. `lends_to` are its own sharing providers.
    """

    members: Sequence[Member]
    borrows_from: Sequence[Borrowed]
    lends_to: Sequence[Shared]


class TreePage(NamedTuple):
    """Trees in the order of their roots' names. `after` is the marker of the next page, None on the last one."""

    trees: Sequence[Tree]
    after: str | None


@dataclass(frozen=True)
class ConsumerFilters:
    """The consumers that are wanted; all of it must hold. `tree` is the uuid of any provider of the tree."""

    project: str | None = None
    user: str | None = None
    consumer_type: str | None = None
    uuid: str | None = None
    tree: str | None = None


class Holding(NamedTuple):
    """The resources of one provider that a consumer holds."""

    provider_uuid: str
    provider_name: str
    root_uuid: str
    resources: Mapping[str, int]


class Consumer(NamedTuple):
    uuid: str
    project: str
    user: str
    consumer_type: str
    generation: int
    holdings: Sequence[Holding]


class ConsumerPage(NamedTuple):
    """Consumers in the order in which they were made. `after` as in `TreePage`."""

    consumers: Sequence[Consumer]
    after: str | None
