# SPDX-License-Identifier: Apache-2.0
"""Requests handed to the application as a server would, because no client would send them as they are."""

import io
import json
import uuid
from typing import Any

from . import stage

HOST, CONSUMER = (str(uuid.uuid5(uuid.NAMESPACE_DNS, name)) for name in ("host", "consumer"))
HUGE = "9" * 5000
# The host's, after its inventories and a claim.
GENERATION = 2


class Answer:
    """The answer of the application."""

    def __init__(self, status: str, headers: list[tuple[str, str]], body: bytes) -> None:
        self.status = int(status[:3])
        self.headers = {name.lower(): value for name, value in headers}
        self.body = body

    @property
    def detail(self) -> str:
        found: str = json.loads(self.body)["errors"][0]["detail"]
        return found


def ask(method: str, path: str, body: bytes | object = None, **headers: str) -> Answer:
    """Send a request; `path` may hold any byte, as the character of its number."""
    path, _, query = path.partition("?")
    data = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
    environ: dict[str, Any] = {
        "REQUEST_METHOD": method,
        "SCRIPT_NAME": "",
        "PATH_INFO": path,
        "QUERY_STRING": query,
        "SERVER_NAME": "placement",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "HTTP_HOST": "placement",
        "HTTP_X_AUTH_TOKEN": "admin",
        "HTTP_OPENSTACK_API_VERSION": "placement 1.39",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(data),
        "wsgi.errors": io.StringIO(),
        "wsgi.multithread": False,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    if body is not None:
        environ |= {"CONTENT_TYPE": "application/json", "CONTENT_LENGTH": str(len(data))}
    told: list[Any] = []
    content = stage.answer(environ | headers, lambda *status: told.extend(status))
    return Answer(told[0], told[1], b"".join(content))


def claim(**changes: object) -> dict[str, object]:
    return {
        "allocations": {HOST: {"resources": {"VCPU": 2}}},
        "project_id": "project",
        "user_id": "user",
        "consumer_generation": None,
        "consumer_type": "INSTANCE",
    } | changes


def everything() -> list[bytes]:
    """All that can be read, to see that nothing has changed."""
    paths = [
        "/resource_providers",
        f"/resource_providers/{HOST}/inventories",
        f"/resource_providers/{HOST}/traits",
        f"/resource_providers/{HOST}/aggregates",
        f"/resource_providers/{HOST}/allocations",
        f"/allocations/{CONSUMER}",
        "/resource_classes",
        "/traits?name=startswith:CUSTOM",
    ]
    return [ask("GET", path).body for path in paths]
