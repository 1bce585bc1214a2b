# SPDX-License-Identifier: Apache-2.0
"""What a Resource class and its handlers say of themselves: since when they exist, what they take, how they answer.

`Resource.handler` acts on `since` and on what is taken; the rest, and all of it again, is what `placedock.api.openapi`
describes the API by. A mark changes nothing about the function it stands on.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

from placedock.api.microversion import Feature, Version
from placedock.api.schemas import vocabulary
from placedock.api.schemas.vocabulary import Query

Mark = Callable[[Any], Any]


class JsonBody(NamedTuple):
    """A JSON body, wanted before `until`."""

    schema: vocabulary.Body
    until: Feature | None = None

    def wanted(self, version: Version) -> bool:
        return self.until is None or self.until not in version


class Answer(NamedTuple):
    """How a request can end well, from `since` on and before `until`.

    `located` says where what was made is; `dated` how fresh it is, as every answer with a body does.
    """

    status: int
    body: vocabulary.Answer | None = None
    located: bool = False
    dated: bool = False
    since: Feature | None = None
    until: Feature | None = None

    def given(self, version: Version) -> bool:
        new = self.since is None or self.since in version
        return new and (self.until is None or self.until not in version)


NO_CONTENT = Answer(204)


def since(feature: Feature, otherwise: int = 404) -> Mark:
    """New in `feature`; older versions answer `otherwise`."""
    return _mark("since", (feature, otherwise))


def takes_json(schema: vocabulary.Body, until: Feature | None = None) -> Mark:
    """A handler that reads a JSON body: any other content type is a 415."""
    return _mark("body", JsonBody(schema, until))


def takes_query(schema: Query) -> Mark:
    """A handler that is only called when the query string is what `schema` asks for."""
    return _mark("query", schema)


def answers(*ways: Answer) -> Mark:
    """How a handler answers when all is well. Without this mark it is 204 and nothing more."""
    return _mark("answers", ways)


def shows(body: vocabulary.Answer) -> Mark:
    """A handler that answers 200 with `body`."""
    return answers(Answer(200, body))


def refuses(*kinds: type[Exception]) -> Mark:
    """Errors that a handler, or every handler of a class, meets beside those that any request can."""
    return _mark("refuses", kinds)


def _mark(name: str, value: object) -> Mark:
    def mark(marked: Any) -> Any:
        setattr(marked, name, value)
        return marked

    return mark
