# SPDX-License-Identifier: Apache-2.0
"""Traits."""

from datetime import datetime
from typing import NamedTuple


class Trait(NamedTuple):
    """A trait as it is stored; `modified` is naive UTC."""

    id: int
    name: str
    modified: datetime | None
