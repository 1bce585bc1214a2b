# SPDX-License-Identifier: Apache-2.0
"""The addresses of the servers and their numbers of processes and threads: variables that are not settings of the service.

A wrong one ends the process with a line that names it, as a wrong setting does.
"""

import ipaddress
import os
import re
import socket
from typing import NamedTuple

from placedock.config import WrongSetting


class Place(NamedTuple):
    """An address, which is empty when it is any, and a port."""

    address: str
    port: int


def variable(name: str, default: str) -> str:
    """A variable without the blanks and line ends that files leave around it."""
    return os.environ.get(name, default).strip()


def number(name: str, default: int, least: int, most: int) -> int:
    """The variable as a number in these bounds."""
    text = variable(name, str(default))
    if not (text.isascii() and text.isdecimal()) or not least <= int(text) <= most:
        raise WrongSetting(f"{name}: must be a number from {least} to {most}, not {text!r}")
    return int(text)


def place(name: str, default: str, least: int = 0) -> Place:
    """The variable as a place: PORT, or ADDRESS:PORT with brackets around an IPv6 address."""
    text = variable(name, default)
    found = re.fullmatch(r"(?:\[([0-9a-fA-F:.]+)\]:|([0-9.]+):)?(\d{1,5})", text)
    if not found or not least <= int(found[3]) <= 65535:
        raise WrongSetting(f"{name}: must be PORT or ADDRESS:PORT, not {text!r}")
    return Place(found[1] or found[2] or "", int(found[3]))


def optional(name: str, least: int = 0) -> Place | None:
    """The variable as a place; None where it is not set, or is empty."""
    return place(name, "", least) if variable(name, "") else None


def opened(name: str, at: Place) -> socket.socket:
    """A socket that listens at the place that the variable names."""
    family = socket.AF_INET6 if ":" in at.address else socket.AF_INET
    try:
        return socket.create_server(at, family=family, backlog=1024)
    except OSError as error:
        where = f"{at.address}:{at.port}".lstrip(":")
        raise WrongSetting(f"{name}: cannot listen on {where}: {error.strerror}") from None


def listening(names: str, host: str, port: int) -> list[socket.socket]:
    """A socket for each address of the host: localhost often has two."""
    try:
        if not host:
            raise ValueError("it is empty")
        found = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE | socket.AI_ADDRCONFIG
        )
        addresses = dict.fromkeys((family, address) for family, *_, address in found)
        return [
            socket.create_server(address[:2], family=family, backlog=1024)
            for family, address in addresses
        ]
    except (OSError, ValueError) as error:
        raise WrongSetting(f"{names}: cannot listen on {host}:{port}: {error}") from None


def is_loopback(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False


def url(listening: socket.socket) -> str:
    """The address at which the socket listens."""
    address, port, *_ = listening.getsockname()
    return f"http://[{address}]:{port}" if ":" in address else f"http://{address}:{port}"
