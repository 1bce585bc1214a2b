# SPDX-License-Identifier: Apache-2.0
"""A rule of a policy, as an application declares it."""

from collections.abc import Sequence
from typing import NamedTuple


class Rule(NamedTuple):
    """A rule's name, its default in oslo.policy's language, and the operations (method, URL template) that it guards."""

    name: str
    check: str
    operations: Sequence[tuple[str, str]]
