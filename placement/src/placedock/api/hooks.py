# SPDX-License-Identifier: Apache-2.0
"""The work around every handler: identity and version before it, errors and headers after it."""

import datetime
import logging
from functools import lru_cache

from pecan.core import RoutingState
from pecan.hooks import PecanHook
from placedock.api import errors, microversion
from placedock.api.microversion import Feature
from placedock.errors import ReadOnlyDatabase, Unavailable
from placedock.web import identity
from placedock.web.environ import MICROVERSION, REQUEST_ID
from placedock.web.errors import Unauthorized
from webob.datetime_utils import serialize_date

LOG = logging.getLogger(__name__)


class Negotiation(PecanHook):
    """Find out the caller and the version before the handler; tell the version, and how fresh the content is, after it."""

    def on_route(self, state: RoutingState) -> None:
        request = state.request
        environ = request.environ
        caller = identity.caller(environ, environ.get(REQUEST_ID))
        if caller is None:
            raise Unauthorized()
        request.caller = caller
        request.version = microversion.requested(environ.get("HTTP_OPENSTACK_API_VERSION"))
        environ[MICROVERSION] = request.version

    def after(self, state: RoutingState) -> None:
        version = getattr(state.request, "version", None)
        if version is None:
            return
        response = state.response
        response.headers[microversion.HEADER] = f"{microversion.SERVICE_TYPE} {version}"
        response.headers.add("Vary", microversion.HEADER)
        if Feature.LAST_MODIFIED in version and getattr(response, "dated", False):
            response.headers["Cache-Control"] = "no-cache"
            modified = response.modified or datetime.datetime.now(datetime.UTC)
            response.headers["Last-Modified"] = _written(modified.replace(microsecond=0))


@lru_cache(100)
def _written(moment: datetime.datetime) -> str:
    """The time as HTTP writes it; most answers of one second have the same."""
    text: str = serialize_date(moment)
    return text


class ErrorResponses(PecanHook):
    """Turn an error into the response that tells of it."""

    def on_error(self, state: RoutingState, error: Exception) -> object:
        request = state.request
        request_id = request.environ.get(REQUEST_ID)
        response = errors.as_response(error, getattr(request, "version", None), request_id)
        if isinstance(error, ReadOnlyDatabase):
            response.headers["Allow"] = ", ".join(request.reading)
        if isinstance(error, Unavailable):
            LOG.warning("the database is not available: %s", error.reason)
        elif response.status_int == 500:
            LOG.error("%s %s failed", request.method, request.path, exc_info=error)
        return response
