# SPDX-License-Identifier: Apache-2.0
"""`placedock explain`: why there are so many candidates for a query, or none, from the configured database."""

import argparse
import json
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from placedock import config, ending
from placedock.commands import logged
from placedock.errors import PlacedockError, Unavailable

if TYPE_CHECKING:
    from placedock.operations.explanations import Explained
    from placedock.store.database import Database


def add(commands: Any) -> None:
    command = commands.add_parser(
        "explain", help="say why a query of GET /allocation_candidates finds so much, or nothing"
    )
    asked = command.add_mutually_exclusive_group(required=True)
    asked.add_argument("query", metavar="QUERY", nargs="?", help="the query string, or a whole URL")
    asked.add_argument(
        "--log",
        metavar="FILE",
        help="explain the queries that came back empty, out of a log of nova-scheduler (with debug), of Placement, or of "
        "its web server; - is stdin",
    )
    command.add_argument(
        "--last", type=int, default=10, metavar="N", help="of a log the last N such queries (10)"
    )
    command.add_argument(
        "--version", default="latest", help="a microversion, such as 1.36 (latest)"
    )
    command.add_argument(
        "--host",
        action="append",
        default=[],
        metavar="HOST",
        help="the uuid or name of a provider: judge every condition in its tree (repeatable)",
    )
    command.add_argument("--json", action="store_true", help="as GET /-/explain answers it")
    command.set_defaults(command=run)


def run(asked: argparse.Namespace) -> int:
    from placedock import service

    with service.database(config.load()).unhurried() as database:
        if asked.log is not None:
            return _of_log(database, asked)
        query = urlsplit(asked.query).query if "?" in asked.query else asked.query
        try:
            explained = _explained(database, query, asked.version, asked.host)
        except Unavailable:
            raise
        except PlacedockError as error:
            print(f"placedock: {error}", file=sys.stderr)
            return ending.WRONG
    _print(explained, asked.json)
    return 0


def _of_log(database: "Database", asked: argparse.Namespace) -> int:
    """Explain what came back empty; of what the log does not tell the end, what has no candidates now."""
    try:
        with open(0 if asked.log == "-" else asked.log, errors="replace") as lines:
            found = logged.requests(lines)
    except OSError as error:
        print(f"placedock: {asked.log}: {error.strerror}", file=sys.stderr)
        return ending.WRONG
    told = 0
    for one in found:
        if one.empty is False:
            continue
        if told == asked.last:
            print("There are more; --last N explains more of them.", file=sys.stderr)
            break
        version = one.version or asked.version
        try:
            explained = _explained(database, one.query, version, asked.host)
        except Unavailable:
            raise
        except PlacedockError as error:
            print(f"placedock: {one.query}: {error}", file=sys.stderr)
            continue
        if one.empty is None and explained.explanation.candidates:
            continue
        if not asked.json:
            print(f"{one.query} (microversion {version})")
        _print(explained, asked.json)
        told += 1
    if not told:
        print("placedock: no query of this log came back empty", file=sys.stderr)
    return 0


def _explained(database: "Database", query: str, version: str, hosts: list[str]) -> "Explained":
    from placedock.api import asked as api
    from placedock.operations import explanations

    request = api.candidates(query, f"placement {version}")
    return database.query(explanations.of_request, request, hosts)


def _print(explained: "Explained", as_json: bool) -> None:
    """In lines for a terminal, or as one JSON object in one or several lines."""
    if not as_json:
        print(*text(explained), sep="\n")
        return
    from placedock.api import spelling
    from placedock.console import explanation

    print(json.dumps(explanation.as_json(explained, spelling.query), indent=2))


def text(explained: "Explained") -> Iterator[str]:
    """The explanation in lines for a terminal."""
    from placedock.api import spelling
    from placedock.operations import sentences

    found, names = explained.explanation, explained.names
    yield explained.summary
    for stage in found.stages:
        yield f"  {sentences.of_stage(stage)}"
    for reason in found.reasons:
        yield f"  {sentences.of_reason(reason)}"
    if found.relax.found:
        shown, helped = len(found.relax.found), found.relax.helped
        cut = f" ({shown:,} of {helped:,} shown)" if shown < helped else ""
        yield f"What would help{cut}:"
    for better in found.relax.found:
        more = "At least " if better.stopped else ""
        count = sentences.many(better.candidates, "candidate")
        said = sentences.of_changes(better.changes)
        yield f"  {said} {more}{count}: {spelling.query(better.request)}"
    if found.relax.tried < found.relax.possible:
        yield f"  Only {found.relax.tried:,} of {found.relax.possible:,} pairs of changes were tried."
    if found.nearest:
        yield "The trees that miss least:"
    for near in found.nearest:
        for one, why in near.misses:
            yield f"  {names[near.root.uuid]}: {sentences.of_refusal(names[one.uuid], why)}"
    for called, host in zip(explained.hosts, found.hosts, strict=True):
        yield f"{called.name}: {sentences.many(host.candidates, 'candidate')}"
        for judged in host.clauses:
            met = "met" if judged.met else "not met"
            yield f"  {met}: {sentences.of_judged(judged, names, names[host.root.uuid])}"
