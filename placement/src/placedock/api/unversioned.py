# SPDX-License-Identifier: Apache-2.0
"""What is served beside the Placement API and without a token: health, and the API's description."""

import functools
from collections.abc import Iterable, Mapping

import orjson
from placedock.api import errors, microversion
from placedock.api.identity import Application, Environ, StartResponse
from placedock.api.log import REQUEST_ID
from placedock.api.microversion import Version
from placedock.api.resource import JSON
from placedock.errors import PlacedockError
from webob.request import BaseRequest

DESCRIPTION = "/openapi.json"


class Unversioned:
    """Sends the requests for some paths elsewhere, and leaves the others to the API."""

    def __init__(self, application: Application, elsewhere: Mapping[str, Application]) -> None:
        self.application = application
        self.elsewhere = elsewhere

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        application = self.elsewhere.get(environ["PATH_INFO"], self.application)
        return application(environ, start_response)


def describe(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
    """The OpenAPI document of the version that `?version=1.36`, or else the version header, asks for."""
    request = BaseRequest(environ)
    try:
        if request.method != "GET":
            raise errors.MethodNotAllowed(allow=["GET"])
        asked = request.GET.get("version")
        version = microversion.requested(
            f"{microversion.SERVICE_TYPE} {asked}"
            if asked
            else environ.get("HTTP_OPENSTACK_API_VERSION")
        )
    except (PlacedockError, UnicodeDecodeError) as refusal:
        return errors.as_response(refusal, None, environ.get(REQUEST_ID))(environ, start_response)
    body = _description(version, request.script_name or "/")
    headers = [
        ("Content-Type", JSON),
        ("Content-Length", str(len(body))),
        (microversion.HEADER, f"{microversion.SERVICE_TYPE} {version}"),
        ("Vary", microversion.HEADER),
    ]
    start_response("200 OK", headers)
    return [body]


@functools.cache
def _description(version: Version, prefix: str) -> bytes:
    """Made when first asked for. `prefix` is the server's, so there are no more documents than versions."""
    from placedock.api import openapi

    return orjson.dumps(openapi.document(version, prefix))
