# SPDX-License-Identifier: Apache-2.0
"""Makes requests that are drawn at random speak of things that exist, so that more of them get past the first check.

What breaks the rules by intent is left alone, and some of the rest, too.
"""

import re
from collections.abc import Sequence
from random import Random
from typing import Any

from schemathesis import Case
from schemathesis.core import NOT_SET
from schemathesis.core.parameters import ParameterLocation

from .world import World

UUID = re.compile("[0-9a-fA-F-]{36}")
NAME = re.compile("[A-Z0-9_]+")
AMOUNT = re.compile("[0-9]+")
KINDS = ("resources", "required", "member_of", "in_tree")
"""Parameters whose names may have a suffix."""
MOSTLY = 0.9


def ground(case: Case[Any], world: World) -> None:
    """Make most of the names in the valid parts of a case those of `world`. Equal cases become equal again."""
    grounded = _Grounded(world, Random(repr((case.path_parameters, case.query, case.body))))
    if _is_valid(case, ParameterLocation.PATH) and case.path_parameters:
        case.path_parameters = {
            name: grounded.segment(name, value, case.path)
            for name, value in case.path_parameters.items()
        }
    if _is_valid(case, ParameterLocation.QUERY) and case.query:
        case.query = grounded.query(case.query, case.path)
    if _is_valid(case, ParameterLocation.BODY) and case.body is not NOT_SET:
        case.body = grounded.body(case.body)


def refresh(case: Case[Any], world: World) -> None:
    """Put in generations as they are now, where an even one was drawn: a client would have read them just before."""
    if _is_valid(case, ParameterLocation.BODY) and isinstance(case.body, dict):
        _refresh(case.body, (case.path_parameters or {}), world)


def _refresh(body: dict[str, Any], named: dict[str, Any], world: World) -> None:
    if "uuid" in named and _is_even(body.get("resource_provider_generation")):
        body["resource_provider_generation"] = world.generation(str(named["uuid"]))
    generation = body.get("consumer_generation", NOT_SET)
    if "consumer_uuid" in named and (generation is None or _is_even(generation)):
        body["consumer_generation"] = world.consumer_generation(str(named["consumer_uuid"]))
    for name, inner in body.items():
        if isinstance(inner, dict) and UUID.fullmatch(name):
            kind = "consumer_uuid" if "allocations" in inner else "uuid"
            _refresh(inner, {kind: name}, world)
        elif isinstance(inner, dict) and name in ("inventories", "allocations"):
            _refresh(inner, {}, world)


def _is_even(generation: object) -> bool:
    return isinstance(generation, int) and generation % 2 == 0


def _is_valid(case: Case[Any], location: ParameterLocation) -> bool:
    return case.meta is not None and not case.meta.is_negative_at(location)


class _Grounded:
    def __init__(self, world: World, random: Random) -> None:
        self.world = world
        self.random = random

    def one(self, known: Sequence[object], drawn: Any) -> Any:
        return self.random.choice(known) if self.random.random() < MOSTLY else drawn

    def segment(self, name: str, drawn: Any, path: str) -> Any:
        world = self.world
        if name == "uuid":
            return self.one(world.providers, drawn)
        if name == "consumer_uuid":
            return self.one(world.consumers, drawn)
        if name == "resource_class" or path.startswith("/resource_classes"):
            return self.one(world.classes, drawn)
        return self.one(world.traits, drawn)

    def query(self, drawn: dict[str, Any], path: str) -> dict[str, Any]:
        grounded = {}
        for key, value in drawn.items():
            kind = next((each for each in KINDS if key.startswith(each)), "")
            if kind and key != kind:
                key = kind + self.random.choice(["", "1", "2"])
            if isinstance(value, list):
                grounded[key] = [self.text(kind or key, one) for one in value]
            else:
                grounded[key] = self.text(kind or key, value)
        if path == "/allocation_candidates" and not any(key.startswith("res") for key in grounded):
            grounded["resources"] = self.text("resources", "VCPU:1")
        return grounded

    def text(self, kind: str, drawn: Any) -> Any:
        world = self.world
        if not isinstance(drawn, str):
            return drawn
        if kind == "resources":
            words = [self.one(world.classes, "X") for _ in drawn.split(",")[:2]]
            return ",".join(f"{word}:{self.random.randint(1, 4)}" for word in dict.fromkeys(words))
        if kind in ("required", "root_required"):
            form = "in:" if drawn.startswith("in:") else ""
            return form + NAME.sub(lambda _: self.one(world.traits, "X"), drawn.removeprefix("in:"))
        if kind == "same_subtree":
            return self.one(["1", "1,2"], drawn)
        known = {
            "member_of": world.aggregates,
            "in_tree": world.providers,
            "uuid": world.providers,
            "project_id": [world.project],
            "user_id": [world.user],
        }.get(kind, [])
        return UUID.sub(lambda found: self.one(known or [found[0]], found[0]), drawn)

    def body(self, drawn: Any, key: str = "") -> Any:
        if isinstance(drawn, dict):
            return {self.key(name, inner): self.body(inner, name) for name, inner in drawn.items()}
        if isinstance(drawn, list):
            return [self.body(one, key) for one in drawn]
        if isinstance(drawn, str) and key in ("uuid", "parent_provider_uuid"):
            return self.one(self.world.providers, drawn)
        if isinstance(drawn, str) and key in ("resource_class", "traits", "aggregates"):
            known = {"resource_class": self.world.classes, "traits": self.world.traits}
            return self.one(known.get(key, self.world.aggregates), drawn)
        if isinstance(drawn, int) and NAME.fullmatch(key):
            return self.one([1, 2, 4], drawn)
        return drawn

    def key(self, name: str, inner: Any) -> str:
        if UUID.fullmatch(name):
            holds = isinstance(inner, dict) and "allocations" in inner
            found: str = self.one(self.world.consumers if holds else self.world.providers, name)
            return found
        return self.one(self.world.classes, name) if NAME.fullmatch(name) else name
