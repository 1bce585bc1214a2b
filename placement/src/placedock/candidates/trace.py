# SPDX-License-Identifier: Apache-2.0
"""What the search tells a watcher: which provider, anchor or combination it dropped, and why.

The search takes a `Trace` and never logs. `SILENT` is the one that requests use; with a recording one the same functions
explain an empty result. A watcher does not hear of the providers that the store leaves out of the snapshot by SQL.
"""

from collections.abc import Sequence
from enum import Enum

from placedock.model.forest import TreeProvider


class Reason(Enum):
    """Why something cannot be part of a candidate."""

    NO_INVENTORY = "has no inventory of a class that is asked for"
    NO_ROOM = "has less left than is asked for"
    WRONG_UNIT = "does not hand out the amount: min_unit, max_unit or step_size"
    FORBIDDEN_TRAIT = "has a forbidden trait"
    MISSING_TRAIT = "lacks a required trait"
    WRONG_AGGREGATE = "is in none of the aggregates asked for"
    FORBIDDEN_AGGREGATE = "is in a forbidden aggregate"
    OTHER_TREE = "is not in the tree asked for"
    ASKED_NOTHING = "is asked for neither resources, nor a trait, nor an aggregate"
    WRONG_ROOT = "its root's traits are not those asked for"
    TOGETHER_TOO_MUCH = "cannot serve these groups together"
    NOT_ISOLATED = "would serve two groups that must be isolated"
    NOT_ONE_SUBTREE = "are not in one subtree"
    NOT_FLAT = "are in one tree, of which the client knows nothing"


class Trace:
    """Told of everything the search drops. This one does not care."""

    def rejected(self, provider: TreeProvider, reason: Reason, suffix: str | None = None) -> None:
        """A provider cannot serve the group `suffix`; None: it cannot be an anchor."""

    def dropped(self, providers: Sequence[TreeProvider], reason: Reason) -> None:
        """Providers that serve their groups one by one cannot do so together."""


SILENT = Trace()
