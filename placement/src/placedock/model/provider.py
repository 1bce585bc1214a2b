# SPDX-License-Identifier: Apache-2.0
"""Resource providers."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple


class Provider(NamedTuple):
    """A provider as it is stored. `modified` is naive UTC; a root's `root_uuid` is its own uuid."""

    id: int
    uuid: str
    name: str
    generation: int
    parent_uuid: str | None
    root_uuid: str
    modified: datetime | None


class ListedProvider(NamedTuple):
    """What a list shows of a provider."""

    uuid: str
    name: str
    generation: int
    parent_uuid: str | None
    root_uuid: str


class ProviderList(NamedTuple):
    """Providers, and when one of them changed last: naive UTC, None when nobody knows."""

    providers: list[ListedProvider]
    modified: datetime | None


@dataclass(frozen=True)
class Traits:
    """Wanted: of each set in `required` at least one; unwanted: any of `forbidden`."""

    required: Sequence[frozenset[str]] = ()
    forbidden: frozenset[str] = frozenset()

    def names(self) -> set[str]:
        return set(self.forbidden).union(*self.required)


@dataclass(frozen=True)
class Aggregates:
    """Wanted: membership in one of each set in `required`; unwanted: in any of `forbidden`."""

    required: Sequence[frozenset[str]] = ()
    forbidden: frozenset[str] = frozenset()


@dataclass(frozen=True)
class ProviderFilters:
    """The filters of `GET /resource_providers`. A provider must meet all of them."""

    name: str | None = None
    uuid: str | None = None
    in_tree: str | None = None
    resources: dict[str, int] = field(default_factory=dict)
    traits: Traits = Traits()
    aggregates: Aggregates = Aggregates()
