# SPDX-License-Identifier: Apache-2.0
"""What a run comes to: rows, each with what both services needed for one kind of work, and what was aimed at."""

from dataclasses import dataclass
from enum import StrEnum

from .measure import Figure


class Unit(StrEnum):
    """In which a row is given."""

    MILLISECONDS = "ms"
    SECONDS = "s"
    MEGABYTES = "MB"
    PER_SECOND = "/s"


@dataclass(frozen=True)
class Target:
    """At least `times` as good as upstream, at most `of_floor` times what one query costs on the same server."""

    times: float | None = None
    of_floor: float | None = None
    without_errors: bool = False

    def __str__(self) -> str:
        wanted = []
        if self.times:
            wanted.append(f"≥ {self.times:g}x")
        if self.of_floor:
            wanted.append(f"≤ {self.of_floor:g}x floor")
        if self.without_errors:
            wanted.append("no error")
        return ", ".join(wanted)


NONE = Target()


@dataclass(frozen=True)
class Row:
    """One kind of work. What was not measured is None."""

    section: str
    name: str
    unit: Unit
    ours: Figure
    theirs: Figure | None
    floor: float | None = None
    target: Target = NONE
    note: str = ""
    errors: int = 0
    """Of our clients, which a target can forbid."""
    size: int | None = None
    """Of the cloud, or the number of clients: what a curve is drawn over."""

    @property
    def ratio(self) -> float | None:
        """How many times as fast, or how much less memory."""
        if self.theirs is None:
            return None
        better, worse = self.theirs.median, self.ours.median
        return worse / better if self.unit is Unit.PER_SECOND else better / worse

    @property
    def of_floor(self) -> float | None:
        return self.ours.median / self.floor if self.floor else None

    @property
    def met(self) -> bool | None:
        """None when nothing is aimed at, or it could not be judged."""
        target = self.target
        verdicts = []
        if target.times is not None and self.ratio is not None:
            verdicts.append(self.ratio >= target.times)
        if target.of_floor is not None and self.of_floor is not None:
            verdicts.append(self.of_floor <= target.of_floor)
        if target.without_errors:
            verdicts.append(self.errors == 0)
        return all(verdicts) if verdicts else None
