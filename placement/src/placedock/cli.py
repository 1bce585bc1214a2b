# SPDX-License-Identifier: Apache-2.0
"""The command line: `placedock serve | httpd | db sync | db version | db stamp | settings | openapi | audit | export |
import | explain`.

Everything is configured by environment variables (`placedock settings` lists them). A wrong one ends the process with status 2
and one line.
"""

import argparse
import json
import math
import os
import shutil
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from types import FrameType

from placedock import config, ending, places
from placedock import httpd as apache
from placedock.commands import audit, carry, explain
from placedock.config import insecure
from placedock.config.declared import OURS
from placedock.errors import PlacedockError


def main(arguments: Sequence[str] | None = None) -> int:
    asked = _parser().parse_args(arguments)
    try:
        with ending.in_one_line():
            return int(asked.command(asked) or 0)
    except KeyboardInterrupt:
        return 128 + signal.SIGINT


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="placedock", description=(__doc__ or "").split("\n\n")[1])
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    command = commands.add_parser("serve", help="serve the API here, until SIGTERM (HOST, PORT)")
    command.set_defaults(command=serve)

    command = commands.add_parser("httpd", help="serve the API by Apache, as the image does")
    command.set_defaults(command=httpd)

    command = commands.add_parser("settings", help="list every setting with its default")
    command.set_defaults(command=settings)

    command = commands.add_parser("openapi", help="describe the API in OpenAPI 3.1")
    command.add_argument(
        "version", nargs="?", default="latest", help="a microversion, such as 1.36 (the latest)"
    )
    command.set_defaults(command=openapi)

    audit.add(commands)
    carry.add(commands)
    explain.add(commands)

    database = commands.add_parser("db", help="the tables").add_subparsers(
        required=True, metavar="COMMAND"
    )
    command = database.add_parser("sync", help="make or migrate the tables, fill in standard names")
    command.add_argument(
        "--wait",
        type=_seconds,
        default=None,
        metavar="SECONDS",
        help="how long to wait for the database (max_retries times retry_interval)",
    )
    command.set_defaults(command=db_sync)
    command = database.add_parser("version", help="the revision that the tables are at")
    command.set_defaults(command=db_version)
    command = database.add_parser(
        "stamp", help="record that the tables, which have no record, are at a revision"
    )
    command.add_argument("revision", metavar="REVISION", help="a revision's id, or `head`")
    command.set_defaults(command=db_stamp)
    return parser


def serve(asked: argparse.Namespace) -> int:
    """Serve in the foreground by waitress, in threads of this process."""
    host = places.variable("HOST", "127.0.0.1")
    port = places.number("PORT", 8778, 0, 65535)
    threads = places.number("THREADS", 8, 1, 1000)
    health = places.optional("HEALTH")
    from placedock.web import gc

    gc.pause()
    from placedock import service, serving
    from placedock.console.route import PREFIX

    made = service.make()
    listening = places.listening("HOST, PORT", host, port)
    server = serving.server(made.application, listening, serving.told(made.settings), threads)
    told = ["placedock: serving at", *map(places.url, listening)]
    if health:
        health_places = places.listening("HEALTH", health.address or "0.0.0.0", health.port)
        serving.serve_health(made.application, health_places)
        told += ["health at", *map(places.url, health_places)]
    if made.settings.placedock.console:
        told += ["see the cloud at", places.url(listening[0]) + PREFIX]

    def stop(number: int, frame: FrameType | None) -> None:
        # waitress finishes the requests in hand when its loop is left by SystemExit.
        raise SystemExit(0)

    signal.signal(signal.SIGTERM, stop)
    if not all(places.is_loopback(each.getsockname()[0]) for each in listening):
        insecure.warn(made.settings, f"HOST={host} lets other hosts call: 127.0.0.1 does not")
    else:
        insecure.warn(made.settings, None)
    print(*told, flush=True)
    made.warm_up()
    server.run()
    return 0


def httpd(asked: argparse.Namespace) -> int:
    """Check the settings, sync when asked to, and become Apache.

    Apache gets the environment as it was given, without what was read from the files that it names, and its workers need
    not sync again.
    """
    for program in apache.NEEDED:
        if not (shutil.which(program) or Path(program).exists()):
            print(
                f"placedock: no {program} here: outside of the image use `serve`", file=sys.stderr
            )
            return ending.FAILED
    given = dict(os.environ) | apache.numbers()
    loaded = config.load()
    given |= apache.variables(loaded)
    synced = loaded.placement_database.sync_on_startup
    if synced or loaded.placedock.read_only or not config.is_plain(loaded):
        # Imported late: to check the settings takes a third of what loading the service takes.
        from placedock import service

        service.prepared(loaded)
    if synced:
        given[config.variable("placement_database", "sync_on_startup")] = "False"
    where = (
        f"LISTEN={given['LISTEN']} lets other hosts call, unless the port is published on 127.0.0.1"
    )
    insecure.warn(loaded, None if places.is_loopback(apache.listen().address) else where)
    os.execvpe(apache.COMMAND[0], apache.COMMAND, given)


def settings(asked: argparse.Namespace) -> None:
    """A line per setting, as in an env file."""
    for group, options in OURS.items():
        for option in options:
            print(f"# {' '.join((option.help or '').split())}")
            default = "" if option.default is None else option.default
            print(f"{config.variable(group, option.name)}={default}\n")


def openapi(asked: argparse.Namespace) -> int:
    """The description that the service serves, on stdout."""
    from placedock.api import microversion
    from placedock.api.openapi import document

    try:
        version = microversion.requested(f"{microversion.SERVICE_TYPE} {asked.version}")
    except PlacedockError as error:
        print(f"placedock: {error}", file=sys.stderr)
        return ending.WRONG
    print(json.dumps(document(version), indent=2))
    return 0


def db_sync(asked: argparse.Namespace) -> None:
    from placedock import service

    loaded = config.load()
    service.synchronise(loaded, service.database(loaded), asked.wait)


def db_version(asked: argparse.Namespace) -> None:
    from placedock import service
    from placedock.store import sync

    print(sync.described(service.database(config.load())))


def db_stamp(asked: argparse.Namespace) -> None:
    from placedock import service
    from placedock.store import sync

    sync.stamp(service.database(config.load()), asked.revision)


def _seconds(text: str) -> float:
    seconds = float(text)
    if math.isnan(seconds) or seconds < 0:
        raise argparse.ArgumentTypeError(f"must be 0 or more, not {text}")
    return seconds
