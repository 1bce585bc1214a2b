# SPDX-License-Identifier: Apache-2.0
"""YAML as plain values that know their lines.

Values are put together from the parser's events: a tree of nodes with marks, as PyYAML makes it, would need a GB for a cloud
of 10,000 nodes. Plain scalars are read as YAML 1.2's core schema has it, whatever older readers take `yes` and `1:30` for.
"""

import re
from collections.abc import Callable
from typing import Any

import yaml


class Malformed(Exception):
    """A text that is no YAML of a kind that is understood here, and the line that says so; the first is 1."""

    def __init__(self, line: int, says: str) -> None:
        super().__init__(f"line {line}: {says}")
        self.line = line
        self.says = says


class Mapping(dict[Any, Any]):
    """A mapping. `line` is where it begins, and `lines` has the line of each key."""

    __slots__ = ("line", "lines")

    def __init__(self, line: int) -> None:
        super().__init__()
        self.line = line
        self.lines: dict[Any, int] = {}


class Sequence(list[Any]):
    """A sequence. `line` is where it begins, and `lines` has the line of each item."""

    __slots__ = ("line", "lines")

    def __init__(self, line: int) -> None:
        super().__init__()
        self.line = line
        self.lines: list[int] = []


Repeated = list[tuple[int, str]]
"""Keys that a mapping has twice, with their lines."""

EVERY = 10_000
"""The number of events after which the progress is told."""


def load(text: str, progress: Callable[[int], object]) -> tuple[Any, Repeated]:
    """The value of the one document in `text`. `progress` is told now and then which line has been read."""
    loader = yaml.CSafeLoader if hasattr(yaml, "CSafeLoader") else yaml.SafeLoader
    building = _Building()
    try:
        for number, event in enumerate(yaml.parse(text, Loader=loader)):
            building.take(event)
            if number % EVERY == 0:
                progress(_line(event) - 1)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
        line = mark.line + 1 if mark else 1 + text.count("\n", 0, getattr(error, "position", 0))
        says = getattr(error, "problem", None) or getattr(error, "reason", None) or str(error)
        raise Malformed(line, f"this is no YAML: {says}") from None
    if building.documents != 1:
        raise Malformed(1, f"there must be one document, not {building.documents}")
    return building.value, building.repeated


class _Building:
    """Puts values together from events."""

    def __init__(self) -> None:
        self.value: Any = None
        self.documents = 0
        self.repeated: Repeated = []
        # The containers that are open, with the key that waits for its value, or _NO_KEY when a key comes next.
        self._open: list[tuple[Any, Any]] = []
        self._anchors: dict[str, Any] = {}

    def take(self, event: yaml.Event) -> None:
        line = _line(event)
        if isinstance(event, yaml.ScalarEvent):
            value = _scalar(event, line)
            if event.anchor:
                self._anchors[event.anchor] = value
            self._add(value, line)
        elif isinstance(event, yaml.MappingStartEvent):
            self._begin(Mapping(line), event)
        elif isinstance(event, yaml.SequenceStartEvent):
            self._begin(Sequence(line), event)
        elif isinstance(event, (yaml.MappingEndEvent, yaml.SequenceEndEvent)):
            value, _ = self._open.pop()
            self._add(value, value.line)
        elif isinstance(event, yaml.AliasEvent):
            if event.anchor not in self._anchors:
                raise Malformed(line, f"there is no &{event.anchor} before this")
            self._add(self._anchors[event.anchor], line)
        elif isinstance(event, yaml.DocumentStartEvent):
            self.documents += 1
            self._anchors = {}

    def _begin(self, container: Any, event: Any) -> None:
        _refuse_tag(event.tag, container.line)
        if event.anchor:
            self._anchors[event.anchor] = container
        self._open.append((container, _NO_KEY))

    def _add(self, value: Any, line: int) -> None:
        if not self._open:
            self.value = value
            return
        container, key = self._open[-1]
        if isinstance(container, Sequence):
            container.append(value)
            container.lines.append(line)
        elif key is _NO_KEY:
            if isinstance(value, (Mapping, Sequence)):
                raise Malformed(line, "a key must be a text")
            self._open[-1] = (container, value)
            if value in container:
                self.repeated.append(
                    (line, f"{value!r} is here twice: first in line {container.lines[value]}")
                )
            container.lines[value] = line
        else:
            container[key] = value
            self._open[-1] = (container, _NO_KEY)


def _refuse_tag(tag: str | None, line: int) -> None:
    if tag is not None and tag != "!":
        raise Malformed(line, f"tags such as {tag} are not understood")


def _line(event: yaml.Event) -> int:
    return event.start_mark.line + 1 if event.start_mark else 1


_NO_KEY = object()

_NULL = re.compile(r"~|null|Null|NULL|")
_BOOLEAN = re.compile(r"true|True|TRUE|false|False|FALSE")
_INTEGER = re.compile(r"[-+]?[0-9]+")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_LONGEST_NUMBER = 100
"""No number that anything here takes has more digits, and to read one of a million takes minutes."""


def _scalar(event: yaml.ScalarEvent, line: int) -> Any:
    text: str = event.value
    _refuse_tag(event.tag, line)
    if not event.implicit[0]:
        return text
    if len(text) <= _LONGEST_NUMBER:
        if _INTEGER.fullmatch(text):
            return int(text)
        if _FLOAT.fullmatch(text):
            return float(text)
    if _NULL.fullmatch(text):
        return None
    if _BOOLEAN.fullmatch(text):
        return text.lower() == "true"
    return text
