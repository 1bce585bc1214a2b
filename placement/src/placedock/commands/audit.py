# SPDX-License-Identifier: Apache-2.0
"""`placedock audit`: what is odd in the cloud, with the commands that would mend it. Ends with 1 when it found anything."""

import argparse
import json
import sys
import uuid
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from placedock import config

FOUND, NOTHING_FOUND = 1, 0


class UnreadableList(Exception):
    """A file that should list consumers and does not; one line that says where."""


def add(commands: Any) -> None:
    command = commands.add_parser(
        "audit", help="find what is odd in the cloud; ends with 1 when there is anything"
    )
    command.add_argument(
        "--live",
        action="append",
        type=Path,
        metavar="FILE",
        help="the consumers that exist: uuids, one a line, or JSON, as `openstack server list "
        "--all-projects -f json -c ID` gives it; - is standard input; may be repeated",
    )
    command.add_argument("--json", action="store_true", help="as GET /-/audit answers it")
    command.set_defaults(command=run)


def run(asked: argparse.Namespace) -> int:
    from placedock import service
    from placedock.operations import audit as operations

    try:
        live = None if asked.live is None else {uuid for file in asked.live for uuid in _live(file)}
    except UnreadableList as error:
        print(f"placedock: {error}", file=sys.stderr)
        return 2
    with service.database(config.load()).unhurried() as database:
        audit = database.read(operations.audit, live)
    if asked.json:
        from placedock.console.endpoints.audit import as_json

        print(json.dumps(as_json(audit, None), indent=2))
    else:
        for line in _lines(audit):
            print(line)
    return FOUND if audit.findings else NOTHING_FOUND


def _live(file: Path) -> Iterator[str]:
    """The uuids in a file."""
    name = "standard input" if str(file) == "-" else str(file)
    try:
        text = sys.stdin.read() if str(file) == "-" else file.read_text()
    except (OSError, UnicodeDecodeError) as error:
        raise UnreadableList(f"--live {name}: {error}") from None
    rows: Iterable[tuple[str, Any]]
    if text.lstrip()[:1] in ("[", "{"):
        try:
            listed = json.loads(text)
        except ValueError as error:
            raise UnreadableList(f"--live {name}: {error}") from None
        if not isinstance(listed, list):
            raise UnreadableList(f"--live {name}: must be a list")
        rows = ((f"item {number}", _id(row)) for number, row in enumerate(listed, 1))
    else:
        lines = (
            (f"line {number}", line.strip()) for number, line in enumerate(text.splitlines(), 1)
        )
        rows = ((where, line) for where, line in lines if line and not line.startswith("#"))
    for where, row in rows:
        try:
            yield str(uuid.UUID(row))
        except (ValueError, AttributeError, TypeError):
            raise UnreadableList(f"--live {name}: {where} is no uuid: {row!r}") from None


def _id(row: object) -> object:
    """A row of the JSON: a uuid, or an object that has one as its ID."""
    if isinstance(row, dict):
        return next((row[key] for key in ("ID", "id", "uuid", "UUID") if key in row), row)
    return row


def _lines(audit: Any) -> Iterator[str]:
    """The findings for people, by kind."""
    from placedock.model.audit import KINDS

    for kind, about in KINDS.items():
        findings = [finding for finding in audit.findings if finding.kind == kind]
        if findings:
            yield f"{about} ({len(findings):,})"
            for finding in findings:
                yield f"  {finding.says}"
                yield f"    {'SQL: ' if finding.mend_with == 'sql' else ''}{finding.mend}"
            yield ""
    if not audit.live:
        yield "Whether the consumers still exist was not looked at: --live FILE lists those that do."
    if audit.largest_holders:
        yield "The largest holders of each class, which are no fault:"
        for one in audit.largest_holders:
            owner = f" of project {one.project}" if one.project else ""
            yield f"  {one.used:,} {one.resource_class}: {one.consumer}{owner}"
    yield "" if audit.findings else "Nothing odd was found."
