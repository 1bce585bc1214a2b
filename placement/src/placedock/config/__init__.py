# SPDX-License-Identifier: Apache-2.0
"""The settings: read from the environment, checked, and refused in one line. `declared` says which ones there are.

They come from the environment alone, under oslo.config's names (`OS_GROUP__OPTION`). Any of them can come from a file:
`OS_GROUP__OPTION_FILE` names one that holds the value, which is how Compose and Kubernetes hand out secrets. What is wrong with
them is found at start.
"""

import contextlib
import difflib
import logging
import os
import re
from collections.abc import Iterator, Mapping, MutableMapping, Sequence
from pathlib import Path
from typing import Any

from oslo_config import cfg
from oslo_log import log
from oslo_policy import opts as policy_opts

from placedock.config.declared import OURS


class WrongSetting(Exception):
    """A setting that is missing or wrong; one line that names the variable."""


def variable(group: str | None, option: str) -> str:
    """The environment variable of an option."""
    return f"OS_{(group or 'DEFAULT').upper()}__{option.upper()}".replace("-", "_")


def load(environ: MutableMapping[str, str] | None = None) -> cfg.ConfigOpts:
    """The settings that the environment gives, every one of them valid."""
    environ = os.environ if environ is None else environ
    settings = cfg.ConfigOpts()
    _register(settings, environ)
    _read_files(settings, environ)
    for group, opts in OURS.items():
        _refuse_unknown(group, [option.dest for option in opts], environ)
    # What is missing is told below, with what is wrong.
    with contextlib.suppress(cfg.RequiredOptError):
        settings([], project="placement", default_config_files=[], default_config_dirs=[])
    _check(settings, environ)
    return settings


def options(settings: cfg.ConfigOpts) -> Iterator[tuple[str | None, cfg.Opt]]:
    """Every option that is registered, with its group."""
    for info in settings._opts.values():
        yield None, info["opt"]
    for name, group in settings._groups.items():
        for info in group._opts.values():
            yield name, info["opt"]


def _register(settings: cfg.ConfigOpts, environ: Mapping[str, str]) -> None:
    log.register_options(settings)
    for form in ("logging_context_format_string", "logging_default_format_string"):
        settings.set_default(form, LOG_FORMAT)
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


LOG_FORMAT = "%(asctime)s.%(msecs)03d %(levelname)s %(name)s %(message)s"


def _read_files(settings: cfg.ConfigOpts, environ: MutableMapping[str, str]) -> None:
    """Put the contents of the files that `…_FILE` variables name where their values belong."""
    real = {variable(group, option.dest) for group, option in options(settings)}
    for name in [name for name in environ if re.fullmatch(r"OS_\w+__\w+_FILE", name)]:
        if name in real:
            continue
        plain = name.removesuffix("_FILE")
        if plain in environ:
            raise WrongSetting(f"{name}: {plain} is set too; set one of them")
        try:
            environ[plain] = Path(environ[name]).read_text().strip()
        except (OSError, UnicodeDecodeError) as error:
            raise WrongSetting(f"{name}: cannot read {environ[name]!r}: {error}") from None


def _refuse_unknown(group: str, options: Sequence[str], environ: MutableMapping[str, str]) -> None:
    """A misspelt variable would be a setting that silently has no effect."""
    known = [variable(group, option) for option in options]
    for name in environ:
        if name.startswith(variable(group, "")) and name.removesuffix("_FILE") not in known:
            near = difflib.get_close_matches(name, known, 1)
            hint = f"; did you mean {near[0]}?" if near else ""
            raise WrongSetting(f"{name}: there is no such setting{hint}")


def _check(settings: cfg.ConfigOpts, environ: MutableMapping[str, str]) -> None:
    _check_values(settings)
    connection = settings.placement_database.connection
    if not re.match(r"(sqlite|mysql|mariadb)(\+\w+)?://", connection):
        name = variable("placement_database", "connection")
        raise WrongSetting(f"{name}: must be a URL that begins with mysql+pymysql:// or sqlite://")
    if settings.log_file:
        try:
            Path(settings.log_dir or "", settings.log_file).open("a").close()
        except OSError as error:
            raise WrongSetting(f"{variable(None, 'log_file')}: {error}") from None
    if variable("oslo_policy", "policy_file") in environ:
        _check_policy_file(settings)
    if settings.api.auth_strategy == "keystone":
        _check_keystone(settings, environ)


def _check_values(settings: cfg.ConfigOpts) -> None:
    for group, option in options(settings):
        name = variable(group, option.dest)
        try:
            value = (settings if group is None else settings[group])[option.dest]
        except ValueError as error:
            said = re.sub(r" from LocationInfo\(.*\)(?= is )", "", _one_line(error))
            raise WrongSetting(f"{name}: {said}") from None
        if option.required and not value:
            raise WrongSetting(f"{name}: must be set: {_one_line(option.help)}")


def _check_policy_file(settings: cfg.ConfigOpts) -> None:
    from oslo_policy import policy

    name, given = variable("oslo_policy", "policy_file"), settings.oslo_policy.policy_file
    found = settings.find_file(given)
    if not found:
        raise WrongSetting(f"{name}: there is no file {given!r}")
    try:
        policy.Rules.load(Path(found).read_text())
    except (OSError, ValueError) as error:
        raise WrongSetting(f"{name}: cannot read {found}: {_one_line(error)}") from None


def _check_keystone(settings: cfg.ConfigOpts, environ: MutableMapping[str, str]) -> None:
    """What the service needs to ask Keystone about tokens. keystonemiddleware would only miss it at the first request.

    Its options exist only once it is there, so it is made here to be asked; that takes half a second of each start.
    """
    login = "how the service logs in to Keystone, because OS_API__AUTH_STRATEGY is keystone"
    needed = {"AUTH_TYPE": f"{login}; usually `password`", "AUTH_URL": "Keystone's URL"}
    if environ.get("OS_KEYSTONE_AUTHTOKEN__AUTH_TYPE") in ("password", "v3password"):
        needed["PASSWORD"] = login
        if "OS_KEYSTONE_AUTHTOKEN__USER_ID" not in environ:
            needed["USERNAME"] = login
    for option, what in needed.items():
        name = f"OS_KEYSTONE_AUTHTOKEN__{option}"
        if not environ.get(name):
            raise WrongSetting(f"{name}: must be set: {what}")

    from keystoneauth1.exceptions import ClientException
    from keystonemiddleware import auth_token

    logging.disable()
    try:
        auth_token.AuthProtocol(None, {"oslo_config_config": settings})
    except (ClientException, ValueError) as error:
        _check_values(settings)
        raise WrongSetting(f"OS_KEYSTONE_AUTHTOKEN__AUTH_TYPE: {_one_line(error)}") from None
    finally:
        logging.disable(logging.NOTSET)
    _check_values(settings)
    theirs = [option for group, option in options(settings) if group == "keystone_authtoken"]
    old = [name.name for option in theirs for name in option.deprecated_opts if name.name]
    _refuse_unknown("keystone_authtoken", [option.dest for option in theirs] + old, environ)


def _one_line(text: Any) -> str:
    return " ".join(str(text).split())
