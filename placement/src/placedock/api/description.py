# SPDX-License-Identifier: Apache-2.0
"""Serves the API's description at `/openapi.json`, without a token, and hands a part of it to others."""

import functools
from collections.abc import Iterable
from typing import Any

import orjson
from placedock.api import errors, microversion, routes
from placedock.api.microversion import Version
from placedock.errors import PlacedockError
from placedock.web.environ import REQUEST_ID, Application, Environ, StartResponse
from placedock.web.errors import MethodNotAllowed
from placedock.web.messages import JSON
from webob.request import BaseRequest

PATH = "/openapi.json"

KEPT = 50
"""The most documents that are kept, of some 100 kB each; there is one for each version."""


def describe(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
    """The OpenAPI document of the version that `?version=1.36`, or else the version header, asks for."""
    request = BaseRequest(environ)
    try:
        if request.method != "GET":
            raise MethodNotAllowed(allow=["GET"])
        asked = request.GET.get("version")
        version = microversion.requested(
            f"{microversion.SERVICE_TYPE} {asked}"
            if asked
            else environ.get("HTTP_OPENSTACK_API_VERSION")
        )
    except (PlacedockError, UnicodeDecodeError) as refusal:
        answer: Application = errors.as_response(refusal, None, environ.get(REQUEST_ID))
        return answer(environ, start_response)
    body = _description(version, request.script_name or "/")
    headers = [
        ("Content-Type", JSON),
        ("Content-Length", str(len(body))),
        (microversion.HEADER, f"{microversion.SERVICE_TYPE} {version}"),
        ("Vary", microversion.HEADER),
    ]
    start_response("200 OK", headers)
    return [body]


def of_request(method: str, url: str) -> dict[str, Any]:
    """What the newest version takes of a request: the `parameters` in its query, and the `requestBody` if there is one."""
    from placedock.api.openapi import requests

    (operation,) = (
        one for one in routes.ROUTER.operations if (one.method, one.url) == (method, url)
    )
    whole = requests.described(operation, microversion.MAXIMUM)
    whole["parameters"] = [one for one in whole["parameters"] if one.get("in") == "query"]
    return whole


@functools.lru_cache(maxsize=KEPT)
def _description(version: Version, prefix: str) -> bytes:
    """Made when first asked for. `prefix` may be what a client writes into `X-Forwarded-Prefix`, so few are kept."""
    from placedock.api import openapi

    return orjson.dumps(openapi.document(version, prefix))
