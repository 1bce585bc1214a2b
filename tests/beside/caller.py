# SPDX-License-Identifier: Apache-2.0
"""The client of the rings that compare placedock with upstream, with a token and below a path."""

from typing import Any
from urllib.parse import urlsplit

import urllib3
from differential.calls import Answer, Call, Client


class Caller(Client):
    """Talks to the placement at a URL that has a path of its own, as whoever the token is."""

    def __init__(self, url: str, token: str) -> None:
        self._pool = _Below(url, token)

    def status(self, path: str = "/traits") -> int:
        return self.send(Call("GET", path)).status

    def write(self, method: str, path: str, body: Any = None, minor: int = 39) -> Answer:
        return self.send(Call(method, path, minor, body=body))


class _Below:
    """A connection pool on which all paths begin with that of the service, and all requests have the token."""

    def __init__(self, url: str, token: str) -> None:
        place = urlsplit(url)
        self.path = place.path
        self.token = {"X-Auth-Token": token}
        self.pool = urllib3.HTTPConnectionPool(
            place.hostname or "", place.port, timeout=120, maxsize=4
        )

    def request(
        self, method: str, url: str, *, headers: dict[str, str], **more: Any
    ) -> urllib3.BaseHTTPResponse:
        return self.pool.request(method, self.path + url, headers=headers | self.token, **more)
