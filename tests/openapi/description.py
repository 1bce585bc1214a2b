# SPDX-License-Identifier: Apache-2.0
"""Reads a description: which operations there are, and what is wrong with an answer by it."""

from collections.abc import Iterator
from typing import Any

import jsonschema
import requests
from placedock.api.schemas.validation import FORMATS

Operation = tuple[str, str]
"""A method and the template of a path."""


class Description:
    def __init__(self, document: dict[str, Any]) -> None:
        self.document = document

    def operations(self) -> set[Operation]:
        return {
            (method.upper(), path)
            for path, methods in self.document["paths"].items()
            for method in methods
        }

    def complaints(self, operation: Operation, response: requests.Response) -> Iterator[str]:
        """The parts of the answer that differ from the description."""
        method, path = operation
        responses = self.document["paths"][path][method.lower()]["responses"]
        if str(response.status_code) not in responses:
            yield f"{response.status_code} is none of {', '.join(responses)}"
            return
        described = self._resolved(responses[str(response.status_code)])
        for name in described.get("headers", {}):
            if name not in response.headers:
                yield f"there is no header {name}"
        if "content" not in described:
            if response.content:
                yield f"there should be no body, but there is {response.text}"
            return
        schema = described["content"][response.headers["content-type"]]["schema"]
        validator = jsonschema.Draft202012Validator(schema, format_checker=FORMATS)
        for error in validator.iter_errors(response.json()):
            yield f"{error.json_path}: {error.message}"

    def _resolved(self, part: dict[str, Any]) -> dict[str, Any]:
        if "$ref" not in part:
            return part
        found: Any = self.document
        for word in part["$ref"].removeprefix("#/").split("/"):
            found = found[word]
        resolved: dict[str, Any] = found
        return resolved
