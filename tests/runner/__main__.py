# SPDX-License-Identifier: Apache-2.0
"""The options of `scripts/test`, and a run from its start to its verdict."""

import argparse
import os
import signal
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import images
import sharing

from . import report, rings, schedule
from .jobs import Job, Outcome, Processes, inherited, run

ROOT = Path(__file__).parents[2]
STOPS = (signal.SIGTERM, signal.SIGINT)
RESULTS = Path(os.environ.get("PLACEDOCK_TEST_RESULTS", ROOT / "test-results"))


def main(arguments: Sequence[str]) -> int:
    options = _options(arguments)
    if options.list:
        print(*(ring.name for ring in rings.RINGS), sep="\n")
        return 0
    wanted = [*options.rings]
    if options.fast:
        wanted += rings.FAST
    wanted = wanted or [*rings.EVERYTHING]
    if options.check:
        wanted.append(rings.CHECK.name)
    outcomes = _run(schedule.with_what_they_need(wanted, rings.KNOWN), options.cores)
    return 0 if all(one.ok for one in outcomes) else 1


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="scripts/test",
        description="Runs rings of tests side by side, by default all of them, and fails when one fails or cannot run. "
        f"Each ring's output is kept in {RESULTS.name}/. On a bare Debian machine as root nothing has to be done before.",
        epilog=f"The rings: {', '.join(rings.EVERYTHING)}.",
    )
    parser.add_argument("rings", nargs="*", metavar="RING", choices=[*rings.EVERYTHING, []])
    parser.add_argument("--fast", action="store_true", help="run what to run before each commit")
    parser.add_argument("--check", action="store_true", help="run scripts/check, too")
    parser.add_argument("--cores", type=float, default=os.cpu_count(), help="how many to keep busy")
    parser.add_argument("--list", action="store_true", help="print the names of the rings")
    return parser.parse_args(arguments)


def _run(jobs: dict[str, Job], cores: float) -> list[Outcome]:
    RESULTS.mkdir(exist_ok=True)
    environ = inherited(os.environ) | {"PYTHONDONTWRITEBYTECODE": "1", images.BUILT: "1"}
    began, processes, outcomes = time.monotonic(), Processes(), list[Outcome]()

    def run_one(job: Job) -> Outcome:
        print(report.started(job), flush=True)
        return run(job, RESULTS / f"{job.name}.log", environ, processes)

    def stop(*_: object) -> None:
        # Here and not only at the end: the scheduler waits for the rings that run before it lets an exception through.
        # A second signal must not interrupt the cleaning.
        for each in STOPS:
            signal.signal(each, signal.SIG_IGN)
        processes.end()
        sys.exit("the run was ended from outside")

    # A shell that starts this in the background has it ignore SIGINT. With a handler the rings hear the signal again.
    for each in STOPS:
        signal.signal(each, stop)
    try:
        with sharing.kept(sharing.SERVERS):
            for outcome in schedule.outcomes(jobs, cores, run_one):
                outcomes.append(outcome)
                print(report.ended(outcome), flush=True)
    finally:
        processes.end()
        print(f"\n{report.table(outcomes, began)}")
        print(report.verdict(outcomes, len(jobs), began), flush=True)
    return outcomes


sys.exit(main(sys.argv[1:]))
