# SPDX-License-Identifier: Apache-2.0
"""Reads a cloud from YAML, and tells the line of everything that is wrong.

The form is checked by `cloud.schema.json`, provider by provider and consumer by consumer: by a validator that is compiled
from the schema, and where that refuses by a slower one that finds all mistakes. What a schema cannot say is checked here:
names that are used and not declared, and names that are there twice.
"""

import difflib
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any

import fastjsonschema
import jsonschema
import os_resource_classes
import os_traits

from placedock.clouds import marked, schema
from placedock.model.carried import (
    Cloud,
    CloudAllocation,
    CloudConsumer,
    CloudProvider,
    InvalidCloud,
    Mistake,
    Unused,
)
from placedock.model.inventory import Inventory

NAMESPACE = uuid.UUID("0b9e5f2c-6f0c-4a8e-9e43-0f6c2a4f5b11")
"""A provider without a uuid gets one that follows from its name."""

OUTLINE, PROVIDER, CONSUMER = "outline", "provider", "consumer"


def read(text: str, progress: Callable[[int], object] = lambda line: None) -> Cloud:
    """The cloud in a file. `progress` is told the line that has been read. Raises `InvalidCloud` with all mistakes."""
    try:
        top, repeated = marked.load(text, progress)
    except marked.Malformed as error:
        raise InvalidCloud([Mistake(error.line, error.says)]) from None
    reader = _Reader([Mistake(line, says) for line, says in repeated])
    cloud = reader.cloud(top)
    if reader.mistakes:
        raise InvalidCloud(reader.mistakes)
    return cloud


class _Reader:
    """Reads one file; `mistakes` grow as it goes."""

    def __init__(self, mistakes: list[Mistake]) -> None:
        self.mistakes = mistakes
        self.classes: set[str] = set(os_resource_classes.STANDARDS)
        self.traits: set[str] = set(os_traits.get_traits())
        self.names: dict[str, int] = {}

    def cloud(self, top: Any) -> Cloud:
        if not isinstance(top, marked.Mapping):
            self.mistakes.append(Mistake(1, "a cloud is a mapping with the key `placedock`"))
            return Cloud([])
        parts = ("providers", "consumers")
        outline = {key: value for key, value in top.items() if key not in parts}
        for key, kind in zip(parts, (marked.Sequence, marked.Mapping), strict=True):
            if key in top and not isinstance(top[key], kind):
                # The schema says it, and there is nothing to go through.
                outline[key] = top[key]
        if not self.valid(OUTLINE, outline, top):
            outline = {}
        self.classes |= self.declared(outline, "resource_classes", self.classes, "resource class")
        self.traits |= self.declared(outline, "traits", self.traits, "trait")
        providers = list(self.providers(top.get("providers")))
        consumers = list(self.consumers(top.get("consumers"), providers))
        unused = outline.get("unused", {})
        return Cloud(
            providers,
            consumers,
            outline.get("resource_classes", ()),
            outline.get("traits", ()),
            Unused(**{name: tuple(names) for name, names in unused.items()}),
        )

    def valid(self, kind: str, value: object, where: Any) -> bool:
        """Whether a part is as the schema says; `where` is the part with its lines."""
        try:
            _compiled(kind)(value)
        except fastjsonschema.JsonSchemaValueException:
            for problem in _thorough(kind).iter_errors(value):
                self.mistakes.append(_located(problem, where))
            return False
        return True

    def declared(
        self, outline: Mapping[str, Any], key: str, standard: set[str], what: str
    ) -> set[str]:
        """The names that the file declares."""
        names = outline.get(key, marked.Sequence(0))
        for number, name in enumerate(names):
            if name in standard:
                self.mistake(
                    names.lines[number], f"{name} is a standard {what}, which needs no declaration"
                )
        return set(names)

    def providers(self, listed: Any) -> Iterator[CloudProvider]:
        """The providers, each before its children."""
        if not isinstance(listed, marked.Sequence):
            return
        uuids: dict[str, int] = {}
        count = 0
        waiting: list[tuple[Any, int, int | None]] = [
            (one, line, None)
            for one, line in zip(reversed(listed), reversed(listed.lines), strict=True)
        ]
        while waiting:
            one, line, parent = waiting.pop()
            children = one.get("children") if isinstance(one, marked.Mapping) else None
            alone = one
            if isinstance(children, marked.Sequence):
                alone = {key: value for key, value in one.items() if key != "children"}
                waiting += [
                    (child, at, count)
                    for child, at in zip(reversed(children), reversed(children.lines), strict=True)
                ]
            provider = CloudProvider("", None, line=line)
            if self.valid(PROVIDER, alone, one if isinstance(one, marked.Mapping) else line):
                provider = self.provider(one, line, parent)
                self.once(uuids, provider.uuid.lower(), line, "uuid")
                if provider.name is not None:
                    self.once(self.names, provider.name, line, "name")
            count += 1
            yield provider

    def once(self, seen: dict[str, int], name: str, line: int, what: str) -> None:
        if name in seen:
            self.mistake(
                line, f"the {what} {name} is that of the provider in line {seen[name]} too"
            )
        seen.setdefault(name, line)

    def provider(self, one: marked.Mapping, line: int, parent: int | None) -> CloudProvider:
        inventories = one.get("inventories", marked.Mapping(line))
        traits = one.get("traits", marked.Sequence(line))
        for number, name in enumerate(traits):
            self.known(name, self.traits, traits.lines[number], "trait")
        for name in inventories:
            self.known(name, self.classes, inventories.lines[name], "resource class")
        self.distinct(traits)
        self.distinct(one.get("aggregates", marked.Sequence(line)))
        name = one["name"]
        given = one.get("uuid")
        if given is None:
            given = str(uuid.uuid5(NAMESPACE, name or ""))
        return CloudProvider(
            given,
            name,
            one.get("generation", 0),
            parent,
            [_inventory(name, fields) for name, fields in inventories.items()],
            traits,
            one.get("aggregates", ()),
            line,
        )

    def distinct(self, names: marked.Sequence) -> None:
        seen: set[str] = set()
        for number, name in enumerate(names):
            if name in seen:
                self.mistake(names.lines[number], f"{name} is here twice")
            seen.add(name)

    def consumers(self, listed: Any, providers: Sequence[CloudProvider]) -> Iterator[CloudConsumer]:
        if not isinstance(listed, marked.Mapping):
            return
        positions = {one.name: number for number, one in enumerate(providers) if one.name}
        positions |= {one.uuid: number for number, one in enumerate(providers) if one.uuid}
        seen: dict[str, int] = {}
        for consumer, one in listed.items():
            line = listed.lines[consumer]
            alone = marked.Mapping(line)
            alone[consumer] = one
            alone.lines[consumer] = line
            if not self.valid(CONSUMER, alone, alone):
                continue
            if consumer.lower() in seen:
                self.mistake(
                    line, f"the consumer {consumer} is in line {seen[consumer.lower()]} too"
                )
            seen[consumer.lower()] = line
            yield CloudConsumer(
                consumer,
                one.get("project"),
                one.get("user"),
                one.get("type"),
                one.get("generation", 1),
                list(self.allocations(one.get("allocations", {}), positions)),
                line,
            )

    def allocations(
        self, held: Mapping[str, Any], positions: Mapping[str, int]
    ) -> Iterator[CloudAllocation]:
        for provider, amounts in held.items():
            position = positions.get(provider)
            if position is None:
                self.known(provider, positions.keys(), held.lines[provider], "provider")  # type: ignore[attr-defined]
                continue
            for name, used in amounts.items():
                self.known(name, self.classes, amounts.lines[name], "resource class")
                yield CloudAllocation(position, name, used)

    def known(self, name: str, names: Any, line: int, what: str) -> None:
        """Complain of a name that is not among `names`."""
        if name in names:
            return
        near = difflib.get_close_matches(name, names, 1)
        hint = f"; did you mean {near[0]}?" if near else ""
        if what != "provider" and name.startswith("CUSTOM_"):
            key = "traits" if what == "trait" else "resource_classes"
            hint = hint or f"; a custom one is declared under `{key}`"
        self.mistake(line, f"there is no {what} {name}{hint}")

    def mistake(self, line: int, says: str) -> None:
        self.mistakes.append(Mistake(line, says))


