# SPDX-License-Identifier: Apache-2.0
"""Who is asking: the two auth strategies, and what the policies are told of the caller.

Both strategies leave the same headers in the WSGI environ, so that everything behind them is one path. The root URL needs
no token under either, and so does nothing else.
"""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

import webob.exc
from oslo_context.context import RequestContext

if TYPE_CHECKING:
    from oslo_config.cfg import ConfigOpts

Environ = dict[str, Any]
StartResponse = Callable[..., Any]
Application = Callable[[Environ, StartResponse], Iterable[bytes]]

OPEN_PATHS = ("", "/")


class NoAuth:
    """noauth2, for tests and desks: the token is `USER[:PROJECT]`, and is believed.

    The user `admin` has the role admin, others have none; `X-Roles` overrides that. With a system scope there is no
    project.
    """

    def __init__(self, application: Application) -> None:
        self.application = application

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        if environ["PATH_INFO"] in OPEN_PATHS:
            return self.application(environ, start_response)
        token = environ.get("HTTP_X_AUTH_TOKEN")
        if token is None:
            return unauthorized()(environ, start_response)
        user, _, project = token.partition(":")
        environ["HTTP_X_USER_ID"] = user
        if not environ.get("HTTP_OPENSTACK_SYSTEM_SCOPE"):
            environ["HTTP_X_TENANT_ID"] = project or user
        environ.setdefault("HTTP_X_ROLES", "admin" if user == "admin" else "")
        return self.application(environ, start_response)


def strategy(settings: "ConfigOpts") -> Callable[[Application], Application]:
    """The middleware that `[api]/auth_strategy` names."""
    if settings.api.auth_strategy == "noauth2":
        return NoAuth
    # Imported where it is needed: it brings half a second of modules that noauth2 has no use for.
    from placedock.api.keystone import Keystone

    return lambda application: Keystone(application, settings)


def caller(environ: Environ, request_id: str | None) -> RequestContext | None:
    """Who the strategies found, or None when they found nobody and the URL is not an open one."""
    context = RequestContext.from_environ(environ, request_id=request_id)
    if context.user_id is None and environ["PATH_INFO"] not in OPEN_PATHS:
        return None
    return context


def unauthorized() -> webob.exc.HTTPUnauthorized:
    """WebOb's own 401, with an `errors` list beside its keys, which is where the openstack client looks."""

    def as_json(body: str, status: str, title: str, environ: Environ) -> dict[str, Any]:
        detail = {"status": int(status.split(" ")[0]), "title": title, "detail": body}
        return {"message": body, "code": status, "title": title, "errors": [detail]}

    return webob.exc.HTTPUnauthorized(json_formatter=as_json)
