# SPDX-License-Identifier: Apache-2.0
"""A TCP relay between a client and a server, which can stall: connections stay open and nothing moves.

with Relay(("127.0.0.1", 3306)) as relay:
    connect_to(relay.port)
    relay.stall()          # what is sent is taken and not passed on, as by a host that hangs
    relay.resume()         # what was held back arrives, in order
"""

import contextlib
import socket
import threading
from collections.abc import Callable
from typing import Self

Address = tuple[str, int]


class Relay:
    """Passes bytes on in both directions, in two threads for each connection."""

    def __init__(self, target: Address, host: str = "127.0.0.1") -> None:
        self._target = target
        self._flowing = threading.Event()
        self._flowing.set()
        self._listener = socket.create_server((host, 0), backlog=1024)
        self._open: set[socket.socket] = set()
        self.port: int = self._listener.getsockname()[1]

    def __enter__(self) -> Self:
        self._start(self._accept)
        return self

    def __exit__(self, *_: object) -> None:
        self.resume()
        for each in (self._listener, *self._open):
            with contextlib.suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
            each.close()

    def stall(self) -> None:
        self._flowing.clear()

    def resume(self) -> None:
        self._flowing.set()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                self._open.add(client)
                self._start(self._connect, client)

    def _connect(self, client: socket.socket) -> None:
        self._flowing.wait()
        try:
            server = socket.create_connection(self._target)
        except OSError:
            client.close()
            return
        self._open.add(server)
        self._start(self._pass_on, server, client)
        self._pass_on(client, server)

    def _pass_on(self, source: socket.socket, sink: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                self._flowing.wait()
                sink.sendall(data)
        self._flowing.wait()
        with contextlib.suppress(OSError):
            sink.shutdown(socket.SHUT_WR)

    @staticmethod
    def _start(work: Callable[..., None], *arguments: object) -> None:
        threading.Thread(target=work, args=arguments, daemon=True).start()
