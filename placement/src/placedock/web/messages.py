# SPDX-License-Identifier: Apache-2.0
"""Requests and responses: WebOb's, with the parts of the service that a request needs."""

import json
from typing import TYPE_CHECKING, Any

import orjson
import webob
from webob.request import BaseRequest

from placedock import errors
from placedock.model.deadline import Deadline
from placedock.model.forest import WrittenTraits
from placedock.web import body

if TYPE_CHECKING:
    from oslo_config.cfg import ConfigOpts
    from oslo_context.context import RequestContext

    from placedock.store.database import Database
    from placedock.web.policy import Policy

JSON = "application/json"


class Request(BaseRequest):
    """A request, who sent it, and the parts of the service that it needs."""

    db: "Database"
    settings: "ConfigOpts"
    deadline: Deadline
    policy: "Policy"
    caller: "RequestContext"

    def check_length(self) -> None:
        """Refuse a body whose length or type the client does not tell in a usable way."""
        length = self.environ.get("CONTENT_LENGTH")
        if not length:
            return
        try:
            empty = int(length) <= 0
        except ValueError:
            raise errors.Invalid(reason="content-length header must be an integer") from None
        if not empty and not self.environ.get("CONTENT_TYPE"):
            raise errors.Invalid(reason="content-type header required when content-length > 0")

    def read_json(self, size: int | None = None) -> Any:
        """The body, which must be JSON, and may have at most so many bytes where a size is told."""
        # Not WebOb's `body`, which would put a large one into a file and fail where there is no room.
        return body.read(self.body_file, self.settings.placedock.body_items, size)


class Response(webob.Response):
    """A response. It is empty, and has no content type, until `send_json` gives it a body."""

    default_content_type = None

    def send_json(self, content: object, status: int = 200) -> None:
        self.status_int = status
        self.content_type = JSON
        self.body = _written(content)

    def no_content(self) -> None:
        self.status_int = 204


def _written(content: object) -> bytes:
    """JSON by orjson, and at a tenth of its speed by the standard library where a capacity needs more than 64 bits."""
    try:
        return orjson.dumps(content, _as_written, orjson.OPT_PASSTHROUGH_SUBCLASS)
    except TypeError:
        return json.dumps(content).encode()


def _as_written(value: object) -> orjson.Fragment:
    """The JSON of what has been written before."""
    if isinstance(value, WrittenTraits):
        return orjson.Fragment(value.json)
    raise TypeError
