# SPDX-License-Identifier: Apache-2.0
"""The marks of controllers and handlers: the body that they take, the body that they send, and the errors that they meet.

`admission` acts on what a handler takes; `openapi` describes the API by all marks. A mark does not change the function it
stands on.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

from placedock.api.microversion import Feature, Version
from placedock.api.schemas.vocabulary import Body, Query, Representation

Mark = Callable[[Any], Any]


class JsonBody(NamedTuple):
    """A JSON body, wanted before `until`."""

    schema: Body
    until: Feature | None = None

    def wanted(self, version: Version) -> bool:
        return self.until is None or self.until not in version


class Outcome(NamedTuple):
    """The response to a request that succeeds, from `since` on and before `until`.

    A `located` one has the header Location. A `dated` one says how fresh its content is, as every one with a body does.
    """

    status: int
    body: Representation | None = None
    located: bool = False
    dated: bool = False
    since: Feature | None = None
    until: Feature | None = None

    def given(self, version: Version) -> bool:
        new = self.since is None or self.since in version
        return new and (self.until is None or self.until not in version)


NO_CONTENT = Outcome(204)


def takes_json(schema: Body, until: Feature | None = None) -> Mark:
    """A handler that reads a JSON body: any other content type is a 415."""
    return _mark("body", JsonBody(schema, until))


def takes_query(schema: Query) -> Mark:
    """A handler that is called only when the query string is valid by `schema`."""
    return _mark("query", schema)


def responds(*outcomes: Outcome) -> Mark:
    """The outcomes that a handler can have. Without this mark it has one: 204."""
    return _mark("outcomes", outcomes)


def shows(body: Representation) -> Mark:
    """A handler that responds with 200 and `body`."""
    return responds(Outcome(200, body))


def ignores_accept(handler: Any) -> Any:
    """A GET that responds in the same way whatever the client accepts."""
    return _mark("negotiated", False)(handler)


def refuses(*kinds: type[Exception]) -> Mark:
    """The errors that a handler, or every handler of a class, can meet. Those that any request can meet are not named."""
    return _mark("refuses", kinds)


def _mark(name: str, value: object) -> Mark:
    def mark(marked: Any) -> Any:
        setattr(marked, name, value)
        return marked

    return mark
