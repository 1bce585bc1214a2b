# SPDX-License-Identifier: Apache-2.0
"""Where log lines go, and their form."""

import logging
import sys
from copy import copy
from typing import TYPE_CHECKING, Any, TextIO

import orjson
from oslo_log import log
from oslo_log.formatters import ContextFormatter, JSONFormatter

from placedock.web import printable, request_log

if TYPE_CHECKING:
    from oslo_config.cfg import ConfigOpts


def set_up(settings: "ConfigOpts") -> None:
    """Log to stdout, or where `settings` say.

    A line that cannot be written is lost in silence, unless `debug` is on: logging would write a traceback for each.
    """
    log.setup(settings, "placedock")
    logging.raiseExceptions = settings.debug
    for handler in logging.root.handlers:
        # Handlers of files are stream handlers too, and stay as they are.
        if isinstance(handler, logging.StreamHandler) and handler.stream is sys.stdout:
            handler.setStream(_stdout())
        if isinstance(handler.formatter, ContextFormatter):
            handler.setFormatter(_Lines(handler.formatter, settings))
        elif isinstance(handler.formatter, JSONFormatter):
            handler.setFormatter(_Json(datefmt=settings.log_date_format))


def _stdout() -> TextIO:
    """The file descriptor, opened anew: under mod_wsgi sys.stdout is Apache's error log."""
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
        super().__init__(
            settings.logging_default_format_string, settings.log_date_format, validate=False
        )
        self._others = others
        example = logging.LogRecord(request_log.__name__, logging.INFO, "", 0, "", (), None)
        try:
            super().format(example)
        except ValueError:
            # The form asks for what only oslo.log knows.
            self._own = None
        else:
            self._own = request_log.__name__

    def format(self, record: logging.LogRecord) -> str:
        if record.name == self._own:
            return super().format(record)
        message = record.getMessage()
        safe = printable.escaped(message)
        if safe != message:
            # Other lines than those of requests may hold what a client sent, too.
            record = copy(record)
            record.msg, record.args = safe, None
        return self._others.format(record)


class _Json(JSONFormatter):
    """oslo.log's objects without the members that are null or empty, which are most of them."""

    def format(self, record: logging.LogRecord) -> str:
        return orjson.dumps(_filled(orjson.loads(super().format(record)))).decode()


def _filled(value: Any) -> Any:
    if isinstance(value, dict):
        inner = {name: _filled(one) for name, one in value.items()}
        return {name: one for name, one in inner.items() if one not in (None, {}, [])}
    return value
