# SPDX-License-Identifier: Apache-2.0
"""Sets up the log: the place to which lines go, and their form."""

import logging
import sys
from collections.abc import Iterable
from copy import copy
from itertools import chain
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
    for handler in _handlers():
        # Handlers of files are stream handlers too, and stay as they are.
        if isinstance(handler, logging.StreamHandler) and handler.stream is sys.stdout:
            handler.setStream(_stdout())
        if isinstance(handler.formatter, ContextFormatter):
            handler.setFormatter(_Lines(handler.formatter, settings))
        elif isinstance(handler.formatter, JSONFormatter):
            handler.setFormatter(_Json(datefmt=settings.log_date_format))
        elif not isinstance(handler.formatter, _Safe):
            handler.setFormatter(_Safe(handler.formatter or logging.Formatter()))


def _stdout() -> TextIO:
    """The file descriptor, opened anew: under mod_wsgi sys.stdout is Apache's error log."""
    try:
        return open(1, "w", buffering=1, closefd=False)
    except OSError:
        return sys.stdout


def _handlers() -> Iterable[logging.Handler]:
    """The handlers of the root, and those that a file of the setting `log_config_append` gives to other loggers."""
    loggers = [logging.root, *logging.Logger.manager.loggerDict.values()]
    return chain.from_iterable(getattr(each, "handlers", ()) for each in loggers)


class _Safe(logging.Formatter):
    """Gives another formatter a record in which nothing that a client sent can begin a line or move a terminal's cursor."""

    def __init__(self, others: logging.Formatter) -> None:
        super().__init__()
        self._others = others

    def format(self, record: logging.LogRecord) -> str:
        message = record.getMessage()
        safe = printable.escaped(message)
        if safe != message:
            record = copy(record)
            record.msg, record.args = safe, None
        if record.exc_info and record.exc_info[1] is not None:
            _, error, trace = record.exc_info
            stand_in = printable.escaped_error(error)
            record = copy(record)
            record.exc_info, record.exc_text = (type(stand_in), stand_in, trace), None
        return self._others.format(record)


class _Lines(_Safe):
    """Formats the lines of requests, and leaves all others to oslo.log.

    oslo.log looks for the caller in the context of each line, which these need not: they say all themselves. It would be
    a tenth of the time that a small request takes.
    """

    def __init__(self, others: logging.Formatter, settings: "ConfigOpts") -> None:
        super().__init__(others)
        self._requests = logging.Formatter(
            settings.logging_default_format_string, settings.log_date_format, validate=False
        )
        example = logging.LogRecord(request_log.__name__, logging.INFO, "", 0, "", (), None)
        try:
            self._requests.format(example)
        except ValueError:
            # The form asks for what only oslo.log knows.
            self._own = None
        else:
            self._own = request_log.__name__

    def format(self, record: logging.LogRecord) -> str:
        if record.name == self._own:
            return self._requests.format(record)
        text = super().format(record)
        if record.exc_info or record.stack_info:
            return text
        # oslo.log ends the line with the error that is being handled, and writes it as it is.
        return printable.escaped(text)


class _Json(JSONFormatter):
    """oslo.log's objects without the members that are null or empty, which are most of them."""

    def format(self, record: logging.LogRecord) -> str:
        return orjson.dumps(_filled(orjson.loads(super().format(record)))).decode()


def _filled(value: Any) -> Any:
    if isinstance(value, dict):
        inner = {name: _filled(one) for name, one in value.items()}
        return {name: one for name, one in inner.items() if one not in (None, {}, [])}
    return value
