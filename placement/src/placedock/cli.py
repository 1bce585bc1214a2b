# SPDX-License-Identifier: Apache-2.0
"""The command line: `placedock serve | httpd | db sync | db version | db stamp | settings | openapi | audit | export |
import | explain`.

Everything is configured by environment variables (`placedock settings` lists them). A wrong one ends the process with status 2
and one line.
"""

import argparse
import ipaddress
import json
import math
import os
import re
import shutil
import signal
import socket
import sys
from collections.abc import Sequence
from pathlib import Path
from types import FrameType

from placedock import config, ending
from placedock.commands import audit, carry, explain
from placedock.config import insecure
from placedock.config.declared import OURS
from placedock.errors import PlacedockError

# Apache drops the requests in hand at SIGTERM and finishes them at SIGWINCH, so it is told the one for the other.
HTTPD = ["dumb-init", "--single-child", "--rewrite", "15:28"]
APACHE, APACHE_CONFIGURATION = "apache2", "/etc/placement/httpd.conf"
HTTPD += [APACHE, "-f", APACHE_CONFIGURATION, "-DFOREGROUND"]


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
    host = _variable("HOST", "127.0.0.1")
    port = _number("PORT", 8778, 0, 65535)
    threads = _number("THREADS", 8, 1, 1000)
    import waitress

    from placedock import service

    made = service.make()
    try:
        if not host:
            raise ValueError("it is empty")
        server = waitress.create_server(
            made.application,
            host=host,
            port=port,
            threads=threads,
            # The application believes them or not, as the settings say. waitress would take most of them away.
            clear_untrusted_proxy_headers=False,
        )
    except (OSError, ValueError) as error:
        raise config.WrongSetting(f"HOST, PORT: cannot listen on {host}:{port}: {error}") from None

    def stop(number: int, frame: FrameType | None) -> None:
        # waitress finishes the requests in hand when its loop is left by SystemExit.
        raise SystemExit(0)

    signal.signal(signal.SIGTERM, stop)
    # One for each address of the host: localhost often has two.
    listening = getattr(server, "effective_listen", None) or [
        (server.effective_host, server.effective_port)
    ]
    if not all(_is_loopback(address) for address, _ in listening):
        insecure.warn(made.settings, f"HOST={host} lets other hosts call: 127.0.0.1 does not")
    else:
        insecure.warn(made.settings, None)
    print("placedock: serving at", *(_url(*each) for each in listening), flush=True)
    made.warm_up()
    server.run()
    return 0


def httpd(asked: argparse.Namespace) -> int:
    """Check the settings, sync when asked to, and become Apache.

    Apache gets the environment as it was given, without what was read from the files that it names, and its workers need
    not sync again.
    """
    for program in HTTPD[0], APACHE, APACHE_CONFIGURATION:
        if not (shutil.which(program) or Path(program).exists()):
            print(
                f"placedock: no {program} here: outside of the image use `serve`", file=sys.stderr
            )
            return ending.FAILED
    address = _listen()
    numbers = {
        "PROCESSES": _number("PROCESSES", 2, 1, 100),
        "THREADS": _number("THREADS", 10, 1, 1000),
    }
    given = dict(os.environ) | {name: str(number) for name, number in numbers.items()}
    given["LISTEN"] = _variable("LISTEN", "8778")
    loaded = config.load()
    synced = loaded.placement_database.sync_on_startup
    if synced or not config.is_plain(loaded.placement_database.connection):
        # Imported late: to check the settings takes a third of what loading the service takes.
        from placedock import service

        database = service.database(loaded)
        if synced:
            service.synchronise(loaded, database)
            given[config.variable("placement_database", "sync_on_startup")] = "False"
    where = (
        f"LISTEN={given['LISTEN']} lets other hosts call, unless the port is published on 127.0.0.1"
    )
    insecure.warn(loaded, None if _is_loopback(address) else where)
    os.execvpe(HTTPD[0], HTTPD, given)


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


def _variable(name: str, default: str) -> str:
    """A variable without the blanks and line ends that files leave around it."""
    return os.environ.get(name, default).strip()


def _listen() -> str:
    """Hold LISTEN against Apache's own directive of that name, and the machine: a port, or an address and a port.

    Gives the address, which is empty when it is any.
    """
    text = _variable("LISTEN", "8778")
    found = re.fullmatch(r"(?:\[([0-9a-fA-F:.]+)\]:|([0-9.]+):)?(\d{1,5})", text)
    if not found or not 1 <= int(found[3]) <= 65535:
        raise config.WrongSetting(f"LISTEN: must be PORT or ADDRESS:PORT, not {text!r}")
    address = found[1] or found[2] or ""
    family = socket.AF_INET6 if found[1] else socket.AF_INET
    try:
        socket.create_server((address, int(found[3])), family=family).close()
    except OSError as error:
        raise config.WrongSetting(f"LISTEN: cannot listen on {text}: {error.strerror}") from None
    return address


def _is_loopback(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False


def _url(address: str, port: int) -> str:
    return f"http://[{address}]:{port}" if ":" in address else f"http://{address}:{port}"


def _number(name: str, default: int, least: int, most: int) -> int:
    text = _variable(name, str(default))
    if not (text.isascii() and text.isdecimal()) or not least <= int(text) <= most:
        raise config.WrongSetting(f"{name}: must be a number from {least} to {most}, not {text!r}")
    return int(text)


def _seconds(text: str) -> float:
    seconds = float(text)
    if math.isnan(seconds) or seconds < 0:
        raise argparse.ArgumentTypeError(f"must be 0 or more, not {text}")
    return seconds
