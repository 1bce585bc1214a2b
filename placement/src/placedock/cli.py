# SPDX-License-Identifier: Apache-2.0
"""The command line: `placedock serve | httpd | db sync | db version | db stamp | settings | openapi | audit | export | import`.

Everything is configured by environment variables (`placedock settings` lists them). A wrong one ends the process with status 2
and one line.
"""

import argparse
import json
import os
import re
import signal
import sys
from collections.abc import Sequence
from types import FrameType

from placedock import config
from placedock.commands import audit, carry
from placedock.errors import CannotSync, PlacedockError, Unavailable

# Apache drops the requests in hand at SIGTERM and finishes them at SIGWINCH, so it is told the one for the other.
HTTPD = ["dumb-init", "--single-child", "--rewrite", "15:28"]
HTTPD += ["apache2", "-f", "/etc/placement/httpd.conf", "-DFOREGROUND"]
WRONG, FAILED = 2, 1


def main(arguments: Sequence[str] | None = None) -> int:
    asked = _parser().parse_args(arguments)
    try:
        return int(asked.command(asked) or 0)
    except config.WrongSetting as error:
        print(f"placedock: {error}", file=sys.stderr)
        return WRONG
    except CannotSync as error:
        print(f"placedock: {error}", file=sys.stderr)
        return FAILED
    except Unavailable as error:
        print(f"placedock: {error} {error.reason}", file=sys.stderr)
        return FAILED
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

    database = commands.add_parser("db", help="the tables").add_subparsers(
        required=True, metavar="COMMAND"
    )
    command = database.add_parser("sync", help="make or migrate the tables, fill in standard names")
    command.add_argument(
        "--wait",
        type=float,
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
    host = os.environ.get("HOST", "127.0.0.1")
    port = _number("PORT", 8778, 0, 65535)
    threads = _number("THREADS", 8, 1, 1000)
    import waitress

    from placedock import service

    made = service.make()
    try:
        server = waitress.create_server(made.application, host=host, port=port, threads=threads)
    except OSError as error:
        raise config.WrongSetting(f"HOST, PORT: cannot listen on {host}:{port}: {error}") from None

    def stop(number: int, frame: FrameType | None) -> None:
        # waitress finishes the requests in hand when its loop is left by SystemExit.
        raise SystemExit(0)

    signal.signal(signal.SIGTERM, stop)
    print(f"placedock: serving at http://{host}:{server.effective_port}", flush=True)
    made.warm_up()
    server.run()
    return 0


def httpd(asked: argparse.Namespace) -> int:
    """Check the settings, sync when asked to, and become Apache.

    Apache gets the environment as it was given, without what was read from the files that it names, and its workers need
    not sync again.
    """
    given = dict(os.environ)
    _listen()
    _number("PROCESSES", 2, 1, 100)
    _number("THREADS", 10, 1, 1000)
    loaded = config.load()
    if loaded.placement_database.sync_on_startup:
        # Imported late: to check the settings takes a third of what loading the service takes.
        from placedock import service

        service.synchronise(loaded, service.database(loaded))
        given[config.variable("placement_database", "sync_on_startup")] = "False"
    os.execvpe(HTTPD[0], HTTPD, given)


def settings(asked: argparse.Namespace) -> None:
    """A line per setting, as in an env file."""
    for group, options in config.OURS.items():
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
        return WRONG
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


def _listen() -> None:
    """Hold LISTEN against Apache's own directive of that name: a port, or an address and a port."""
    text = os.environ.get("LISTEN", "8778")
    found = re.fullmatch(r"(\[[0-9a-fA-F:.]+\]:|[0-9.]+:)?(\d{1,5})", text)
    if not found or not 1 <= int(found[2]) <= 65535:
        raise config.WrongSetting(f"LISTEN: must be PORT or ADDRESS:PORT, not {text!r}")


def _number(name: str, default: int, least: int, most: int) -> int:
    text = os.environ.get(name, str(default))
    if not text.isdecimal() or not least <= int(text) <= most:
        raise config.WrongSetting(f"{name}: must be a number from {least} to {most}, not {text!r}")
    return int(text)
