# SPDX-License-Identifier: Apache-2.0
"""Resource classes."""

from datetime import datetime
from typing import NamedTuple

FIRST_CUSTOM_ID = 10000


class ResourceClass(NamedTuple):
    """A class as it is stored; `modified` is naive UTC, or None for those that came with the tables."""

    id: int
    name: str
    modified: datetime | None

    @property
    def standard(self) -> bool:
        return self.id < FIRST_CUSTOM_ID
