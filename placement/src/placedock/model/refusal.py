# SPDX-License-Identifier: Apache-2.0
"""Why something cannot be had: a value with figures, which whoever hears it puts into words.

The capacity rule (`model.capacity`) makes refusals for claims and for the search; the search makes those of its other rules.
"""

from enum import StrEnum
from typing import NamedTuple


class Reason(StrEnum):
    """The closed list of reasons. The value is a sentence without its subject; `name` is for machines."""

    # Of one provider, or of one inventory of it.
    NO_INVENTORY = "has no inventory of the class"
    BELOW_MIN_UNIT = "gives no less than min_unit"
    ABOVE_MAX_UNIT = "gives no more than max_unit"
    OFF_STEP_SIZE = "gives multiples of step_size only"
    NOT_ENOUGH_LEFT = "has less left than is asked for"
    MISSING_TRAIT = "has none of the required traits"
    FORBIDDEN_TRAIT = "has a forbidden trait"
    WRONG_AGGREGATE = "is in none of the aggregates asked for"
    FORBIDDEN_AGGREGATE = "is in a forbidden aggregate"
    OTHER_TREE = "is not in the tree asked for"
    ASKED_NOTHING = "is asked for neither resources, nor a trait, nor an aggregate"
    # Of a tree, under whose root a candidate would hang.
    ROOT_MISSING_TRAIT = "has a root without a trait that the root must have"
    ROOT_FORBIDDEN_TRAIT = "has a root with a trait that the root must not have"
    NOBODY = "has no provider for the group"
    TOGETHER_TOO_MUCH = "has less left than all groups together ask for"
    TOGETHER_MISSING_TRAIT = "has no providers for the group that together have the required traits"
    NOT_ISOLATED = "has too few providers for groups that must be isolated"
    NOT_ONE_SUBTREE = "has no subtree that serves all groups that must be in one"
    NOT_FLAT = "would serve by several providers, and the client knows of no trees"


class Refusal(NamedTuple):
    """`group` is the suffix of the group that is refused, and `what` the class, traits, aggregates or tree it asks for.

    Alternatives in `what` are joined by `|`, suffixes of several groups by a comma. The figures are those of the inventory
    that was looked at, in the class's own unit, and None where no inventory was: `asked` of `free`, which is `capacity` (or
    a little less, see `model.capacity`) less `used`; `capacity` is `total` less `reserved`, times `allocation_ratio`.
    """

    reason: Reason
    group: str = ""
    what: str = ""
    asked: int | None = None
    free: int | None = None
    capacity: int | None = None
    used: int | None = None
    total: int | None = None
    reserved: int | None = None
    allocation_ratio: float | None = None
    min_unit: int | None = None
    max_unit: int | None = None
    step_size: int | None = None
