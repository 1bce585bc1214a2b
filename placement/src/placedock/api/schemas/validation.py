# SPDX-License-Identifier: Apache-2.0
"""Validators compiled from JSON schemas, by jsonschema and in its words."""

from collections.abc import Callable
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker
from jsonschema.exceptions import best_match
from oslo_utils import uuidutils

STRICT = FormatChecker()
FORMATS = FormatChecker()
FORMATS.checks("uuid")(uuidutils.is_uuid_like)


def compiled(schema: dict[str, Any], any_uuid: bool) -> Callable[[Any], str | None]:
    """What says what is wrong with some data by `schema`, or None; uuids may be spelled in any way or in one."""
    validator = Draft202012Validator(schema, format_checker=FORMATS if any_uuid else STRICT)

    def check(data: Any) -> str | None:
        error = best_match(validator.iter_errors(data))
        return None if error is None else str(error)

    return check
