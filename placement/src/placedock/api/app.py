# SPDX-License-Identifier: Apache-2.0
"""The WSGI application of the Placement API: Pecan's request cycle around our own way to find a handler."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from pecan.core import ExplicitPecan, RoutingState
from placedock.api import admission, hooks
from placedock.api.controller import Handler
from placedock.api.requests import Request, Response
from placedock.api.routes import ROUTER
from placedock.web import identity
from placedock.web.deadlines import deadline
from placedock.web.policy import Policy

if TYPE_CHECKING:
    from oslo_config.cfg import ConfigOpts
    from placedock.store.database import Database


class Placement(ExplicitPecan):
    """The API on one database, without the layers that `placedock.web.layers` puts around it.

    `placedock.api.controller` says why Pecan's lookup is replaced as a whole. Requests for more than the version document
    wait until the service is `complete`.
    """

    def __init__(
        self,
        settings: "ConfigOpts",
        database: "Database",
        policy: Policy,
        complete: Callable[[], None],
    ) -> None:
        super().__init__(
            ROUTER,
            hooks=[hooks.Negotiation(), hooks.ErrorResponses()],
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
        request.settings, request.policy = self.settings, self.policy
        request.deadline = deadline(request.environ, self.seconds)
        request.db = self.database.until(request.deadline)
        self.handle_hooks(self.hooks, "on_route", state)
        request.check_length()
        url, values = ROUTER.find(request.path_info)
        if url.template not in identity.OPEN_PATHS:
            self.complete()
        return admission.admit(request, url, values), [], {}

    def invoke_controller(
        self, handler: Handler, args: list[Any], kwargs: dict[str, Any], state: RoutingState
    ) -> None:
        handler(state.request, state.response)

    def _handle_empty_response_body(self, state: RoutingState) -> None:
        """Handlers set their status themselves; Pecan would decode each body to guess it."""
