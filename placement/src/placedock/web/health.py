# SPDX-License-Identifier: Apache-2.0
"""Liveness and readiness, outside of the Placement API and without a token.

`/livez` answers 200 as long as the process answers at all. `/readyz` answers 200 when the start is complete and the database
can be read and has the tables, else 503: a replica that is not ready should get no traffic, but restarting it would mend
nothing. A database that can only be read is ready, and the answer says so.
"""

import logging
from collections.abc import Callable, Iterable

import orjson

from placedock import errors
from placedock.store.database import Database
from placedock.web.environ import Application, Environ, StartResponse

LOG = logging.getLogger(__name__)

LIVE, READY = PROBES = "/livez", "/readyz"


def applications(database: Database, complete: Callable[[], None]) -> dict[str, Application]:
    """The applications that answer for health, by path. `complete` returns when the start is complete."""

    def live(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        return _say(start_response, "200 OK", "live")

    def ready(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        try:
            refusal = database.ready()
            complete()
        except errors.Unavailable as error:
            LOG.warning("not ready: %s", error.reason)
            return _say(start_response, "503 Service Unavailable", "unavailable")
        if refusal is not None:
            return _say(start_response, "200 OK", "ready", read_only=True)
        return _say(start_response, "200 OK", "ready")

    return {LIVE: live, READY: ready}


def alone(application: Application) -> Application:
    """An application that serves the health paths of `application`, and no other path."""

    def answer(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        if environ["PATH_INFO"] in (LIVE, READY):
            return application(environ, start_response)
        return _say(start_response, "404 Not Found", "this port is for /livez and /readyz")

    return answer


def _say(start_response: StartResponse, status: str, state: str, **more: object) -> Iterable[bytes]:
    body = orjson.dumps({"status": state, **more})
    headers = [("Content-Type", "application/json"), ("Content-Length", str(len(body)))]
    start_response(status, headers)
    return [body]
