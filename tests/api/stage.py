# SPDX-License-Identifier: Apache-2.0
"""The application on a database of its own, and what is true of every answer that it gives.

Whatever a test asks, and whether it looks at it or not, the answer is held against `check`.
"""

import json
import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any
from unittest import mock

from placedock import config, service
from placedock.web.environ import Application, Environ, StartResponse
from placedock.web.policy import Policy

MEMORY = Path("/dev/shm")

SETTINGS = {"OS_API__AUTH_STRATEGY": "noauth2"}

applications: list[Application] = []
"""Those that are being served; the last one answers."""


@contextmanager
def serving(settings: Mapping[str, str]) -> Iterator[None]:
    """An application with these settings answers in the block, on tables without any rows but the standard names'."""
    with tempfile.TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else None) as folder:
        path = Path(folder, "placement.db")
        shutil.copy(_empty_database(), path)
        variables = SETTINGS | {"OS_PLACEMENT_DATABASE__CONNECTION": f"sqlite:///{path}"}
        # Settings are read from the environment when they are first wanted, which may be late.
        with mock.patch.dict(os.environ, variables | dict(settings)):
            loaded = config.load()
            database = service.database(loaded)
            policy = Policy(loaded, service.RULES)
            applications.append(service.wired(loaded, database, policy, lambda: None))
            try:
                yield
            finally:
                applications.pop()
                database.close()


@cache
def _empty_database() -> Path:
    """Made once: to make the tables takes longer than most lessons."""
    path = Path(tempfile.mkdtemp(prefix="placedock-api-"), "empty.db")
    connection = {"OS_PLACEMENT_DATABASE__CONNECTION": f"sqlite:///{path}"}
    with mock.patch.dict(os.environ, SETTINGS | connection):
        loaded = config.load()
    database = service.database(loaded)
    service.synchronise(loaded, database)
    database.close()
    return path


def answer(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
    """The WSGI application that tests call: the one being served, under observation."""
    seen: list[tuple[str, list[tuple[str, str]]]] = []

    def note(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Any:
        seen.append((status, headers))
        return lambda data: None

    body = b"".join(applications[-1](environ, note))
    status, headers = seen[-1]
    check(environ, int(status[:3]), {name.lower(): value for name, value in headers}, body)
    start_response(status, headers)
    return [body]


def check(environ: Environ, status: int, headers: dict[str, str], body: bytes) -> None:
    """Check what is true of every answer."""
    assert status < 500, body
    assert headers["x-openstack-request-id"].startswith("req-")
    if "openstack-api-version" in headers:
        assert "openstack-api-version" in headers["vary"].lower()
    if status == 204:
        assert body == b""
        assert "content-type" not in headers
    if environ["REQUEST_METHOD"] == "HEAD":
        assert body == b""
    elif headers.get("content-type") == "application/json":
        told = json.loads(body) if body else None
        if status >= 400:
            check_error(status, headers, told)
    elif status >= 400:
        assert "application/json" not in environ.get("HTTP_ACCEPT", "")


def check_error(status: int, headers: dict[str, str], told: Any) -> None:
    """The envelope is the same for all errors. Only a 401 has other keys as well."""
    (error,) = told["errors"]
    assert error["status"] == status
    assert error["title"]
    assert isinstance(error["detail"], str)
    if status == 401:
        return
    assert set(told) == {"errors"}
    assert error["request_id"] == headers["x-openstack-request-id"]
    known = {"status", "title", "detail", "request_id"}
    version = headers.get("openstack-api-version")
    if version is None:
        # The version could not be read, or is not served; then the answer tells which ones are.
        assert status in (400, 406)
        known |= {"min_version", "max_version"} if status == 406 else set()
    elif int(version.rpartition(".")[2]) >= 23:
        assert error["code"].startswith("placement.")
        known |= {"code"}
    assert set(error) == known
