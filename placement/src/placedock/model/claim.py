# SPDX-License-Identifier: Apache-2.0
"""Claims: what a consumer asks to hold, and what it holds."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

UNKNOWN_TYPE = "unknown"
"""The type of a consumer that was given none."""

ALL_TYPES = "all"
"""The usages of consumers of every type, taken together."""


@dataclass(frozen=True)
class Claim:
    """All that a consumer shall hold from now on: nothing when `allocations` is empty.

    `generation` is the one the client last saw, None for a consumer that must not exist yet; it is looked at only when
    `guarded`. A `consumer_type` of None leaves the type as it is. A client that is too old to name a project and a user
    leaves both None.
    """

    consumer: str
    allocations: Mapping[str, Mapping[str, int]]
    project: str | None = None
    user: str | None = None
    guarded: bool = False
    generation: int | None = None
    consumer_type: str | None = None


class Allocation(NamedTuple):
    """An amount of one class that a consumer holds of a provider."""

    provider: str
    provider_generation: int
    consumer: str
    consumer_generation: int
    resource_class: str
    used: int
    modified: datetime | None


class Holder(NamedTuple):
    """A consumer that holds something, with whom it belongs to."""

    uuid: str
    generation: int
    project: str
    user: str
    consumer_type: str