def _inventory(name: str, fields: Any) -> Inventory:
    given = {"total": fields} if isinstance(fields, int) else dict(fields)
    given["allocation_ratio"] = float(given.get("allocation_ratio", 1.0))
    return Inventory(name, **given)


def _part(kind: str) -> dict[str, Any]:
    """The schema of a part of a file: all of it but providers and consumers; one provider; one consumer by its uuid."""
    whole = schema()
    if kind == PROVIDER:
        return {"$defs": whole["$defs"], "$ref": "#/$defs/provider"}
    if kind == CONSUMER:
        return {"$defs": whole["$defs"], **whole["properties"]["consumers"]}
    return whole


@cache
def _compiled(kind: str) -> Callable[[object], object]:
    """Complains of the first mistake, in a microsecond for each value."""
    # The compiler knows drafts up to 2019-09, in which all that the schema uses means the same.
    part = {"$schema": "https://json-schema.org/draft/2019-09/schema", **_part(kind)}
    part["$schema"] = "https://json-schema.org/draft/2019-09/schema"
    compiled: Callable[[object], object] = fastjsonschema.compile(part, use_default=False)
    return compiled


@cache
def _thorough(kind: str) -> jsonschema.Draft202012Validator:
    """Finds all mistakes, a hundred times slower."""
    return jsonschema.Draft202012Validator(_part(kind))


def _located(problem: jsonschema.ValidationError, where: Any) -> Mistake:
    """The mistake, with the line of what is wrong: as deep as the path leads."""
    if isinstance(where, int):
        return Mistake(where, problem.message)
    line: int = where.line
    here: Any = where
    words = []
    path: Any = problem.absolute_path
    for step in path:
        words.append(str(step))
        if isinstance(here, (marked.Mapping, marked.Sequence)):
            line = here.lines[step]
            here = here[step]
    name = ".".join(words)
    if problem.validator == "additionalProperties" and isinstance(here, marked.Mapping):
        extra = [key for key in here if repr(key) in problem.message]
        line = here.lines[extra[0]] if extra else line
    return Mistake(line, f"{name}: {problem.message}" if name else problem.message)
