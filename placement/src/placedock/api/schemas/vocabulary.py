# SPDX-License-Identifier: Apache-2.0
"""The words in which schemas are written: once, as the newest version, each field saying since when it is known.

`Body` and `Query` give the JSON schema of any version and validate against it with a compiled validator, kept per schema
and minor version (compiling per request would cost milliseconds). The wording of jsonschema's messages is part of the
contract, so a problem is told as jsonschema tells it.
"""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import jsonschema
from jsonschema.exceptions import best_match
from oslo_utils import uuidutils
from placedock.api.microversion import Feature, Version

Schema = dict[str, Any]

FORMATS = jsonschema.FormatChecker()
FORMATS.checks("uuid")(uuidutils.is_uuid_like)


class Field(NamedTuple):
    """A property: what it holds, and which versions know it and insist on it."""

    schema: "Schema | Object | Since"
    since: Feature | None = None
    required: bool = False


class Since(NamedTuple):
    """What changed: `newest` from `feature` on, `before` earlier."""

    feature: Feature
    newest: Any
    before: Any

    def at(self, version: Version) -> Any:
        chosen = self.newest if self.feature in version else self.before
        return chosen.at(version) if isinstance(chosen, Since) else chosen


class Object:
    """A JSON object with named fields, or with fields whose names match patterns, and no others."""

    def __init__(
        self,
        fields: Mapping[str, Field] | None = None,
        patterns: Mapping[str, "Schema | Object | Since"] | Since | None = None,
        closed: bool = True,
        **keywords: Any,
    ) -> None:
        self.fields = fields or {}
        self.patterns = patterns
        self.closed = closed
        self.keywords = keywords

    def at(self, version: Version) -> Schema:
        """The JSON schema that this is at `version`."""
        known = {
            name: field
            for name, field in self.fields.items()
            if field.since is None or field.since in version
        }
        schema: Schema = {"type": "object", **self.keywords}
        if known or self.patterns is None:
            schema["properties"] = {
                name: at(field.schema, version) for name, field in known.items()
            }
        if self.patterns is not None:
            patterns = self.patterns
            if isinstance(patterns, Since):
                patterns = patterns.at(version)
            schema["patternProperties"] = {
                pattern: at(inner, version) for pattern, inner in patterns.items()
            }
        required = [name for name, field in known.items() if field.required]
        if required:
            schema["required"] = required
        if self.closed:
            schema["additionalProperties"] = False
        return schema


def at(part: "Schema | Object | Since", version: Version) -> Schema:
    """`part` as a JSON schema at `version`."""
    if isinstance(part, Since):
        return at(part.at(version), version)
    if isinstance(part, Object):
        return part.at(version)
    return part


class Body:
    """What a request body must be."""

    formats: jsonschema.FormatChecker = FORMATS

    def __init__(self, part: "Schema | Object | Since") -> None:
        self.part = part
        self._compiled: dict[int, Callable[[Any], str | None]] = {}

    def at(self, version: Version) -> Schema:
        return at(self.part, version)

    def problem(self, data: Any, version: Version) -> str | None:
        """What is wrong with `data` at `version`, in jsonschema's words, or None."""
        check = self._compiled.get(version.minor)
        if check is None:
            check = self._compiled[version.minor] = self._compile(self.at(version))
        return check(data)

    def _compile(self, schema: Schema) -> Callable[[Any], str | None]:
        validator = jsonschema.Draft202012Validator(schema, format_checker=self.formats)

        def check(data: Any) -> str | None:
            error = best_match(validator.iter_errors(data))
            return None if error is None else str(error)

        return check


class Query(Body):
    """What a query string may be, looked at as an object of strings (the last of repeated parameters).

    A uuid in a query must be written with its dashes, where a body takes any spelling of one.
    """

    formats = jsonschema.FormatChecker()
