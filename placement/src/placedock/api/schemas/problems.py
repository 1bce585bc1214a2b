# SPDX-License-Identifier: Apache-2.0
"""The text of jsonschema for an error, cut where it would repeat a large part of the client's body.

The beginning and the end of a message stay, which hold the words that clients look for; of the instance below it the first
`MOST` members are shown.
"""

from typing import Any

from jsonschema import ValidationError

MOST = 200
LONGEST = 2000
CUT = "..."


def told(error: ValidationError) -> str:
    error.message = _cut(error.message)
    error.instance = _Shortener().short(error.instance)
    return str(error)


def _cut(text: str) -> str:
    half = LONGEST // 2
    return text if len(text) <= LONGEST else f"{text[:half]}{CUT}{text[-half:]}"


class _Shortener:
    """Copies values until `MOST` members have been copied."""

    def __init__(self) -> None:
        self.left = MOST

    def short(self, value: Any) -> Any:
        if isinstance(value, str):
            return _cut(value)
        if isinstance(value, dict):
            kept: dict[str, Any] = {}
            for name, inner in value.items():
                if self.left <= 0:
                    return kept | {CUT: CUT}
                self.left -= 1
                kept[_cut(name)] = self.short(inner)
            return kept
        if isinstance(value, list):
            listed: list[Any] = []
            for inner in value:
                if self.left <= 0:
                    return [*listed, CUT]
                self.left -= 1
                listed.append(self.short(inner))
            return listed
        return value
