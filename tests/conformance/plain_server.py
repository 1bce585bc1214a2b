# SPDX-License-Identifier: Apache-2.0
"""Serves MODULE:NAME at HOST PORT (0: any, and says which) and hands every request on to it as it came.

Run as a program of its own by the interpreter that has the application: upstream's, placedock's, or
the container's. Apache, waitress and their like answer a malformed content-length before any
application sees it; this server leaves it to the application, and unlike plain wsgiref invents no
content-type.
"""

import importlib
import socket
import socketserver
import sys
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer


class Handler(WSGIRequestHandler):
    """One request on one connection."""

    def get_environ(self) -> dict[str, Any]:
        """The request as the application sees it."""
        environ = super().get_environ()
        if "content-type" not in self.headers:
            del environ["CONTENT_TYPE"]
        return environ

    def finish(self) -> None:
        """Read what the application left unread: closing on it would reset the connection."""
        super().finish()
        self.connection.shutdown(socket.SHUT_WR)
        self.connection.settimeout(1)
        try:
            while self.connection.recv(65536):
                pass
        except OSError:
            # The client has gone, or has nothing more to say; either way the answer is out.
            return


class Server(socketserver.ThreadingMixIn, WSGIServer):
    """A thread per connection."""

    daemon_threads = True


if __name__ == "__main__":
    name, host, port = sys.argv[1:]
    module, _, attribute = name.partition(":")
    server = Server((host, int(port)), Handler)
    server.set_app(getattr(importlib.import_module(module), attribute))
    print(f"serving at http://{host}:{server.server_port}")
    server.serve_forever()
