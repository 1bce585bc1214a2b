# SPDX-License-Identifier: Apache-2.0
"""The rows of a run. A row has the figures of both services for one kind of work, and its target."""

from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any, Self

from .measure import Figure


class Unit(StrEnum):
    """The unit of a row's figures."""

    MILLISECONDS = "ms"
    MEGABYTES = "MB"
    PER_SECOND = "/s"
    TIMES = "x"


@dataclass(frozen=True)
class Target:
    """The conditions that a row must meet. A row meets its target when every condition that is set holds."""

    times: float | None = None
    """The least ratio to upstream that the row must reach."""
    of_floor: float | None = None
    """The largest multiple of the cost of one query on the same server that the row may reach."""
    of_smallest: float | None = None
    """The largest multiple of the cost in the smallest cloud that the row may reach."""
    at_most: float | None = None
    """The largest value allowed, in the unit of the row."""
    without_errors: bool = False

    def __str__(self) -> str:
        wanted = []
        if self.times:
            wanted.append(f"≥ {self.times:.3g} x")
        if self.of_floor:
            wanted.append(f"≤ {self.of_floor:g} floor")
        if self.of_smallest:
            wanted.append(f"≤ {self.of_smallest:g} x the smallest")
        if self.at_most:
            wanted.append(f"≤ {self.at_most:g}")
        if self.without_errors:
            wanted.append("no error")
        return ", ".join(wanted)


NONE = Target()


@dataclass(frozen=True)
class Row:
    """One kind of work. A figure that was not measured is None."""

    section: str
    name: str
    unit: Unit
    ours: Figure
    theirs: Figure | None
    floor: float | None = None
    target: Target = NONE
    size: int | None = None
    """The number of trees in the cloud, in sections where it changes."""
    clients: int | None = None
    smallest: float | None = None
    """placedock's figure in the smallest cloud."""
    errors: int = 0
    """The errors of the clients of placedock."""
    note: str = ""

    @property
    def title(self) -> str:
        size = f" ({self.size:,})" if self.size else ""
        return f"{self.section}: {self.name}{size}"

    @property
    def ratio(self) -> float | None:
        """The ratio of upstream to placedock: of times, or of memory."""
        if self.theirs is None:
            return None
        if self.unit is Unit.PER_SECOND:
            return self.ours.median / self.theirs.median if self.theirs.median else None
        return self.theirs.median / self.ours.median

    @property
    def of_floor(self) -> float | None:
        return self.ours.median / self.floor if self.floor else None

    @property
    def met(self) -> bool | None:
        """Whether the row meets its target. None when it has no target, or when a figure for the target is missing."""
        target, verdicts = self.target, []
        if target.times is not None and self.ratio is not None:
            verdicts.append(self.ratio >= target.times)
        if target.of_floor is not None and self.of_floor is not None:
            verdicts.append(self.of_floor <= target.of_floor)
        if target.of_smallest is not None and self.smallest is not None:
            verdicts.append(self.ours.median <= target.of_smallest * self.smallest)
        if target.at_most is not None:
            verdicts.append(self.ours.median <= target.at_most)
        if target.without_errors:
            verdicts.append(self.errors == 0)
        return all(verdicts) if verdicts else None

    def to_json(self) -> dict[str, Any]:
        """The row as JSON, with the derived values for readers of the file that do not import this module."""
        figures = {
            side: figure and figure._asdict()
            for side, figure in (("ours", self.ours), ("theirs", self.theirs))
        }
        return asdict(self) | figures | {"ratio": self.ratio, "met": self.met}

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> Self:
        given = {name: value for name, value in values.items() if name not in ("ratio", "met")}
        theirs = given["theirs"]
        return cls(
            **given
            | {
                "unit": Unit(given["unit"]),
                "ours": Figure(**given["ours"]),
                "theirs": theirs and Figure(**theirs),
                "target": Target(**given["target"]),
            }
        )
