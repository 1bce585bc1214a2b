# SPDX-License-Identifier: Apache-2.0
"""Playing a recorded list of requests to one server, and writing its answers so that they compare.

A step of a list is `METHOD path`, or a mapping: `ask` (METHOD path), `as` (whose token; `admin` if
not said), `send` (the body), `raw` (a body that is not JSON), `headers`, `keep` (names for parts of
the answer), `differs` (what the stand-in is known to answer otherwise, and why). `$name` stands for
what was kept.
"""

import functools
import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import requests

from .servers import Server

# Whom a request may come from. A list keeps further tokens.
PEOPLE: dict[str, Callable[[Server], str]] = {
    "admin": lambda server: server.token(),
    "system": lambda server: server.token({"system": {"all": True}}),
    "unscoped": lambda server: server.token("unscoped"),
    "demo": lambda server: server.token(user="demo", project="demo"),
    "placement": lambda server: server.token(user="placement", project="service"),
    "bad": lambda server: "not-a-token",
}
COMPARED_HEADERS = ("Content-Type", "Vary", "WWW-Authenticate", "Location")
_VARIABLE = re.compile(r"\$(\w+)")
_MARKS = [
    (re.compile(r"\b(?:[0-9a-f]{64}|[0-9a-f]{32})\b"), "<id>"),
    (re.compile(r"\b20(?!30)\d\d-\d\d-\d\dT[\d:]+(?:\.\d+)?Z?"), "<time>"),
]
_canonical = functools.partial(json.dumps, sort_keys=True)
_DRAWN = {"audit_ids", "secret"}  # fields whose values are random


@dataclass
class Answer:
    step: str
    status: int
    headers: dict[str, str | None]
    body: Any
    differs: dict[str, Any]


@dataclass
class Player:
    """Sends one list to one server and remembers what it was told to keep."""

    server: Server
    kept: dict[str, str] = field(default_factory=dict)

    def play(self, step: Any) -> Answer:
        step = {"ask": step} if isinstance(step, str) else step
        method, _, path = self._filled(step["ask"]).partition(" ")
        headers = self._filled(step.get("headers", {})) | self._identity(step.get("as", "admin"))
        body: dict[str, Any] = {"data": step["raw"]} if "raw" in step else {}
        if "send" in step:
            body["json"] = self._filled(step["send"])
        answer = requests.request(
            method,
            self.server.url + path,
            headers=headers,
            allow_redirects=False,
            timeout=60,
            **body,
        )
        content = self._content(answer)
        for name, place in step.get("keep", {}).items():
            self.kept[name] = self._part(answer, content, place)
        written = {name: self._written(answer.headers.get(name)) for name in COMPARED_HEADERS}
        return Answer(
            step["ask"],
            answer.status_code,
            written,
            self._comparable(content),
            step.get("differs", {}),
        )

    def _identity(self, name: str) -> dict[str, str]:
        if name == "nobody":
            return {}
        if name not in self.kept:
            self.kept[name] = PEOPLE[name](self.server)
        return {"X-Auth-Token": self.kept[name]}

    def _filled(self, value: Any) -> Any:
        if isinstance(value, str):
            return _VARIABLE.sub(lambda found: self._known(found[1]), value)
        if isinstance(value, dict):
            return {key: self._filled(item) for key, item in value.items()}
        if isinstance(value, list):
            return [self._filled(item) for item in value]
        return value

    def _known(self, name: str) -> str:
        if name not in self.kept and name in PEOPLE:
            self.kept[name] = PEOPLE[name](self.server)
        return self.kept[name]

    def _content(self, answer: requests.Response) -> Any:
        try:
            return answer.json()
        except ValueError:
            return answer.text or None

    def _part(self, answer: requests.Response, content: Any, place: str) -> str:
        if place.startswith("X-"):
            return answer.headers[place]
        part = content
        for key in place.split("."):
            try:
                part = part[int(key) if key.isdecimal() else key]
            except (LookupError, TypeError) as error:
                place = f"no {place} in the answer of {self.server.name}"
                raise AssertionError(f"{place}: {answer.status_code} {content}") from error
        found: str = part
        return found

    def _comparable(self, value: Any, key: str = "") -> Any:
        """Without what no two servers have in common, and lists in an order of their own."""
        if key in _DRAWN and value is not None:
            return f"<{len(value)} drawn>" if isinstance(value, list) else "<drawn>"
        if isinstance(value, dict):
            return {
                self._written(name): self._comparable(item, name) for name, item in value.items()
            }
        if isinstance(value, list):
            return sorted((self._comparable(item) for item in value), key=_canonical)
        return self._written(value) if isinstance(value, str) else value

    def _written(self, text: str | None) -> str | None:
        if text is None:
            return None
        text = text.replace(self.server.url, "<url>")
        for name, value in self.kept.items():
            if value and len(value) > 60 and value in text:
                text = text.replace(value, f"<token {name}>")
        for pattern, mark in _MARKS:
            text = pattern.sub(mark, text)
        return text
