# SPDX-License-Identifier: Apache-2.0
"""Checks the log's settings. For wrong ones oslo.log raises all kinds of errors, or accepts them and loses each line."""

import importlib.util
import logging
import logging.config
import os
import syslog
from collections.abc import Callable
from logging.handlers import SysLogHandler
from pathlib import Path
from types import SimpleNamespace

from oslo_config import cfg
from oslo_context.context import RequestContext
from oslo_log import formatters

from placedock.config.variables import WrongSetting, one_line, variable

JOURNAL = "/run/systemd/journal/socket"

FORMS = (
    "logging_context_format_string",
    "logging_default_format_string",
    "logging_debug_format_suffix",
    "logging_exception_prefix",
    "logging_user_identity_format",
    "instance_uuid_format",
)


def check(settings: cfg.ConfigOpts) -> None:
    """Raise `WrongSetting` for a value that oslo.log cannot use."""
    for option, find_fault in FAULTS.items():
        if settings[option] and (fault := find_fault(settings)):
            raise WrongSetting(f"{variable(None, option)}: {fault}")
    for option in FORMS:
        if fault := _fault_of_form(option, settings):
            raise WrongSetting(f"{variable(None, option)}: {fault}")


def _directory(settings: cfg.ConfigOpts) -> str | None:
    """oslo.log names the file in it after the program."""
    directory = Path(settings.log_dir)
    if not directory.is_dir():
        return f"there is no directory {settings.log_dir!r}"
    return None if os.access(directory, os.W_OK | os.X_OK) else f"cannot write in {directory}"


def _file(settings: cfg.ConfigOpts) -> str | None:
    try:
        Path(settings.log_dir or "", settings.log_file).open("a").close()
    except (OSError, ValueError) as error:
        return str(error)
    return None


def _configuration(settings: cfg.ConfigOpts) -> str | None:
    """Whether the file can be put into effect is seen by doing it. It is done again when the log is set up."""
    path = settings.log_config_append
    try:
        logging.config.fileConfig(path, disable_existing_loggers=False)
    except Exception as error:
        # The file names classes and functions, which may raise anything.
        return f"cannot use {path!r}: {type(error).__name__}: {one_line(error)}"
    return None


def _levels(settings: cfg.ConfigOpts) -> str | None:
    names = logging.getLevelNamesMapping()
    for pair in settings.default_log_levels:
        _, _, level = pair.partition("=")
        if level not in names and not level.isdecimal():
            return f"must be a list such as sqlalchemy=WARN,urllib3=INFO; {pair!r} has no level"
    return None


def _journal(settings: cfg.ConfigOpts) -> str | None:
    if importlib.util.find_spec("systemd") is None:
        return (
            "needs the Python package systemd-python, which is not installed; without it the log "
            "goes to stdout, which systemd and Docker can send to the journal"
        )
    return None if os.path.exists(JOURNAL) else f"there is no journal here: {JOURNAL} is missing"


def _messaging(settings: cfg.ConfigOpts) -> str | None:
    if importlib.util.find_spec("oslo_messaging") is None:
        return "needs the Python package oslo.messaging, which is not installed"
    return None


def _facility(settings: cfg.ConfigOpts) -> str | None:
    known = {f"LOG_{name.upper()}" for name in SysLogHandler.facility_names}
    name = f"LOG_{settings.syslog_log_facility.upper().removeprefix('LOG_')}"
    if name not in known or not getattr(syslog, name, None):
        return (
            f"must be a facility of syslog such as LOG_USER, not {settings.syslog_log_facility!r}"
        )
    return None


def _interval(settings: cfg.ConfigOpts) -> str | None:
    """The words that refuse an interval, or None. For a rotation by weekday the interval is the number of the day."""
    weekly = settings.log_rotate_interval_type.lower() == "weekday"
    least, most = (0, 6) if weekly else (1, 2**31)
    if settings.log_rotation_type.lower() != "interval":
        return None
    if not least <= settings.log_rotate_interval <= most:
        return f"must be a number from {least} to {most}, not {settings.log_rotate_interval}"
    return None


def _fault_of_form(option: str, settings: cfg.ConfigOpts) -> str | None:
    """Write a line of each kind in this form, with the defaults for all others."""
    used = {each: settings._opts[each]["opt"].default for each in FORMS} | {
        option: settings[option]
    }
    formatter = formatters.ContextFormatter(config=SimpleNamespace(**used))
    error = ValueError("an example")
    kinds = [(logging.DEBUG, None), (logging.ERROR, (ValueError, error, None))]
    try:
        for context in None, _Example(resource_uuid="uuid"):
            for level, exc_info in kinds:
                record = logging.LogRecord("name", level, __file__, 1, "text", (), exc_info)
                record.context = context
                formatter.format(record)
    except (ValueError, KeyError, TypeError) as fault:
        return f"no line can be written as {settings[option]!r}: {type(fault).__name__}: {fault}"
    return None


class _Example(RequestContext):
    """A context that does not become the one of this thread."""

    def update_store(self) -> None:
        pass


FAULTS: dict[str, Callable[[cfg.ConfigOpts], str | None]] = {
    "log_dir": _directory,
    "log_file": _file,
    "log_config_append": _configuration,
    "default_log_levels": _levels,
    "use_journal": _journal,
    "publish_errors": _messaging,
    "syslog_log_facility": _facility,
    "log_rotate_interval": _interval,
}
"""By the name of an option, the function that tells what is wrong with its value. Only options with a value are checked."""
