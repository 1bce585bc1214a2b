# SPDX-License-Identifier: Apache-2.0
"""Usages: allocations added up."""

from typing import NamedTuple


class Usage(NamedTuple):
    """The amount of one class that the consumers of one type hold, and the number of consumers of that type."""

    consumer_type: str
    resource_class: str
    used: int
    consumer_count: int
