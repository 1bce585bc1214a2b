# SPDX-License-Identifier: Apache-2.0
"""Measures the same reads of the API with the console and without it: what is served beside the API must not slow it."""

from collections.abc import Iterator

from .. import answers
from ..client import request
from ..measure import Figure, in_turn
from ..real import real
from ..rows import Row, Target, Unit
from ..run import Run, refusals
from ..servers import another
from .real import BOOT, LIMIT

SETTING = "OS_PLACEDOCK__CONSOLE"
NO_SLOWER = Target(at_most=1.1)
"""The medians of two equal servers differ by a few hundredths."""


def measure(run: Run) -> Iterator[Row]:
    """Yield the time with the console, the time without it, and how many times as long as without it a read takes with it."""
    cloud = real(20 if run.quick else 1_000)
    run.load(cloud)
    paths = {
        "provider": f"/resource_providers/{cloud.provider(0)}",
        "boot": f"{BOOT}&{LIMIT}",
    }
    placedock = run.bench.placedock
    with (
        another(placedock, "console", {SETTING: "True"}) as beside,
        another(placedock, "no-console", {SETTING: "False"}) as alone,
    ):
        for name, path in paths.items():
            ask = request("GET", path)
            sides = in_turn([(beside, ask), (alone, ask)], run.effort)
            seen = [side.answers for side in sides]
            found = refusals(seen[0] | seen[1]) or answers.differences(*seen)
            run.complaints.extend(f"console, {name}: {each}" for each in found)
            with_it, without_it = (Figure.of(side.seconds, 1000) for side in sides)
            yield Row("console", f"{name}, with it", Unit.MILLISECONDS, with_it, None)
            yield Row("console", f"{name}, without it", Unit.MILLISECONDS, without_it, None)
            longer = Figure(with_it.median / without_it.median)
            title = f"{name}, with it over without it"
            yield Row("console", title, Unit.TIMES, longer, None, target=NO_SLOWER)
