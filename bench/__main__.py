# SPDX-License-Identifier: Apache-2.0
"""`scripts/bench`: the command line."""

import argparse
import gc
import sys

SECTIONS = (*("floor", "candidates-flat", "candidates-nested", "reads", "claims"),)


def main() -> int:
    """Measure what was asked for, show it, and fail when answers differed or clients met errors."""
    options = parse()
    # Imported now, because --help needs none of it and must work before anything is installed.
    from . import measure, report
    from .run import Run
    from .sections import SECTIONS
    from .servers import bench

    chosen = [name for name in SECTIONS if name in options.only] if options.only else list(SECTIONS)
    effort = measure.QUICK if options.quick else measure.FULL
    rows = []
    print("bench: starting the servers", flush=True)
    with bench() as servers:
        run = Run(servers, effort, options.quick)
        # Nothing below makes garbage in cycles, and a collection in the midst of an answer would be counted as its time.
        gc.collect()
        gc.freeze()
        gc.disable()
        for name in chosen:
            print(f"== {name}", flush=True)
            for row in SECTIONS[name](run):
                print("  " + "  ".join(filter(None, report.cells(row))), flush=True)
                rows.append(row)
    print()
    print(report.table(rows))
    for complaint in run.complaints:
        print(f"DIFFERENT: {complaint}", file=sys.stderr)
    return 1 if run.complaints else 0


def parse() -> argparse.Namespace:
    """The options."""
    parser = argparse.ArgumentParser(
        prog="scripts/bench",
        description="Measures placedock and upstream Placement side by side: the same server, the"
        " same MySQL, the same clouds, in turn.",
    )
    parser.add_argument(
        "--quick",
        action="store_true",
        help="small clouds and few repetitions: shows that it runs and that the answers are equal",
    )
    parser.add_argument(
        "--only",
        metavar="SECTION,...",
        type=lambda text: text.split(","),
        default=[],
        help=f"some sections: {', '.join(SECTIONS)}",
    )
    options = parser.parse_args()
    if unknown := set(options.only) - set(SECTIONS):
        parser.error(f"there is no section {', '.join(sorted(unknown))}")
    return options


sys.exit(main())
