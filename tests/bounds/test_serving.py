# SPDX-License-Identifier: Apache-2.0
"""`serving`, the server of `placedock serve`, in this process with one thread and small bounds."""

import contextlib
import socket
import threading
import time
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

import pytest
from placedock import serving
from placedock.serving import Bounds

from .services import PATIENCE

MIB = 1024**2
PIECE = MIB // 4


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Answers as many bytes as the path says, in pieces."""
    size = int(environ["PATH_INFO"][1:])
    start_response("200 OK", [("Content-Length", str(size))])
    return (b"x" * min(PIECE, size - start) for start in range(0, size, PIECE))


def asking(size: int, more: bytes = b"") -> bytes:
    return b"GET /%d HTTP/1.1\r\nHost: placement\r\n%b\r\n" % (size, more)


def sending(size: int) -> bytes:
    return b"PUT /1 HTTP/1.1\r\nHost: placement\r\nContent-Length: %d\r\n\r\n" % size


class Client:
    """A connection. Little of an answer is on its way to it."""

    def __init__(self, port: int) -> None:
        self._made = socket.socket()
        self._made.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        self._made.settimeout(PATIENCE)
        self._made.connect(("127.0.0.1", port))
        self.send = self._made.sendall

    def first_line(self) -> bytes:
        return self._made.recv(4096).split(b"\r\n")[0]

    def all(self) -> bytes:
        """What the server sends until it closes the connection."""
        parts = []
        with self._made, contextlib.suppress(ConnectionResetError):
            while part := self._made.recv(MIB):
                parts.append(part)
        return b"".join(parts)


class Served(NamedTuple):
    """A server that runs until the tests end, and where it listens."""

    server: Any
    port: int

    def wait_for_body(self, size: int) -> None:
        """Wait until so many bytes of one client's body have arrived."""
        end = time.monotonic() + PATIENCE
        while not any(
            each.request and each.request.body_bytes_received >= size
            for each in list(self.server.active_channels.values())
        ):
            assert time.monotonic() < end
            time.sleep(0.01)


@pytest.fixture
def served() -> Served:
    """It keeps a MiB of the answers to a client, and then makes no more."""
    listening = socket.create_server(("127.0.0.1", 0))
    server = serving.server(application, [listening], Bounds(), threads=1)
    server.adj.outbuf_high_watermark = MIB
    threading.Thread(target=server.run, daemon=True).start()
    return Served(server, listening.getsockname()[1])


@pytest.fixture
def port(served: Served) -> int:
    return served.port


def serves(port: int) -> None:
    """Check that a client gets its answer."""
    client = Client(port)
    client.send(asking(1, b"Connection: close\r\n"))
    assert client.all().startswith(b"HTTP/1.1 200 ")


def test_a_client_that_takes_nothing_keeps_no_thread_and_gets_all_answers_when_it_takes_them(
    port: int,
) -> None:
    client = Client(port)
    client.send(100 * asking(PIECE) + asking(1, b"Connection: close\r\n"))
    time.sleep(1)
    serves(port)
    taken = client.all()
    assert taken.count(b"HTTP/1.1 200 ") == 101
    assert taken.count(b"x") >= 100 * PIECE + 1


def test_a_client_that_takes_nothing_of_one_large_answer_keeps_no_thread(port: int) -> None:
    client = Client(port)
    client.send(asking(64 * MIB, b"Connection: close\r\n"))
    time.sleep(1)
    serves(port)
    assert client.all().count(b"x") >= 64 * MIB


def test_the_largest_answers_that_wait_are_cut_when_they_take_too_much_together(
    port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(serving, "ANSWERS", 16 * MIB)
    small, large = Client(port), Client(port)
    small.send(20 * asking(PIECE) + asking(1, b"Connection: close\r\n"))
    large.send(asking(64 * MIB, b"Connection: close\r\n"))
    # The server looks every second.
    time.sleep(3)
    assert small.all().count(b"HTTP/1.1 200 ") == 21
    assert large.all().count(b"x") < 64 * MIB
    serves(port)


def test_the_largest_body_is_refused_when_those_that_arrive_take_too_much_together(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(serving, "BODIES", 2 * MIB)
    small, large, largest = (Client(served.port) for _ in range(3))
    small.send(sending(65536) + 65000 * b"x")
    largest.send(sending(4 * MIB) + (2 * MIB - 65536) * b"x")
    served.wait_for_body(2 * MIB - 65536)
    large.send(sending(MIB) + (MIB - 1) * b"x")
    assert largest.first_line() == b"HTTP/1.1 503 Service Unavailable"
    large.send(b"x")
    assert large.first_line() == b"HTTP/1.1 200 OK"
    small.send(536 * b"x")
    assert small.first_line() == b"HTTP/1.1 200 OK"


def test_small_bodies_are_not_refused_for_the_sake_of_others(
    port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(serving, "BODIES", 0)
    client = Client(port)
    client.send(sending(65536) + 65000 * b"x")
    # The server looks every second.
    time.sleep(3)
    client.send(536 * b"x")
    assert client.first_line() == b"HTTP/1.1 200 OK"
