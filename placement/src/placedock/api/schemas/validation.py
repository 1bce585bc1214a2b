# SPDX-License-Identifier: Apache-2.0
"""Validators compiled from JSON schemas, by jsonschema and in its words."""

import re
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from itertools import islice
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker, ValidationError, validators
from jsonschema.exceptions import best_match
from oslo_utils import uuidutils
from placedock.api.schemas import problems

LOOKED_AT = 1000
"""Of more errors than these the rest is not looked at: each costs some ten microseconds, and a body can have a million."""

STRICT = FormatChecker()
FORMATS = FormatChecker()
FORMATS.checks("uuid")(uuidutils.is_uuid_like)


def compiled(
    schema: dict[str, Any], any_uuid: bool, to_the_end: bool
) -> Callable[[Any], str | None]:
    """A function that says what is wrong with some data by `schema`, or None.

    `any_uuid`: a uuid may be spelled in any way. `to_the_end`: a pattern's `$` matches at the very end only.
    """
    kind = _ToTheEnd if to_the_end else Draft202012Validator
    validator = kind(schema, format_checker=FORMATS if any_uuid else STRICT)

    def check(data: Any) -> str | None:
        error = best_match(islice(validator.iter_errors(data), LOOKED_AT))
        return None if error is None else problems.told(error)

    return check


@cache
def _exact(pattern: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"\$$", r"\\Z", pattern))


def _pattern(
    validator: Any, pattern: str, instance: Any, schema: Mapping[str, Any]
) -> Iterator[ValidationError]:
    if validator.is_type(instance, "string") and not _exact(pattern).search(instance):
        yield ValidationError(f"{instance!r} does not match {pattern!r}")


def _additional_properties(
    validator: Any, allowed: Any, instance: Any, schema: Mapping[str, Any]
) -> Iterator[ValidationError]:
    yield from Draft202012Validator.VALIDATORS["additionalProperties"](
        validator, allowed, instance, schema
    )
    patterns = sorted(schema.get("patternProperties", ()))
    if patterns and validator.is_type(instance, "object"):
        for name in instance:
            # Other names are what jsonschema takes them for.
            if name.endswith("\n") and not any(_exact(one).search(name) for one in patterns):
                listed = ", ".join(map(repr, patterns))
                yield ValidationError(f"{name!r} does not match any of the regexes: {listed}")


_ToTheEnd = validators.extend(
    Draft202012Validator,
    {"pattern": _pattern, "additionalProperties": _additional_properties},
)
