# SPDX-License-Identifier: Apache-2.0
"""What a URL is: the base class of every controller.

A `Resource` answers the HTTP methods it defines, by name; `child` hands out what lies below it. Routing, `Allow`, the
microversion a URL or method appeared in, content negotiation, the check of query strings and policy all derive from the
class and from the marks on it (see `marks`), so that a controller holds nothing but its handlers.

Pecan's own lookup is not used, by design: it binds query and body fields to arguments, cuts extensions, redirects, runs
GET where DELETE is missing, and inspects argument lists on every request. Here none of that can happen.
"""

from collections.abc import Callable
from typing import ClassVar

from placedock.api import policies
from placedock.api.microversion import Feature
from placedock.api.requests import Request, Response
from placedock.web.errors import MethodNotAllowed, NoSuchUrl, NotAcceptable, UnsupportedMediaType
from placedock.web.messages import JSON

METHODS = ("GET", "PUT", "POST", "DELETE")

Handler = Callable[[Request, Response], None]


class Resource:
    """One URL. `path` is its template, as the API reference and the policies write it."""

    path: ClassVar[str]
    since: ClassVar[tuple[Feature, int] | None] = None
    refuses: ClassVar[tuple[type[Exception], ...]] = ()

    def child(self, segment: str) -> "Resource":
        """What lies below this URL under `segment`."""
        raise NoSuchUrl()

    def policy_target(self, request: Request) -> dict[str, str | None] | None:
        """What the policy is asked about; None means the caller's own project and user."""
        return None

    def find(self, segments: list[str]) -> "Resource":
        """The resource at the end of `segments` below this one."""
        resource = self
        for segment in segments:
            if not segment:
                raise NoSuchUrl()
            resource = resource.child(segment)
        return resource

    def handler(self, request: Request) -> Handler:
        """The method that answers `request`, once everything that can be told from the outside is in order.

        The order of the checks is part of the contract: the method (405), the version (404), the media types (415, 406),
        the policy (403), and last the query string (400). Bodies are read by the handlers: what the URL names comes first.
        """
        method = request.method
        handler = getattr(self, method.lower(), None) if method in METHODS else None
        if handler is None:
            raise MethodNotAllowed(allow=self.allowed())
        for mark in (self.since, getattr(handler, "since", None)):
            if mark is not None and mark[0] not in request.version:
                raise NoSuchUrl() if mark[1] == 404 else MethodNotAllowed(allow=self.allowed())
        body = getattr(handler, "body", None)
        if body is not None:
            if body.wanted(request.version):
                _require_json(request)
                request.takes = body.schema
        elif method == "GET":
            _require_acceptable(request)
        rule = policies.GUARDED_BY.get((method, self.path))
        if rule is not None:
            request.policy.check(rule, request.caller, self.policy_target(request))
        query = getattr(handler, "query", None)
        if query is not None:
            request.check_query(query)
        return handler

    @classmethod
    def allowed(cls) -> list[str]:
        return [method for method in METHODS if hasattr(cls, method.lower())]


def _require_json(request: Request) -> None:
    given = request.content_type
    if given != JSON:
        raise UnsupportedMediaType(given=given or None, known=JSON)


def _require_acceptable(request: Request) -> None:
    accept = request.environ.get("HTTP_ACCEPT")
    if accept and accept != JSON and not request.accept.acceptable_offers([JSON]):
        raise NotAcceptable(known=JSON)
