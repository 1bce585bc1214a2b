# SPDX-License-Identifier: Apache-2.0
"""The caller: who sent a request, as the auth strategy found out, and the response to a request of nobody.

Both strategies leave the same headers in the WSGI environ, so all that comes after them is one path. The root URL needs no
token under either; every other URL that an auth strategy sees needs one.
"""

from typing import Any

import webob.exc
from oslo_context.context import RequestContext

from placedock.web.environ import CALLER, Environ

OPEN_PATHS = ("", "/")


def caller(environ: Environ, request_id: str | None) -> RequestContext | None:
    """The caller, or None when the strategy found nobody and the URL needs somebody."""
    context = RequestContext.from_environ(environ, request_id=request_id)
    if context.user_id is None and environ["PATH_INFO"] not in OPEN_PATHS:
        return None
    environ[CALLER] = context
    return context


def unauthorized() -> webob.exc.HTTPUnauthorized:
    """WebOb's own 401, to which an `errors` list is added, which is where the openstack client looks."""

    def as_json(body: str, status: str, title: str, environ: Environ) -> dict[str, Any]:
        detail = {"status": int(status.split(" ")[0]), "title": title, "detail": body}
        return {"message": body, "code": status, "title": title, "errors": [detail]}

    return webob.exc.HTTPUnauthorized(json_formatter=as_json)
