# SPDX-License-Identifier: Apache-2.0
"""Request ids, and one log line per request.

The line says method, path, microversion, status, length, milliseconds and request id; with `[DEFAULT]/use_json` the same as
JSON. It is written by the application so that it is alike under every server.
"""

import logging
import sys
import time
import uuid
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, TextIO

from oslo_context.context import RequestContext
from oslo_log import log
from oslo_log.formatters import ContextFormatter
from placedock.api.identity import Application, Environ, StartResponse

if TYPE_CHECKING:
    from oslo_config.cfg import ConfigOpts

LOG = logging.getLogger(__name__)

REQUEST_ID = "openstack.request_id"
REQUEST_ID_HEADER = "x-openstack-request-id"


def set_up(settings: "ConfigOpts") -> None:
    """Log to stdout as `settings` say.

    Under mod_wsgi sys.stdout is Apache's error log, so the file descriptor is opened anew.
    """
    log.setup(settings, "placedock")
    stdout = _stdout()
    for handler in logging.root.handlers:
        if isinstance(handler, logging.StreamHandler):
            handler.setStream(stdout)
        if isinstance(handler.formatter, ContextFormatter):
            handler.setFormatter(_Lines(handler.formatter, settings))


def _stdout() -> TextIO:
    try:
        return open(1, "w", buffering=1, closefd=False)
    except OSError:
        return sys.stdout


class _Lines(logging.Formatter):
    """Formats the lines of requests, and leaves all others to oslo.log.

    oslo.log looks for the caller in the context of each line, which these need not: they say all themselves. It would be
    a tenth of the time that a small request takes.
    """

    def __init__(self, others: logging.Formatter, settings: "ConfigOpts") -> None:
        super().__init__(settings.logging_default_format_string, settings.log_date_format)
        self._others = others

    def format(self, record: logging.LogRecord) -> str:
        return super().format(record) if record.name == __name__ else self._others.format(record)


class RequestLog:
    """Gives every request an id, answers with it, and logs the request when it has been answered."""

    def __init__(self, application: Application) -> None:
        self.application = application

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        started = time.perf_counter()
        request_id = environ[REQUEST_ID] = f"req-{uuid.uuid4()}"
        # Else lines of this thread, until the caller is known, would be those of the request before.
        RequestContext(request_id=request_id)
        # Placement answers JSON, errors included, to a client that does not say what it accepts.
        if environ.get("HTTP_ACCEPT", "*/*") in ("", "*/*"):
            environ["HTTP_ACCEPT"] = "application/json"

        def answer(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Any:
            headers.append((REQUEST_ID_HEADER, request_id))
            _say(environ, status, headers, started)
            return start_response(status, headers, exc_info)

        return self.application(environ, answer)


def _say(environ: Environ, status: str, headers: list[tuple[str, str]], started: float) -> None:
    query = environ.get("QUERY_STRING")
    fields = {
        "method": environ["REQUEST_METHOD"],
        "path": environ.get("SCRIPT_NAME", "")
        + environ.get("PATH_INFO", "")
        + (f"?{query}" if query else ""),
        "microversion": str(environ.get("placedock.version", "-")),
        "status": int(status[:3]),
        "length": next((int(v) for k, v in headers if k.lower() == "content-length"), 0),
        "milliseconds": round((time.perf_counter() - started) * 1000, 1),
        "request_id": environ[REQUEST_ID],
    }
    LOG.info(
        "%(method)s %(path)s %(microversion)s %(status)s %(length)s bytes %(milliseconds)s ms "
        "%(request_id)s",
        fields,
        extra={"extra": fields},
    )
