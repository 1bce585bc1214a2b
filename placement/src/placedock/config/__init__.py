# SPDX-License-Identifier: Apache-2.0
"""The settings: read from the environment, checked, and refused in one line. `declared` says which ones there are.

They come from the environment alone, under oslo.config's names (`OS_GROUP__OPTION`). Any of them can come from a file:
`OS_GROUP__OPTION_FILE` names one that holds the value, which is how Compose and Kubernetes hand out secrets. What is wrong with
them is found at start.
"""

import contextlib
import math
import os
import re
from collections.abc import Mapping, MutableMapping
from pathlib import Path

from oslo_config import cfg
from oslo_log import log
from oslo_policy import opts as policy_opts

from placedock.config import environment, keystone, logs, policies
from placedock.config.declared import OURS, WITHOUT_EFFECT
from placedock.config.variables import WrongSetting, one_line, options, variable

__all__ = ["OURS", "WrongSetting", "is_plain", "load", "variable"]

LOG_FORMAT = "%(asctime)s.%(msecs)03d %(levelname)s %(name)s %(message)s"

PLAIN = r"mysql(\+pymysql)?://\w+(:[^@/:?#\[\]]*)?@[\w.-]+(:\d{1,4})?/\w+(\?charset=utf8(mb[34])?)?"

QUIET = ["alembic=WARN", "waitress.queue=ERROR"]
"""Loggers that tell each start or each busy moment what nobody needs to know."""


def load(environ: MutableMapping[str, str] | None = None) -> cfg.ConfigOpts:
    """The settings that the environment gives, every one of them valid."""
    environ = os.environ if environ is None else environ
    environment.strip(environ)
    settings = cfg.ConfigOpts()
    _register(settings, environ)
    known = _known(settings)
    environment.refuse_unknown(environ, known | {keystone.GROUP: []})
    every = {variable(group, option.dest) for group, option in options(settings)}
    environment.read_files(environ, every)
    # Missing settings are reported below, with the wrong ones.
    with contextlib.suppress(cfg.Error):
        settings([], project="placement", default_config_files=[], default_config_dirs=[])
    _split_lists(settings, environ)
    _check_values(settings)
    logs.check(settings)
    policies.check(settings, environ)
    if settings.api.auth_strategy == "keystone":
        try:
            keystone.make(settings, environ)
        finally:
            # A wrong value is the reason for whatever else is said.
            _check_values(settings)
        keystone.check(settings)
        known[keystone.GROUP] = _known(settings)[keystone.GROUP]
        environment.refuse_unknown(environ, known)
    return settings


def is_plain(settings: cfg.ConfigOpts) -> bool:
    """Whether nothing can be wrong with the URL of the database that the driver would have to tell."""
    connection = settings.placement_database.connection
    if settings.placement_database.connection_parameters:
        return False
    if connection.startswith("sqlite:////") and "?" not in connection:
        path = Path(connection.removeprefix("sqlite:///"))
        return path.parent.is_dir() and not path.is_dir()
    return re.fullmatch(PLAIN, connection) is not None


def _known(settings: cfg.ConfigOpts) -> dict[str, list[str]]:
    """The names of the options by group."""
    known: dict[str, list[str]] = {
        "DEFAULT": list(WITHOUT_EFFECT),
        "cors": [],
        "oslo_middleware": [],
    }
    for group, option in options(settings):
        known.setdefault(group or "DEFAULT", []).append(option.dest)
    return known


def _register(settings: cfg.ConfigOpts, environ: Mapping[str, str]) -> None:
    log.register_options(settings)
    for form in ("logging_context_format_string", "logging_default_format_string"):
        settings.set_default(form, LOG_FORMAT)
    settings.set_default("default_log_levels", [*log.get_default_log_levels(), *QUIET])
    for group, opts in OURS.items():
        settings.register_opts(opts, group)
    policy_opts.set_defaults(settings, "policy.yaml")
    # Imported when asked for, because oslo.middleware brings all that it has: a third of what settings take to check.
    if _asked_for("cors", environ):
        _register_cors(settings)
    if _asked_for("oslo_middleware", environ):
        from oslo_middleware import http_proxy_to_wsgi

        settings.register_opts(http_proxy_to_wsgi.OPTS, "oslo_middleware")


def _asked_for(group: str, environ: Mapping[str, str]) -> bool:
    return any(name.startswith(variable(group, "")) for name in environ)


def _register_cors(settings: cfg.ConfigOpts) -> None:
    from oslo_middleware import cors

    settings.register_opts(cors.CORS_OPTS, "cors")
    cors.set_defaults(
        allow_headers=[
            "X-Auth-Token",
            "X-Openstack-Request-Id",
            "X-Identity-Status",
            "X-Roles",
            "X-Service-Catalog",
            "X-User-Id",
            "X-Tenant-Id",
            "OpenStack-API-Version",
        ],
        expose_headers=[
            "X-Auth-Token",
            "X-Openstack-Request-Id",
            "X-Subject-Token",
            "X-Service-Token",
            "OpenStack-API-Version",
        ],
        allow_methods=["GET", "PUT", "POST", "DELETE", "PATCH"],
    )


def _split_lists(settings: cfg.ConfigOpts, environ: Mapping[str, str]) -> None:
    """Options that a file may have several times are lists with commas here. oslo.config would take each letter for a value."""
    for group, option in list(options(settings)):
        given = environ.get(variable(group, option.dest))
        if option.multi and given:
            settings.set_override(option.dest, given.split(","), group)


def _check_values(settings: cfg.ConfigOpts) -> None:
    for group, option in options(settings):
        name = variable(group, option.dest)
        try:
            value = (settings if group is None else settings[group])[option.dest]
        except cfg.NoSuchOptError:
            raise WrongSetting(f"{name}: a `$` in a value must be written `$$`") from None
        except (ValueError, cfg.Error) as error:
            said = re.sub(r" from LocationInfo\(.*\)(?= is )", "", one_line(error))
            raise WrongSetting(f"{name}: {said}") from None
        if option.required and not value:
            raise WrongSetting(f"{name}: must be set: {one_line(option.help)}")
        if isinstance(value, float) and not math.isfinite(value):
            raise WrongSetting(f"{name}: must be a finite number, not {value}")
