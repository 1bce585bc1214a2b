# SPDX-License-Identifier: Apache-2.0
"""Usages: allocations added up."""

from typing import NamedTuple


class Usage(NamedTuple):
    """What the consumers of one type hold of one class, and how many consumers of that type there are."""

    consumer_type: str
    resource_class: str
    used: int
    consumer_count: int
