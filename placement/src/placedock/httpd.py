# SPDX-License-Identifier: Apache-2.0
"""Tells httpd.conf by the environment where to listen, and the bounds in the words of Apache's directives."""

import math
import os
import socket
from typing import TYPE_CHECKING

from placedock import places
from placedock.places import Place

if TYPE_CHECKING:
    from oslo_config.cfg import ConfigOpts

CONFIGURATION = "/etc/placement/httpd.conf"
# Apache drops the requests in hand at SIGTERM and finishes them at SIGWINCH, so it is told the one for the other.
COMMAND = ["dumb-init", "--single-child", "--rewrite", "15:28"]
COMMAND += ["apache2", "-f", CONFIGURATION, "-DFOREGROUND"]
NEEDED = ("dumb-init", "apache2", CONFIGURATION)

HEALTH_SOCKET = "PLACEDOCK_HEALTH_SOCKET"
"""The variable that tells the workers the number of the open socket for questions about their health."""

AFTER = 10
"""Seconds after the service should have given a request up, after which Apache does."""


def listen() -> Place:
    """The port, and maybe the address, of the variable LISTEN. Apache's directive `Listen` takes the same."""
    return places.place("LISTEN", "8778", least=1)


def numbers() -> dict[str, str]:
    """LISTEN, PROCESSES and THREADS as Apache takes them, once nothing is wrong with them."""
    places.opened("LISTEN", listen()).close()
    return {
        "LISTEN": places.variable("LISTEN", "8778"),
        "PROCESSES": str(places.number("PROCESSES", 2, 1, 100)),
        "THREADS": str(_threads()),
    }


def variables(settings: "ConfigOpts") -> dict[str, str]:
    """The bounds, and the variable of `health_socket`.

    mod_wsgi multiplies its limit for one request by a number that grows with the threads, so it is divided here.
    """
    bounds = settings.placedock
    answer = max(60, math.ceil(bounds.request_seconds) + AFTER)
    told = {
        "HEADER": f"header={bounds.header_seconds}",
        "BODY": _body(bounds.body_seconds),
        "BODY_BYTES": str(bounds.body_mib * 1024**2),
        "ANSWER_SECONDS": str(answer),
        "REQUEST_TIMEOUT": str(math.ceil((answer + AFTER) / (1 + math.log(_threads())))),
    }
    health = _health()
    if health is not None:
        # The workers inherit it, whenever Apache starts one.
        opened = places.opened("HEALTH", health)
        opened.set_inheritable(True)
        told[HEALTH_SOCKET] = str(opened.detach())
    return told


def health_socket() -> list[socket.socket]:
    """The socket that `variables` has opened, in a worker; none when there is none."""
    number = os.environ.get(HEALTH_SOCKET)
    return [socket.socket(fileno=int(number))] if number else []


def _threads() -> int:
    return places.number("THREADS", 10, 1, 1000)


def _body(seconds: int) -> str:
    """Apache refuses a most that is not more than the beginning."""
    return f"body=10-{seconds},MinRate=1000" if seconds > 10 else f"body={seconds}"


def _health() -> Place | None:
    """The second place where /livez and /readyz are answered: HEALTH, by default the port after LISTEN's. Empty means none."""
    at = listen()
    if "HEALTH" not in os.environ:
        return Place(at.address, at.port + 1)
    return places.optional("HEALTH", least=1)
