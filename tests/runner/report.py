# SPDX-License-Identifier: Apache-2.0
"""Prints each job's whole output when the job ends, and at last a table of all jobs, what failed, and the verdict."""

import time
from collections.abc import Sequence

from .jobs import Job, Outcome

TAIL = 60
"""Lines that the end of the report repeats of each job that failed."""

RULE = "=" * 100


def started(job: Job) -> str:
    return f"{_clock()} {job.name}: started"


def ended(outcome: Outcome) -> str:
    """The whole output of a job under a heading."""
    state = "passed" if outcome.ok else f"FAILED: {outcome.wrong}"
    heading = f"{_clock()} {outcome.job.name}: {state}"
    if not (text := _text(outcome)):
        return heading
    return f"\n{RULE}\n{heading}, after {outcome.seconds:.0f} s\n{RULE}\n{text}\n"


def table(outcomes: Sequence[Outcome], began: float) -> str:
    """A line for each job in the order of their starts: how long it ran, what its own processes used of the CPU."""
    lines = ["job                   started   seconds  CPU seconds  result"]
    for one in sorted(outcomes, key=lambda one: one.began or float("inf")):
        start = f"{one.began - began:7.0f} s" if one.began else ""
        result = "passed" if one.ok else "FAILED" if one.began else "NOT RUN"
        lines.append(f"{one.job.name:<20} {start:>9} {one.seconds:9.0f} {one.cpu:12.0f}  {result}")
    return "\n".join(lines)


def verdict(outcomes: Sequence[Outcome], due: int, began: float) -> str:
    """The jobs that failed with the end of their output, and a last line that says whether all jobs that were due passed."""
    failed = [one for one in outcomes if not one.ok]
    parts = []
    for one in failed:
        last = "\n".join(_text(one).splitlines()[-TAIL:])
        parts.append(f"\n{RULE}\nFAILED {one.job.name}: {one.wrong}\n{RULE}\n{last}")
    took = time.monotonic() - began
    spent = f"in {took // 60:.0f} min {took % 60:.0f} s"
    if failed:
        names = " ".join(one.job.name for one in failed)
        parts.append(f"\nFAILED: {len(failed)} of {len(outcomes)} jobs failed {spent}: {names}")
    elif len(outcomes) < due:
        parts.append(f"\nFAILED: only {len(outcomes)} of {due} jobs came to their end {spent}")
    else:
        parts.append(f"\nPASSED: all {len(outcomes)} jobs passed {spent}")
    return "\n".join(parts)


def _text(outcome: Outcome) -> str:
    return outcome.log.read_text(errors="replace").rstrip("\n") if outcome.began else ""


def _clock() -> str:
    return time.strftime("%H:%M:%S")
