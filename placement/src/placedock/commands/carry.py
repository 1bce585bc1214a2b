# SPDX-License-Identifier: Apache-2.0
"""`placedock export` and `placedock import`: a cloud as one YAML file, and a cloud from one."""

import argparse
import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from placedock import config
from placedock.errors import PlacedockError

FAILED, WRONG = 1, 2


def add(commands: Any) -> None:
    command = commands.add_parser("export", help="write the cloud as one YAML file, to stdout")
    command.add_argument(
        "--tree",
        action="append",
        default=[],
        metavar="PROVIDER",
        help="only the tree that has this provider, by uuid or name; may be repeated",
    )
    command.add_argument(
        "--aggregate",
        action="append",
        default=[],
        metavar="UUID",
        help="only the trees with a provider in this aggregate; may be repeated",
    )
    command.add_argument(
        "--anonymise",
        action="store_true",
        help="replace names, uuids, projects and users, and keep the structure",
    )
    command.add_argument(
        "--schema",
        action="store_true",
        help="print the JSON Schema of the file instead, for editors",
    )
    command.set_defaults(command=export)

    command = commands.add_parser("import", help="make the cloud that is in a YAML file")
    command.add_argument("file", metavar="FILE", help="what `placedock export` wrote; - is stdin")
    command.add_argument(
        "--merge",
        action="store_true",
        help="add the cloud to what the database has; without this the database must be empty",
    )
    command.set_defaults(command=import_)


def export(asked: argparse.Namespace) -> int:
    from placedock import clouds, service
    from placedock.clouds import anonymous, writing
    from placedock.operations import exports
    from placedock.web import gc

    gc.pause()
    if asked.schema:
        print(json.dumps(clouds.schema(), indent=2))
        return 0
    try:
        with service.database(config.load()).unhurried() as database:
            cloud, left_out = database.read(exports.export, asked.tree, asked.aggregate)
    except PlacedockError as error:
        return _fail(str(error))
    for sentence in left_out:
        print(f"placedock: {sentence}", file=sys.stderr)
    if asked.anonymise:
        cloud = anonymous.anonymous(cloud)
    total = len(cloud.providers) + len(cloud.consumers)
    with _progress("writing", total) as advance:
        for text in writing.lines(cloud, advance):
            sys.stdout.write(text)
        sys.stdout.flush()
    return 0


def import_(asked: argparse.Namespace) -> int:
    from placedock import service
    from placedock.clouds import reading
    from placedock.model.carried import InvalidCloud
    from placedock.operations import imports
    from placedock.web import gc

    gc.pause()
    name = "standard input" if asked.file == "-" else asked.file
    try:
        text = sys.stdin.read() if asked.file == "-" else Path(asked.file).read_text()
    except (OSError, UnicodeDecodeError) as error:
        return _fail(f"{name}: {error}")
    loaded = config.load()
    database = service.database(loaded)
    try:
        with _progress("reading", text.count("\n")) as advance:
            cloud = reading.read(text, advance)
        service.synchronise(loaded, database)
        with (
            _progress("making", imports.rows(cloud)) as advance,
            database.unhurried() as unhurried,
        ):
            unhurried.write(imports.put, cloud, asked.merge, advance)
    except InvalidCloud as error:
        for mistake in error.mistakes:
            print(f"{name}:{mistake.line}: {mistake.says}", file=sys.stderr)
        return _fail(f"{name}: nothing was imported, because of {len(error.mistakes)} mistakes")
    except PlacedockError as error:
        return _fail(str(error))
    print(
        f"placedock: imported {len(cloud.providers):,} providers and {len(cloud.consumers):,} consumers",
        file=sys.stderr,
    )
    return 0


def _fail(says: str) -> int:
    print(f"placedock: {says}", file=sys.stderr)
    return FAILED


@contextmanager
def _progress(doing: str, total: int) -> Iterator[Callable[[int], object]]:
    """A bar on a terminal, and nothing elsewhere; it is advanced by so many."""
    from tqdm import tqdm

    with tqdm(total=total, desc=doing, file=sys.stderr, disable=None, leave=False) as bar:
        yield bar.update
