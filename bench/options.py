# SPDX-License-Identifier: Apache-2.0
"""The command line of `scripts/bench`. It imports only the standard library, so --help works before any installation."""

import argparse
from pathlib import Path

ROOT = Path(__file__).parents[1]

SECTIONS = {
    "floor": "a bare WSGI answer, and one with a single query, on the same server",
    "candidates-flat": "candidates of 1,000 hosts of three classes",
    "candidates-nested": "candidates of 1,000 trees of seven providers, with same_subtree",
    "real": "what nova sends, in a cloud of 1,000 and one of 10,000 compute nodes as nova and neutron make it",
    "explain": "explanations in the cloud of 10,000 compute nodes: the first after a start, the next ones, and their memory",
    "console": "a provider and the candidates of a boot, with the console and without it",
    "carry": "the export of the cloud of 10,000 compute nodes into a file, and its import from there",
    "hard": "requests for which trying all combinations takes for ever, on one host and on 200",
    "reads": "every other GET of the API, one by one",
    "reads-at-once": "a small read by 1 to 16 clients",
    "claims": "claims by 1 to 16 clients, on many hosts and on a hot one",
    "creation": "hosts with inventories, traits and aggregates",
    "profile": "where placedock's time goes, in each kind of work that has a target",
    "keystone": "a small read with a token of Keystone, from the stub, with memcached",
    "start": "the time from the start of the process to the first 200",
    "imports": "the time and memory of each step of a worker's imports",
    "scale": "candidates and small reads in clouds of up to 100,000 hosts and 20,000 trees",
    "memory": "the memory of the worker processes, after all of the above",
}


def parse(words: list[str] | None = None) -> argparse.Namespace:
    """The options that the user gave, checked."""
    parser = argparse.ArgumentParser(
        prog="scripts/bench",
        description=(
            "Measures placedock and upstream Placement side by side: behind the same server, on the"
            " same MySQL, in the same clouds, in turn. It compares every answer. It takes about 25"
            " minutes on a machine that does nothing else. It fails when an answer differed or when"
            " placedock refused a write. Slowness is no failure."
        ),
        epilog="Sections, in their order:\n"
        + "\n".join(f"  {name:<18} {what}" for name, what in SECTIONS.items()),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "--quick",
        action="store_true",
        help="run a minute with small clouds and few repetitions: this shows that all sections run"
        " and that the answers are equal, and it judges no times",
    )
    parser.add_argument(
        "--only",
        metavar="SECTION,...",
        type=_sections,
        default=list(SECTIONS),
        help="measure these sections and no others",
    )
    parser.add_argument(
        "--output",
        metavar="FOLDER",
        type=Path,
        default=ROOT / "bench-results",
        help="the folder of results.json and the plots (bench-results)",
    )
    parser.add_argument(
        "--write-docs",
        action="store_true",
        help="do not measure: write docs/performance.md, its plots and the table in README.md from"
        " the results of the last full run",
    )
    return parser.parse_args(words)


def _sections(text: str) -> list[str]:
    asked = text.split(",")
    if unknown := [name for name in asked if name not in SECTIONS]:
        raise argparse.ArgumentTypeError(f"there is no section {', '.join(unknown)}")
    return [name for name in SECTIONS if name in asked]
