# SPDX-License-Identifier: Apache-2.0
"""The WSGI application of the console: finds the route of a request, checks it from the outside, and calls the endpoint."""

import logging
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from placedock.console import openapi
from placedock.console.endpoint import Request, Response
from placedock.console.outside import Outside
from placedock.console.route import PREFIX, Route, by_path
from placedock.console.routes import ROUTES
from placedock.errors import Unavailable
from placedock.web import envelope, identity
from placedock.web.deadlines import deadline
from placedock.web.environ import REQUEST_ID, Application, Environ, StartResponse
from placedock.web.errors import (
    MethodNotAllowed,
    NoSuchUrl,
    NotAcceptable,
    Unauthorized,
    UnsupportedMediaType,
    told,
)
from placedock.web.messages import JSON
from placedock.web.turnstile import Turnstile

if TYPE_CHECKING:
    from oslo_config.cfg import ConfigOpts

    from placedock.store.database import Database
    from placedock.web.policy import Policy

LOG = logging.getLogger(__name__)


class Console:
    """The console on one database. Requests wait until `complete` returns."""

    def __init__(
        self,
        settings: "ConfigOpts",
        database: "Database",
        policy: "Policy",
        complete: Callable[[], object],
        outside: Outside,
        turnstile: Turnstile,
        routes: Sequence[Route] = ROUTES,
    ) -> None:
        self.settings = settings
        self.database = database
        self.policy = policy
        self.complete = complete
        self.outside = outside
        self.turnstile = turnstile
        self.seconds = settings.placedock.request_seconds
        self.paths = by_path(routes)

    def open_paths(self) -> dict[str, Application]:
        """The paths that need no token."""
        return {
            path: self
            for path, routes in self.paths.items()
            if any(route.rule is None for route in routes.values())
        }

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        request, response = Request(environ), Response()
        try:
            self._answer(request, response)
        except Exception as error:
            return self._refusal(request, error)(environ, start_response)
        answer: Application = response
        return answer(environ, start_response)

    def _answer(self, request: Request, response: Response) -> None:
        """Call the endpoint, once all that can be told from the outside is in order.

        The order of the checks is that of the API: the URL (404), the method (405), the media types (415, 406), the policy
        (403), the query (400).
        """
        methods = self.paths.get(request.environ["PATH_INFO"])
        if methods is None:
            raise NoSuchUrl()
        route = methods.get(request.method)
        if route is None:
            raise MethodNotAllowed(allow=sorted(methods))
        request.deadline = deadline(request.environ, self.seconds)
        request.check_length()
        if route.endpoint.body is not None and request.content_type != JSON:
            raise UnsupportedMediaType(given=request.content_type or None, known=JSON)
        _require_acceptable(request, route.endpoint.media_type)
        request.settings, request.policy = self.settings, self.policy
        request.db = self.database.until(request.deadline)
        request.turnstile = self.turnstile
        request.outside = self.outside
        request.describe = partial(openapi.document, self.paths, self.outside)
        if route.rule is not None:
            caller = identity.caller(request.environ, request.environ.get(REQUEST_ID))
            if caller is None:
                raise Unauthorized()
            request.caller = caller
            self.complete()
            self.policy.check(route.rule, caller)
        route.endpoint.check_query(request)
        route.endpoint.handler(request, response)

    def _refusal(self, request: Request, error: Exception) -> Application:
        details = {"code": told(type(error)).code}
        response = envelope.refusal(error, request.environ.get(REQUEST_ID), details)
        if isinstance(error, Unavailable):
            LOG.warning("%s is not available: %s", error.what, error.reason)
        elif response.status_int == 500:
            LOG.error("%s %s failed", request.method, request.path, exc_info=error)
        answer: Application = response
        return answer


class DispatchesByPrefix:
    """Sends the requests below `/-/` to the console, and all others to the Placement API."""

    def __init__(self, placement: Application, console: Application) -> None:
        self.placement = placement
        self.console = console

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        if environ["PATH_INFO"].startswith(PREFIX):
            return self.console(environ, start_response)
        return self.placement(environ, start_response)


def _require_acceptable(request: Request, media_type: str) -> None:
    accept = request.environ.get("HTTP_ACCEPT")
    # The request log puts JSON in the place of an `Accept` that is missing or takes anything.
    if accept and not request.accept.acceptable_offers([media_type, JSON]):
        raise NotAcceptable(known=media_type)
