# SPDX-License-Identifier: Apache-2.0
"""The auth strategy noauth2, for tests and development: the token is `USER[:PROJECT]`, and the service believes it."""

from collections.abc import Iterable

from placedock.web.environ import Application, Environ, StartResponse
from placedock.web.identity import OPEN_PATHS, unauthorized


class NoAuth:
    """The user `admin` has the role admin, other users have no role; the header `X-Roles` replaces these roles.

    A caller with a system scope has no project.
    """

    def __init__(self, application: Application) -> None:
        self.application = application

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        if environ["PATH_INFO"] in OPEN_PATHS:
            return self.application(environ, start_response)
        token = environ.get("HTTP_X_AUTH_TOKEN")
        if token is None:
            refusal: Application = unauthorized()
            return refusal(environ, start_response)
        user, _, project = token.partition(":")
        environ["HTTP_X_USER_ID"] = user
        if not environ.get("HTTP_OPENSTACK_SYSTEM_SCOPE"):
            environ["HTTP_X_TENANT_ID"] = project or user
        environ.setdefault("HTTP_X_ROLES", "admin" if user == "admin" else "")
        return self.application(environ, start_response)
