# SPDX-License-Identifier: Apache-2.0
"""Reporters hear what the search refuses, and why, so that an answer can be explained.

The search takes one path, whoever listens: it makes the same decisions in the same order, and a reporter's `detail` says only
how much of them is told. `SILENT` listens to nothing, which costs the search one comparison for each tree. What a reporter
hears is made of data (`model.refusal`); explanations are folds over it.
"""

from collections.abc import Collection
from enum import IntEnum
from typing import TYPE_CHECKING, Protocol

from placedock.model.forest import Tree, TreeProvider
from placedock.model.refusal import Refusal

if TYPE_CHECKING:
    from placedock.candidates.combination import Combination


class Detail(IntEnum):
    """The detail that a reporter wants to hear: nothing, the result of each tree, or also the result of each provider."""

    NOTHING = 0
    COUNTS = 1
    EXAMPLES = 2


class Reporter(Protocol):
    """Hears what a search does. `refused` is called with `Detail.EXAMPLES` only, the others with `COUNTS` too."""

    detail: Detail

    def looked_at(self, trees: Collection[Tree]) -> None:
        """These trees come next. Each tree is looked at once."""

    def refused(self, provider: TreeProvider, refusal: Refusal, anchor: TreeProvider) -> None:
        """Under the root `anchor` the provider cannot serve the group of the refusal, or its part that asks for one class.

        Told once for each tree that the provider could serve under, so more than once of a sharing provider.
        """

    def dropped(self, anchor: TreeProvider, refusal: Refusal) -> None:
        """No candidate hangs on this root. A root is told once for each reason that was met there, in no order."""

    def found(self, candidate: "Combination") -> None:
        """A candidate that the search hands out."""


class Silent:
    """The reporter of requests that nobody explains."""

    detail = Detail.NOTHING

    def looked_at(self, trees: Collection[Tree]) -> None: ...

    def refused(self, provider: TreeProvider, refusal: Refusal, anchor: TreeProvider) -> None: ...

    def dropped(self, anchor: TreeProvider, refusal: Refusal) -> None: ...

    def found(self, candidate: "Combination") -> None: ...


SILENT = Silent()
