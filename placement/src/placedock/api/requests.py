# SPDX-License-Identifier: Apache-2.0
"""The requests and responses that handlers see: those of `placedock.web`, with a microversion."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from placedock.api.microversion import Version
from placedock.web import messages
from placedock.web.errors import MalformedBody, MalformedQuery

if TYPE_CHECKING:
    from placedock.api.schemas.vocabulary import Body, Query


class Request(messages.Request):
    """A request to Placement; `takes` is the schema of the body that its handler reads."""

    version: Version
    takes: "Body"
    reading: list[str]
    """The methods of the URL that only read. Set for the others."""

    def read_body(self) -> Any:
        """The JSON body, once it is what the handler's `takes_json` asks for at this request's version."""
        data = self.read_json()
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


class Response(messages.Response):
    """A response of Placement, which says at some versions how fresh its content is."""

    modified: datetime | None = None
    dated = False

    def send(self, content: object, modified: datetime | None = None, status: int = 200) -> None:
        """Send as JSON what was true since `modified` (naive UTC), or is as of now."""
        self.send_json(content, status)
        self.date(modified)

    def date(self, modified: datetime | None) -> None:
        """Have the response say how fresh it is, at versions that do."""
        self.dated = True
        self.modified = modified
