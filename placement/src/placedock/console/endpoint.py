# SPDX-License-Identifier: Apache-2.0
"""An endpoint of the console: the function that answers, its parameters, and its part of the description."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from placedock import errors
from placedock.console.outside import Outside
from placedock.web import messages
from placedock.web.errors import MalformedBody, MalformedQuery
from placedock.web.turnstile import Turnstile

Schema = Mapping[str, Any]


TEXT: Schema = {"type": "string"}


class Request(messages.Request):
    """A request to the console.

    `describe` makes the description of all routes, mounted at a prefix. A handler that asks Keystone
    passes `turnstile`.
    """

    outside: Outside
    turnstile: Turnstile
    describe: Callable[[str], dict[str, Any]]


Response = messages.Response
Handler = Callable[[Request, Response], None]


class Parameter(NamedTuple):
    """A query parameter. `schema` is for its text; `repeatable` ones may be given several times."""

    description: str
    schema: Schema = TEXT
    repeatable: bool = False
    required: bool = False


@dataclass(frozen=True)
class Endpoint:
    """One method of one URL.

    `takes` is the method and the URL of the API whose query or body the endpoint takes, beside what it has of its own. `tagged`
    says that its answers have an ETag (`fresh`).
    `parameters` are those of the query, by name; with `reads_query` the handler checks the query by itself, and they only
    describe it. `headers` are the request headers that matter. `body` is the JSON Schema of the request's body, None for an
    endpoint that takes none, and `body_bytes` is the most that the body may have, None where the setting for all bodies is
    enough. `shows` is the JSON Schema of a good answer, and `media_type` its type. `refuses` are the errors that the endpoint
    can meet, without those that any request can meet.
    """

    handler: Handler
    summary: str
    shows: Schema
    parameters: Mapping[str, Parameter] = field(default_factory=dict)
    reads_query: bool = False
    headers: Mapping[str, Parameter] = field(default_factory=dict)
    body: Schema | None = None
    body_bytes: int | None = None
    refuses: tuple[type[Exception], ...] = ()
    media_type: str = messages.JSON
    takes: tuple[str, str] | None = None
    tagged: bool = False

    def check_query(self, request: Request) -> None:
        """Refuse parameters that the endpoint does not know, and values that it cannot read."""
        if self.reads_query:
            return
        try:
            given = request.GET.mixed()
        except UnicodeDecodeError as error:
            raise MalformedQuery(reason=error) from None
        for name, value in given.items():
            parameter = self.parameters.get(name)
            if parameter is None:
                raise MalformedQuery(reason=f"there is no parameter {name!r}")
            values = value if isinstance(value, list) else [value]
            if len(values) > 1 and not parameter.repeatable:
                raise MalformedQuery(reason=f"{name} may be given only once")
            for one in values:
                _check(one, parameter.schema, MalformedQuery)
        for name, parameter in self.parameters.items():
            if parameter.required and name not in given:
                raise MalformedQuery(reason=f"{name} is required")

    def read_body(self, request: Request) -> Any:
        """The JSON body, which is as `body` says."""
        content = request.read_json(self.body_bytes)
        _check(content, self.body or {}, MalformedBody)
        return content


def _check(value: object, schema: Schema, otherwise: type[errors.Invalid]) -> None:
    # Imported here: it takes a tenth of the time of a start, and most requests to the service need it elsewhere or never.
    import jsonschema

    problem = jsonschema.exceptions.best_match(
        jsonschema.Draft202012Validator(schema).iter_errors(value)
    )
    if problem is not None:
        raise otherwise(reason=problem.message)
