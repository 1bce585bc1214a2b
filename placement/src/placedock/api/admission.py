# SPDX-License-Identifier: Apache-2.0
"""The checks that a request must pass before its handler is called. They look at the request only from the outside.

The order of the checks is part of the contract: the method (405), the version (404), the media types (415, 406), the policy
(403), and last the query string (400). Handlers read bodies by themselves: whether what the URL names exists comes first.
"""

from collections.abc import Sequence

from placedock.api.controller import Handler
from placedock.api.requests import Request
from placedock.api.router import Url
from placedock.web.errors import (
    MethodNotAllowed,
    NoSuchUrl,
    NotAcceptable,
    UnsupportedMediaType,
    WriteRefused,
)
from placedock.web.messages import JSON


def admit(request: Request, url: Url, values: Sequence[str]) -> Handler:
    """The handler that answers `request`, bound to a controller that was made from the path's `values`."""
    endpoint = url.endpoints.get(request.method)
    if endpoint is None:
        raise MethodNotAllowed(allow=url.allowed)
    if endpoint.since is not None and endpoint.since not in request.version:
        if url.since is None or url.since in request.version:
            raise MethodNotAllowed(allow=url.allowed)
        raise NoSuchUrl()
    if request.method != "GET":
        request.reading = [method for method in url.allowed if method == "GET"]
        if request.settings.placedock.read_only:
            raise WriteRefused(allow=request.reading)
    if endpoint.body is not None:
        if endpoint.body.wanted(request.version):
            _require_json(request)
            request.takes = endpoint.body.schema
    elif endpoint.negotiated:
        _require_acceptable(request)
    controller = url.controller(*values)
    if endpoint.policy is not None:
        target = controller.policy_target(request)
        request.policy.check(endpoint.policy, request.caller, target)
    if endpoint.query is not None:
        request.check_query(endpoint.query)
    handler: Handler = endpoint.handler.__get__(controller)
    return handler


def _require_json(request: Request) -> None:
    given = request.content_type
    if given != JSON:
        raise UnsupportedMediaType(given=given or None, known=JSON)


def _require_acceptable(request: Request) -> None:
    accept = request.environ.get("HTTP_ACCEPT")
    if accept and accept != JSON and not request.accept.acceptable_offers([JSON]):
        raise NotAcceptable(known=JSON)
