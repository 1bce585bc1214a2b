# SPDX-License-Identifier: Apache-2.0
"""Inventory: what a provider has of one resource class, and the rules for taking from it."""

from datetime import datetime
from typing import NamedTuple

MAX_INT = 2**31 - 1
"""The largest amount: what an INTEGER column holds."""

MAX_RATIO = 3.40282e38
"""The largest allocation ratio: what a single-precision FLOAT column holds."""


class Inventory(NamedTuple):
    """Amounts are in the resource class's own unit. `modified` is naive UTC, None when it was not read."""

    resource_class: str
    total: int
    reserved: int = 0
    min_unit: int = 1
    max_unit: int = MAX_INT
    step_size: int = 1
    allocation_ratio: float = 1.0
    modified: datetime | None = None

    @property
    def capacity(self) -> int:
        """The amount that can be allocated in all, truncated: amounts are whole."""
        return int((self.total - self.reserved) * self.allocation_ratio)
