# SPDX-License-Identifier: Apache-2.0
"""One session, from its options to its exit status: measures, shows the results, and keeps them in files."""

import sys
from argparse import Namespace

from . import docs, machine, measure, plots, report
from .results import Results
from .run import Run
from .sections import MEASURES
from .servers import bench


def hold(asked: Namespace) -> int:
    """Run the session and return the exit status: 1 when an answer differed or a write was refused. Slowness is no failure."""
    if asked.write_docs:
        docs.write(Results.read(asked.output), asked.output)
        return 0
    results = Results(asked.only, asked.quick)
    try:
        _measure(asked, results)
    finally:
        # A user who stops the run keeps the results that the run has so far.
        results.write(asked.output)
        plots.draw(results.rows, asked.output)
        _show(asked, results)
    return 1 if results.complaints else 0


def _measure(asked: Namespace, results: Results) -> None:
    print("bench: building images, starting servers", flush=True)
    with bench() as servers:
        results.machine |= machine.describe(servers)
        effort = measure.QUICK if asked.quick else measure.FULL
        run = Run(servers, effort, asked.quick, results.complaints)
        with measure.without_collections():
            for section in asked.only:
                print(section, flush=True)
                for row in MEASURES[section](run):
                    results.rows.append(row)
                    print(f"  {report.line(row, judged=not asked.quick)}", flush=True)
        results.machine["load average after"] = machine.load()


def _show(asked: Namespace, results: Results) -> None:
    print(f"\n{report.table(results.rows, judged=not asked.quick)}\n")
    for name, what in results.machine.items():
        print(f"{name}: {what}")
    if not asked.quick:
        print(report.summary(results.rows))
    print(f"results and plots are in {asked.output}", flush=True)
    for complaint in results.complaints:
        print(f"WRONG: {complaint}", file=sys.stderr)
