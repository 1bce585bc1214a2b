# SPDX-License-Identifier: Apache-2.0
"""The words in which schemas are written: once, as the newest version, each field saying since when it is known.

`Body` and `Query` give the JSON schema of any version and validate against it with a compiled validator, kept per schema
and minor version (compiling per request would cost milliseconds). The wording of jsonschema's messages is part of the
contract, so a problem is told as jsonschema tells it. `Representation` describes what is sent: no request pays for that, but
documents and tests read it.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple, Union

from placedock.api.microversion import Feature, Version

Schema = dict[str, Any]
Part = Union[Schema, "Object", "Array", "AnyOf", "Text", "Since"]


class Field(NamedTuple):
    """A property: what it holds, and which versions know it and insist on it."""

    schema: Part
    since: Feature | None = None
    required: bool = False


def shown(schema: Part, since: Feature | None = None) -> Field:
    """A property that responses always have, from `since` on."""
    return Field(schema, since, required=True)


class Since(NamedTuple):
    """A part that changed: it is `newest` from `feature` on, and `before` at earlier versions."""

    feature: Feature
    newest: Any
    before: Any

    def at(self, version: Version) -> Any:
        chosen = self.newest if self.feature in version else self.before
        return chosen.at(version) if isinstance(chosen, Since) else chosen


class Text(NamedTuple):
    """A query parameter with a syntax of its own.

    Its parser refuses what does not match `pattern`, in words that the schema has not, so the schema lets any string
    through; `form` is for who describes the API. It may be given several times from `repeated` on.
    """

    pattern: "str | Since"
    repeated: Feature | None = None

    def form(self, version: Version) -> Schema:
        pattern = self.pattern.at(version) if isinstance(self.pattern, Since) else self.pattern
        one: Schema = {"type": "string", "pattern": pattern}
        if self.repeated is None or self.repeated not in version:
            return one
        return {"type": "array", "items": one, "minItems": 1}


class Array(NamedTuple):
    """A list of things that are alike."""

    items: Part


class AnyOf(NamedTuple):
    """One thing or the other."""

    parts: Sequence[Part]


class Object:
    """A JSON object with named fields, or with fields whose names match patterns, and no others."""

    def __init__(
        self,
        fields: Mapping[str, Field] | None = None,
        patterns: Mapping[str, Part] | Since | None = None,
        closed: bool = True,
        **keywords: Any,
    ) -> None:
        self.fields = fields or {}
        self.patterns = patterns
        self.closed = closed
        self.keywords = keywords

    def known(self, version: Version) -> dict[str, Field]:
        """The fields that there are at `version`."""
        return {
            name: field
            for name, field in self.fields.items()
            if field.since is None or field.since in version
        }

    def known_patterns(self, version: Version) -> Mapping[str, Part] | None:
        """The pattern that the names of further fields match at `version`."""
        patterns = self.patterns
        return patterns.at(version) if isinstance(patterns, Since) else patterns

    def at(self, version: Version) -> Schema:
        """The JSON schema that this is at `version`."""
        known, patterns = self.known(version), self.known_patterns(version)
        schema: Schema = {"type": "object", **self.keywords}
        if known or patterns is None:
            schema["properties"] = {
                name: at(field.schema, version) for name, field in known.items()
            }
        if patterns is not None:
            schema["patternProperties"] = {
                pattern: at(inner, version) for pattern, inner in patterns.items()
            }
        required = [name for name, field in known.items() if field.required]
        if required:
            schema["required"] = required
        if self.closed:
            schema["additionalProperties"] = False
        return schema


def at(part: Part, version: Version) -> Schema:
    """`part` as a JSON schema at `version`."""
    match part:
        case Since():
            return at(part.at(version), version)
        case Object():
            return part.at(version)
        case Array(items):
            return {"type": "array", "items": at(items, version)}
        case AnyOf(parts):
            return {"anyOf": [at(one, version) for one in parts]}
        case Text():
            return {"type": "string"}
    return part


class Body:
    """The schema of a request body."""

    any_uuid = True
    """Whether a uuid may be spelled as one likes."""

    to_the_end = True
    """Whether `$` in a pattern means the end, as in JSON Schema. For Python it also matches before a newline at the end."""

    def __init__(self, part: Part) -> None:
        self.part = part
        self._compiled: dict[int, Callable[[Any], str | None]] = {}

    def at(self, version: Version) -> Schema:
        return at(self.part, version)

    def problem(self, data: Any, version: Version) -> str | None:
        """The error of `data` at `version` in jsonschema's words, or None when there is none."""
        check = self._compiled.get(version.minor)
        if check is None:
            # Imported late: a worker starts sooner without jsonschema.
            from placedock.api.schemas import validation

            check = validation.compiled(self.at(version), self.any_uuid, self.to_the_end)
            self._compiled[version.minor] = check
        return check(data)


class Query(Body):
    """The schema of a query string, which is read as an object of strings (the last of repeated parameters).

    A uuid in a query must be written with its dashes, where a body takes any spelling of one. A newline at the end of a name
    or value is no fault, as with upstream.
    """

    any_uuid = False
    to_the_end = False

    def problem(self, data: Any, version: Version) -> str | None:
        # An empty query is right where no parameter is required. So a plain list does not wait until a new process has imported
        # jsonschema, which takes 25 ms.
        if not data and not self._requires_any(version):
            return None
        return super().problem(data, version)

    def _requires_any(self, version: Version) -> bool:
        return any(field.required for field in self.object(version).known(version).values())

    def object(self, version: Version) -> Object:
        """The parameters, as the fields and patterns of an object."""
        part = self.part.at(version) if isinstance(self.part, Since) else self.part
        assert isinstance(part, Object)
        return part


class Representation(Body):
    """The schema of a response's body."""
