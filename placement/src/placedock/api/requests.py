# SPDX-License-Identifier: Apache-2.0
"""The request and the response that handlers see: WebOb's, with what placedock knows beside them."""

import json
from datetime import datetime
from typing import TYPE_CHECKING, Any

import orjson
import webob
from placedock import errors
from placedock.api.microversion import Version
from placedock.model.deadline import Deadline
from webob.request import BaseRequest

if TYPE_CHECKING:
    from oslo_config.cfg import ConfigOpts
    from oslo_context.context import RequestContext
    from placedock.api.policy import Policy
    from placedock.api.schemas.vocabulary import Body, Query
    from placedock.store.database import Database


class MalformedJson(errors.Invalid):
    sentence = "Malformed JSON: {reason}"


class MalformedBody(errors.Invalid):
    sentence = "JSON does not validate: {reason}"


class MalformedQuery(errors.Invalid):
    sentence = "Invalid query string parameters: {reason}"


class Request(BaseRequest):
    """A request to Placement, and what serves it."""

    version: Version
    db: "Database"
    settings: "ConfigOpts"
    deadline: Deadline
    policy: "Policy"
    caller: "RequestContext"
    takes: "Body"

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

    def read_body(self) -> Any:
        """The JSON body, once it is what the handler's `takes_json` asks for at this request's version."""
        # Not WebOb's `body`, which would put a large one into a file and fail where there is no room.
        data = _parse(self.body_file.read())
        problem = self.takes.problem(data, self.version)
        if problem is not None:
            raise MalformedBody(reason=problem)
        return data

    def check_query(self, schema: "Query") -> None:
        """Refuse a query string that `schema` does not know at this request's version."""
        try:
            parameters = dict(self.GET)
        except UnicodeDecodeError as error:
            raise MalformedQuery(reason=error) from None
        problem = schema.problem(parameters, self.version)
        if problem is not None:
            raise MalformedQuery(reason=problem)


class Response(webob.Response):
    """An answer. It is empty, and has no content type, until `send` gives it a body."""

    default_content_type = None

    modified: datetime | None = None
    dated = False

    def send(self, answer: object, modified: datetime | None = None, status: int = 200) -> None:
        """Answer with JSON that was true since `modified` (naive UTC), or is as of now."""
        self.status_int = status
        self.content_type = "application/json"
        self.body = _written(answer)
        self.date(modified)

    def date(self, modified: datetime | None) -> None:
        """Have the answer say how fresh it is, at versions that do."""
        self.dated = True
        self.modified = modified

    def no_content(self) -> None:
        self.status_int = 204


def _written(answer: object) -> bytes:
    """JSON by orjson, and at a tenth of its speed by the standard library where a capacity needs more than 64 bits."""
    try:
        return orjson.dumps(answer)
    except TypeError:
        return json.dumps(answer).encode()


def _parse(body: bytes) -> Any:
    """JSON by orjson, which is fast and strict (no NaN, no lone surrogates, no bottomless nesting).

    When it refuses, the standard library says why, because that wording is what clients of Placement know.
    """
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError as refusal:
        reason: Exception = refusal
    try:
        json.loads(body)
    except (ValueError, RecursionError) as better:
        reason = better
    raise MalformedJson(reason=reason)
