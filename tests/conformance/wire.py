# SPDX-License-Identifier: Apache-2.0
"""The HTTP client under gabbi's: it sends what a test says, also where that is not proper HTTP.

httpx builds the request and reads the answer as always, but h11, which it would send with, refuses
a content-length that is no number, and that is what one of upstream's tests sends.
"""

import http.client

import httpx
from gabbi.httpclient import Http


class Verbatim(httpx.BaseTransport):
    """Sends each request on a connection of its own, header by header as given."""

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """The answer to `request`, whose body is read at once."""
        url = request.url
        connection = http.client.HTTPConnection(
            url.host, url.port, timeout=request.extensions["timeout"]["read"]
        )
        try:
            connection.putrequest(
                request.method,
                url.raw_path.decode("ascii"),
                skip_host=True,
                skip_accept_encoding=True,
            )
            for name, value in request.headers.raw:
                connection.putheader(name, value)
            connection.endheaders(request.read())
            response = connection.getresponse()
            return httpx.Response(
                response.status,
                headers=[
                    (name.encode("latin-1"), value.encode("latin-1"))
                    for name, value in response.getheaders()
                ],
                content=response.read(),
                extensions={
                    "http_version": b"HTTP/1.1",
                    "reason_phrase": response.reason.encode("ascii"),
                },
            )
        finally:
            connection.close()


class GabbiClient(Http):
    """gabbi's client, on `Verbatim`."""

    def __init__(self) -> None:
        super().__init__(cert_validate=False)
        self.client = httpx.Client(transport=Verbatim())
