# SPDX-License-Identifier: Apache-2.0
"""What an audit finds: the kinds of findings, a finding with the command that would mend it, and the largest holders."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple


class Finding(NamedTuple):
    """One thing that is odd. `mend_with` is `openstack` or `sql`, and says where the command `mend` is to be run."""

    kind: str
    subject: str
    says: str
    mend: str
    mend_with: str = "openstack"


class LargeHolder(NamedTuple):
    """A consumer that holds much of a class."""

    resource_class: str
    consumer: str
    project: str | None
    used: int


@dataclass(frozen=True)
class Audit:
    """The findings by kind, in the order of `KINDS`, and the largest holders of each class, which are no fault."""

    findings: Sequence[Finding]
    largest_holders: Sequence[LargeHolder]
    live: bool


KINDS = {
    "consumer-not-live": "Allocations of consumers that are not in the list of live ones",
    "consumer-without-allocations": "Consumers that hold nothing",
    "over-capacity": "Providers of which more is held than they have",
    "reserved-exceeds-total": "Inventories that reserve more than they have",
    "provider-without-root": "Providers without a root, or with a root that is gone",
    "name-differs-by-case": "Root providers whose names differ by case only",
    "unused-trait": "Custom traits that no provider has",
    "unused-resource-class": "Custom resource classes that nobody uses",
    "unused-aggregate": "Aggregates that no provider is in",
    "unused-project": "Projects that no consumer belongs to",
    "unused-user": "Users that no consumer belongs to",
    "sharing-without-borrowers": "Sharing providers that no tree can borrow from",
    "consumer-on-several-roots": "Consumers that hold parts of several trees, as after a move that never ended",
}
"""Every kind of finding, with a heading."""
