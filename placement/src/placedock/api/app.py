# SPDX-License-Identifier: Apache-2.0
"""The WSGI application: the layers a request passes, outermost first, and the Pecan application at their heart."""

from threading import Event
from typing import TYPE_CHECKING, Any

from pecan.core import ExplicitPecan, RoutingState
from placedock.api import health, hooks, identity, log, unversioned
from placedock.api.errors import NoSuchUrl
from placedock.api.identity import Application
from placedock.api.leftovers import Leftovers
from placedock.api.policy import Policy
from placedock.api.requests import Request, Response
from placedock.api.resource import Handler
from placedock.api.routes import Root
from placedock.model.deadline import Deadline
from placedock.store.database import Database

if TYPE_CHECKING:
    from oslo_config.cfg import ConfigOpts


def make(
    settings: "ConfigOpts", database: Database, policy: Policy, complete: Event
) -> Application:
    """The service, on `database`. Requests for more than the version wait until it is `complete`."""
    elsewhere = {**health.applications(database), unversioned.DESCRIPTION: unversioned.describe}
    layers: list[Any] = []
    # These groups are there when the environment has a setting of theirs.
    if "oslo_middleware" in settings and settings.oslo_middleware.enable_proxy_headers_parsing:
        from oslo_middleware import http_proxy_to_wsgi

        layers += [lambda inner: http_proxy_to_wsgi.HTTPProxyToWSGI(inner, settings)]
    layers += [Leftovers, log.RequestLog, lambda inner: unversioned.Unversioned(inner, elsewhere)]
    if "cors" in settings and settings.cors.allowed_origin:
        from oslo_middleware import cors

        layers += [lambda inner: cors.CORS(inner, settings)]
    layers += [identity.strategy(settings)]
    application: Any = Placement(settings, database, policy, complete)
    for layer in reversed(layers):
        application = layer(application)
    return application


class Placement(ExplicitPecan):
    """Pecan's request cycle (hooks, errors, responses) around our own way to find the handler.

    See `placedock.api.resource` for why Pecan's lookup is replaced as a whole.
    """

    def __init__(
        self, settings: "ConfigOpts", database: Database, policy: Policy, complete: Event
    ) -> None:
        super().__init__(
            Root(),
            hooks=[hooks.Negotiation(), hooks.Refusal()],
            request_cls=Request,
            response_cls=Response,
        )
        self.settings = settings
        self.seconds = settings.placedock.request_seconds
        self.database = database
        self.policy = policy
        self.complete = complete

    def find_controller(self, state: RoutingState) -> tuple[Handler, list[Any], dict[str, Any]]:
        request = state.request
        request.settings, request.db, request.policy = self.settings, self.database, self.policy
        request.deadline = Deadline(self.seconds)
        self.handle_hooks(self.hooks, "on_route", state)
        path = request.path_info
        if path and not path.startswith("/"):
            raise NoSuchUrl()
        segments = []
        if path not in identity.OPEN_PATHS:
            segments = path.split("/")[1:]
            self.complete.wait()
        request.check_length()
        resource = self.root.find(segments)
        return resource.handler(request), [], {}

    def invoke_controller(
        self, handler: Handler, args: list[Any], kwargs: dict[str, Any], state: RoutingState
    ) -> None:
        handler(state.request, state.response)

    def _handle_empty_response_body(self, state: RoutingState) -> None:
        """Handlers say their status themselves; Pecan would decode each body to guess it."""
