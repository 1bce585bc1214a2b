# SPDX-License-Identifier: Apache-2.0
"""The address of the database: the URL in the settings, and all that the URL tells without a connection."""

import warnings
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import plugins
from sqlalchemy.engine import URL, make_url

EXAMPLES = "mysql+pymysql://USER:PASSWORD@HOST/NAME or sqlite:////absolute/path.db"

NO_TEXT = {"auth_plugin_map", "conv", "cursorclass", "server_public_key", "ssl"}
"""Arguments of PyMySQL that are objects. TLS is asked for by ssl_ca, ssl_cert and ssl_key."""


class WrongAddress(ValueError):
    """The fault of `option` in `[placement_database]`. The text has no password."""

    def __init__(self, text: str, option: str = "connection") -> None:
        super().__init__(text)
        self.option = option


def address(connection: str | URL, parameters: str = "") -> URL:
    """The URL to connect to. `mysql://` means PyMySQL, the driver that the service brings along.

    `parameters` are more of the URL's query. Raises `WrongAddress`.
    """
    try:
        url = make_url(connection)
        if url.drivername in ("mysql", "mariadb"):
            url = url.set(drivername=f"{url.drivername}+pymysql")
        backend = url.get_dialect().name
    except (sa.exc.ArgumentError, ValueError) as error:
        raise WrongAddress(f"is not a database URL such as {EXAMPLES}") from error
    if backend not in ("mysql", "mariadb", "sqlite"):
        raise WrongAddress(f"names {backend}, but only mysql, mariadb and sqlite are supported")
    if url.get_driver_name() not in ("pymysql", "pysqlite"):
        raise WrongAddress(
            f"asks for the driver {url.get_driver_name()}, which is not used here; "
            "begin it with mysql+pymysql:// or sqlite://"
        )
    _check_plugins(url)
    _check_place(url)
    _check_arguments(url, "connection")
    if parameters:
        url = _with_parameters(url, parameters)
        _check_plugins(url)
        _check_arguments(url, "connection_parameters")
    return url


def is_memory(url: URL) -> bool:
    """Whether the database lives inside this process, on a single connection."""
    return url.get_backend_name() == "sqlite" and (
        url.database in (None, "", ":memory:") or url.query.get("mode") == "memory"
    )


def _with_parameters(url: URL, parameters: str) -> URL:
    if not all(name and is_set for name, is_set, _ in _pairs(parameters)):
        raise WrongAddress("must be pairs such as a=1&b=2", "connection_parameters")
    if parameters.startswith("?"):
        raise WrongAddress("must be a=1&b=2, without a question mark", "connection_parameters")
    return url.update_query_string(parameters, append=True)


def _pairs(parameters: str) -> list[tuple[str, str, str]]:
    return [pair.partition("=") for pair in parameters.split("&")]


def _check_plugins(url: URL) -> None:
    for plugin in ",".join(url.normalized_query.get("plugin", ())).split(","):
        try:
            if plugin:
                plugins.load(plugin)
        except sa.exc.NoSuchModuleError as error:
            # devstack writes one of its own into every service's URL.
            raise WrongAddress(f"asks for the plugin {plugin!r}, which is not here") from error


def _check_place(url: URL) -> None:
    if url.get_backend_name() == "sqlite":
        if url.host:
            raise WrongAddress(
                "must have three slashes before the path: sqlite:////absolute/path.db"
            )
        if is_memory(url) or url.query.get("uri"):
            return
        path = Path(url.database or "")
        if path.is_dir():
            raise WrongAddress(f"names {path}, which is a directory and not a file")
        if not path.parent.is_dir():
            raise WrongAddress(f"names a file in {path.parent}, and there is no such directory")
        return
    if url.port is not None and not 1 <= url.port <= 65535:
        raise WrongAddress(f"has the port {url.port}, which must be from 1 to 65535")
    elsewhere = {"db", "database", "read_default_file"} & url.query.keys()
    if not url.database and not elsewhere:
        raise WrongAddress(f"names no database; it must be like {EXAMPLES}")


def _check_arguments(url: URL, option: str) -> None:
    """Make of the URL what the driver is called with, and of that a connection to nowhere."""
    for name, value in url.query.items():
        if not isinstance(value, str) and name != "plugin":
            raise WrongAddress(f"has the parameter {name} more than once", option)
        if name in NO_TEXT:
            raise WrongAddress(f"has the parameter {name}, which cannot be given as text", option)
    try:
        with warnings.catch_warnings():
            # SQLAlchemy ignores what it does not know for SQLite, and warns.
            warnings.simplefilter("error", sa.exc.SAWarning)
            dialect = url.get_dialect()()
            positional, named = dialect.create_connect_args(url)
        driver: Any = dialect.import_dbapi()
        if dialect.driver == "pysqlite":
            driver.connect(":memory:", **named).close()
        else:
            driver.connect(*positional, **named, defer_connect=True)
    except Exception as error:
        # PyMySQL does not look at its arguments: a wrong one shows as any error, wherever it is used.
        raise WrongAddress(_told(error, url), option) from error


def _told(error: Exception, url: URL) -> str:
    text = " ".join(str(error).split())
    if isinstance(error, OSError):
        files = [f"{name}={url.query[name]}" for name in sorted(url.query) if "ssl_" in name]
        return f"cannot use {', '.join(files)}: {text}"
    if isinstance(error, TypeError) and "unexpected keyword argument" in text:
        return f"has a parameter that the driver does not know: {text.split()[-1]}"
    if isinstance(error, AttributeError) and "charset" in url.query:
        return f"has the charset {url.query['charset']!r}, which the driver does not know"
    return f"has a parameter that the driver cannot use: {text}"
