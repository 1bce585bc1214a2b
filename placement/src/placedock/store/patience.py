# SPDX-License-Identifier: Apache-2.0
"""The bounds of the store's waits for a database that does not answer.

Four bounds, from the shortest:

- `TRANSPORT`: the network confirms what is sent. A host that is gone, or a network that swallows
  packets, is noticed by the kernel.
- `GREETING`: a session begins. A proxy accepts connections for a server that has just died.
- `statement_seconds`: the server gives a statement up, and a wait for a lock. A server that hangs
  cannot do that, so the driver gives the server up `GRACE` seconds later.
- The deadline of the request, where that comes earlier.

A connection on which the driver has given up is closed. The server then rolls back what was not
committed, as soon as it works again.
"""

import math
import socket
import sqlite3
import ssl
from functools import cache
from typing import Any

from sqlalchemy.engine import URL

from placedock.model.deadline import NEVER, Deadline

TRANSPORT = 5
"""Seconds that sent bytes may stay unconfirmed, and that an idle connection waits for a probe."""

GREETING = 5
"""Seconds that the server may be silent while a session begins."""

GRACE = 2
"""Seconds that a server which works gets to say that it has given a statement up."""

MOST = 2**31 - 1

LEAST = 2
"""Seconds that a statement always gets: with less, a request in its last second could not end its
transaction, and would lose a connection to a database that is well."""


def arguments(url: URL, wanted: dict[str, Any]) -> dict[str, Any]:
    """PyMySQL's arguments for the beginning of a session: those of `wanted`, and what neither they nor the URL say."""
    waits = ("connect_timeout", "read_timeout", "write_timeout")
    return {name: GREETING for name in waits if name not in url.query} | wanted


def seconds(url: URL, wanted: dict[str, Any], statement_seconds: float) -> float:
    """Seconds that the driver waits for a statement: the number of the URL or `wanted`, or a little longer
    than the server."""
    told = wanted.get("read_timeout", url.query.get("read_timeout"))
    return statement_seconds + GRACE if told is None else float(told)


def limits(statement_seconds: float, on_mariadb: bool) -> dict[str, int | float]:
    """The session variables by which the server gives up what takes too long.

    MySQL ends reads only. A write that takes long without waiting for a lock is ended by the driver.
    """
    if math.isinf(statement_seconds):
        return {}
    whole = max(1, round(statement_seconds))
    waits: dict[str, int | float] = {"innodb_lock_wait_timeout": whole, "lock_wait_timeout": whole}
    if on_mariadb:
        return waits | {"max_statement_time": statement_seconds}
    return waits | {"max_execution_time": max(1, round(1000 * statement_seconds))}


def begin(connection: Any, patience: float) -> None:
    """The session has begun: from now on a statement may take `patience` seconds."""
    connection.patience = patience
    _notice_a_lost_network(connection._sock)


def until(deadline: Deadline, connection: Any, statement_seconds: float) -> None:
    """Have the driver's connection give up at the deadline, where it would wait longer by itself.

    Of the drivers for MySQL only PyMySQL can be told; others wait as long as their URL says.
    """
    if hasattr(connection, "deadline"):
        connection.deadline = deadline
    elif deadline is not NEVER and isinstance(connection, sqlite3.Connection):
        waits = min(statement_seconds, max(deadline.remaining(), 0))
        connection.execute(f"PRAGMA busy_timeout = {milliseconds(waits)}")


def milliseconds(seconds: float) -> int:
    """The time in milliseconds. SQLite counts them in 32 bits."""
    return round(min(1000 * seconds, MOST))


def connect(dialect: object, record: object, positional: Any, named: Any) -> Any:
    """Make a connection of PyMySQL's that looks at the deadline; an event of SQLAlchemy's."""
    return _bounded()(*positional, **named)


@cache
def _bounded() -> Any:
    """The class, made when it is first wanted: a service on SQLite never imports PyMySQL."""
    from pymysql.connections import Connection

    class Bounded(Connection):
        """Waits for each statement as long as the session or the request may take, whichever is
        less.

        PyMySQL looks at its timeouts when it sends and when it receives. As long as both are the
        same number, it need not tell the socket again.
        """

        patience: float = GREETING
        deadline: Deadline = NEVER

        def _execute_command(self, command: int, sql: Any) -> None:
            wait = self.patience
            left = self.deadline.remaining()
            if left < wait:
                wait = min(wait, max(left, LEAST))
            self._read_timeout = self._write_timeout = None if math.isinf(wait) else wait
            super()._execute_command(command, sql)

        def _create_ssl_ctx(self, sslp: dict[str, Any]) -> ssl.SSLContext:
            """`sslp` is what the URL says of certificates, and empty when it says nothing."""
            made: ssl.SSLContext = super()._create_ssl_ctx(sslp) if sslp else _unverified()
            return made

    return Bounded


@cache
def _unverified() -> ssl.SSLContext:
    """TLS without certificates, for all connections whose URL names none.

    PyMySQL would load the system's 140 authorities for each of them, 30 ms of CPU, and verify nothing by them.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def _notice_a_lost_network(connected: socket.socket) -> None:
    """Have the kernel look whether the other host is there, also while the driver only waits."""
    if connected.family not in (socket.AF_INET, socket.AF_INET6):
        return
    options = {"TCP_KEEPIDLE": TRANSPORT, "TCP_KEEPINTVL": 1, "TCP_USER_TIMEOUT": 1000 * TRANSPORT}
    for name, value in options.items():
        # Not every system has all of these.
        if hasattr(socket, name):
            connected.setsockopt(socket.IPPROTO_TCP, getattr(socket, name), value)
