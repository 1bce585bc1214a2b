# SPDX-License-Identifier: Apache-2.0
"""The service in this process, on a database of the test's own, and what a client hears of it."""

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from unittest import mock

import webob
from placedock import config, service
from placedock.store.database import Database
from placedock.web.policy import Policy


class Client:
    """Sends requests with the token of an administrator, unless it is told another."""

    def __init__(self, application: Any, database: Database) -> None:
        self.application = application
        self.database = database

    def ask(
        self,
        method: str,
        path: str,
        body: object = None,
        token: str | None = "admin",
        version: str | None = "1.39",
        **headers: str,
    ) -> webob.Response:
        request = webob.Request.blank(path, method=method)
        if token is not None:
            request.headers["X-Auth-Token"] = token
        if version is not None:
            request.headers["OpenStack-API-Version"] = f"placement {version}"
        if body is not None:
            request.body = body if isinstance(body, bytes) else json.dumps(body).encode()
            request.content_type = "application/json"
        request.headers.update({name.replace("_", "-"): value for name, value in headers.items()})
        response = request.get_response(self.application)
        assert response.status_int < 500, response.text
        return response

    def get(self, path: str, **how: Any) -> Any:
        """The JSON of a good answer."""
        response = self.ask("GET", path, **how)
        assert response.status_int == 200, response.text
        return response.json


@contextmanager
def serving(url: str, settings: Mapping[str, str] | None = None) -> Iterator[Client]:
    variables = {
        "OS_API__AUTH_STRATEGY": "noauth2",
        "OS_PLACEMENT_DATABASE__CONNECTION": url,
        **(settings or {}),
    }
    # Settings are read from the environment when they are first wanted, which may be late.
    with mock.patch.dict(os.environ, variables):
        loaded = config.load()
        database = service.database(loaded)
        policy = Policy(loaded, service.RULES)
        try:
            yield Client(service.wired(loaded, database, policy, lambda: None), database)
        finally:
            database.close()
