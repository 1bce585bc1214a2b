# SPDX-License-Identifier: Apache-2.0
"""Checks the settings for questions to Keystone about tokens. keystonemiddleware would only miss it at the first request.

Its options exist only once it is there, so it is made here to be asked; that takes half a second of each start.
"""

import logging
import re
import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from urllib.parse import urlsplit

from oslo_config import cfg

from placedock.config.variables import WrongSetting, one_line, variable

GROUP = "keystone_authtoken"
LOGIN = "how the service logs in to Keystone, because OS_API__AUTH_STRATEGY is keystone"


DEFAULTS = {
    "http_connect_timeout": 5,
    "http_request_max_retries": 1,
    "memcache_pool_socket_timeout": 1,
}
"""Defaults for waits and retries, because keystonemiddleware would wait longer for Keystone and memcached, or without end."""


def make(settings: cfg.ConfigOpts, environ: Mapping[str, str]) -> None:
    """Register keystonemiddleware's options. Raise `WrongSetting` when the middleware cannot be made with them."""
    _check_login(environ)
    for option in "cafile", "certfile", "memcache_tls_cafile", "memcache_tls_certfile":
        _check_certificate(option, environ)

    from keystoneauth1.exceptions import ClientException
    from keystonemiddleware import auth_token
    from keystonemiddleware.exceptions import ConfigurationError

    for group, opts in auth_token.list_opts():
        settings.register_opts(opts, group)
    for name, value in DEFAULTS.items():
        settings.set_default(name, value, GROUP)
    try:
        with _without_log():
            auth_token.AuthProtocol(None, {"oslo_config_config": settings})
    except (
        ClientException,
        ConfigurationError,
        cfg.Error,
        ImportError,
        OSError,
        ValueError,
    ) as error:
        raise WrongSetting(f"{_blamed(error, environ)}: {one_line(error)}") from None


def check(settings: cfg.ConfigOpts) -> None:
    """Raise `WrongSetting` for a value of a right type that keystonemiddleware would fail with later."""
    group = settings[GROUP]
    for option in "auth_url", "www_authenticate_uri":
        url = group.get(option)
        if url and not (urlsplit(url).scheme in ("http", "https") and urlsplit(url).netloc):
            raise WrongSetting(
                f"{variable(GROUP, option)}: must be a URL such as https://host:5000/v3"
            )
    for server in group.memcached_servers or ():
        # `web.token_cache` reads these.
        if not re.fullmatch(
            r"(unix:.+|(inet:)?[^:\s]+(:\d+)?|(inet6:)?\[[0-9a-fA-F:.]+\](:\d+)?)", server
        ):
            name = variable(GROUP, "memcached_servers")
            raise WrongSetting(f"{name}: must be a list of HOST:PORT, and {server!r} is none")
    if group.memcache_sasl_enabled:
        name = variable(GROUP, "memcache_sasl_enabled")
        raise WrongSetting(f"{name}: must be False, because the client of memcached has no SASL")


def _check_login(environ: Mapping[str, str]) -> None:
    """The options without which each way to log in cannot work, under one name for all ways that are alike."""
    kind = variable(GROUP, "auth_type")
    if variable(GROUP, "auth_section") in environ:
        return
    if not environ.get(kind):
        raise WrongSetting(f"{kind}: must be set: {LOGIN}; usually `password`")

    from keystoneauth1 import loading
    from keystoneauth1.exceptions import ClientException

    try:
        with _without_log():
            options = {option.dest for option in loading.get_plugin_options(environ[kind])}
    except ClientException as error:
        raise WrongSetting(f"{kind}: {one_line(error)}") from None
    needed = {"auth_url": "Keystone's URL", "password": LOGIN, "username": LOGIN}
    if variable(GROUP, "user_id") in environ:
        del needed["username"]
    for option, what in needed.items():
        name = variable(GROUP, option)
        if option in options and not environ.get(name):
            raise WrongSetting(f"{name}: must be set: {what}")


def _check_certificate(option: str, environ: Mapping[str, str]) -> None:
    """Whether the file holds what a TLS connection needs from it."""
    name = variable(GROUP, option)
    if not (path := environ.get(name)):
        return
    try:
        context = ssl.create_default_context()
        if option.endswith("cafile"):
            context.load_verify_locations(path)
        else:
            key = environ.get(variable(GROUP, option.replace("certfile", "keyfile")))
            context.load_cert_chain(path, key or None)
    except (OSError, ValueError) as error:
        raise WrongSetting(f"{name}: cannot use {path!r}: {one_line(error)}") from None


@contextmanager
def _without_log() -> Iterator[None]:
    """Turn the log off in the block.

    A wrong setting ends the start with one line. The service logs other messages when it makes its own middleware.
    """
    logging.disable()
    try:
        yield
    finally:
        logging.disable(logging.NOTSET)


def _blamed(error: Exception, environ: Mapping[str, str]) -> str:
    """The variable that the text names by its option, or the one that most of the others depend on."""
    words = set(re.findall(r"\w+", str(error).lower()))
    section = variable(GROUP, "auth_section")
    if section in environ and environ[section].lower() in words:
        return section
    named = [word for word in sorted(words) if re.fullmatch(r"(memcache|auth|token)_\w+", word)]
    return variable(GROUP, named[0] if named else "auth_type")
