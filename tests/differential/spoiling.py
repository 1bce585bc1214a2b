# SPDX-License-Identifier: Apache-2.0
"""Makes requests malformed: a good call with something in it missing, added, or of the wrong kind."""

import copy
from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import quote

from .calls import NOTHING, Call
from .world import World

ODD_VALUES: tuple[Any, ...] = (
    *(None, -1, 0, 1.5, 2.0, 2**31 - 1, 2**31, "", "x", "1", [], {}, ["x"], {"x": 1}, True),
)
ODD_PARAMETERS = (
    "",
    ",",
    "!",
    "!!",
    "in:",
    "!in:",
    "x",
    "VCPU",
    "VCPU:0",
    "VCPU:x",
    "VCPU:1:2",
    "é",
    "1\n",
    "startswith:_",
    "startswith:%",
    "in:%",
)
ODD_TEXTS = (
    "",
    "{",
    "[]",
    "null",
    '"text"',
    '{"a": 1,}',
    "{'a': 1}",
    "\x00",
    '{"name": NaN}',
    '{"name": -1e400}',
    '{"\\ud800": 1}',
    "\ufeff{}",
)
ENDINGS = ("\n", "\n\n", "\r", "\t", " ", "\x00", "\x7f")
ODD_ACCEPT = (
    "text/*",
    "text/html",
    "application/*;q=0.5",
    "application/json;q=0",
    "application/json;version=1",
    "json",
    "*",
)


def spoiled(world: World, call: Call) -> Call:
    """The call with one thing wrong with it, or at least odd."""
    ways = [_odd_path, _odd_accept]
    if call.body is not NOTHING:
        ways += [_odd_body, _odd_body, _odd_body, _odd_body, _odd_text, _odd_type]
    elif call.method == "GET":
        ways += [_odd_query, _odd_query, _odd_query]
    return world.one(ways)(world, call)


def _odd_body(world: World, call: Call) -> Call:
    body = copy.deepcopy(call.body)
    places = list(_places(body))
    if not places:
        return replace(call, body=world.one(ODD_VALUES))
    container, key = world.one(places)
    way = world.rng.random()
    if key == "uuid" and call.path == "/resource_providers":
        # Without it each server would draw one of its own.
        way = 1
    if way < 0.25:
        del container[key]
    elif way < 0.4 and isinstance(container, dict):
        odd = world.one(("extra", "CUSTOM_EXTRA", "lower", str(key).upper(), str(key).lower()))
        container[odd] = container.pop(key)
    else:
        container[key] = copy.deepcopy(world.one(ODD_VALUES))
    return replace(call, body=body)


def _places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Every container in a body with each of its keys."""
    inner = value.items() if isinstance(value, dict) else enumerate(value)
    for key, each in list(inner):
        yield value, key
        if isinstance(each, dict | list):
            yield from _places(each)


def _odd_text(world: World, call: Call) -> Call:
    return replace(call, text=world.one(ODD_TEXTS))


def _odd_type(world: World, call: Call) -> Call:
    kinds = ("text/plain", "application/json; charset=utf-8", "application/xml")
    return replace(call, content_type=world.one(kinds))


def _odd_accept(world: World, call: Call) -> Call:
    return replace(call, accept=world.one(ODD_ACCEPT))


def _odd_query(world: World, call: Call) -> Call:
    query = list(call.query)
    way = world.rng.random()
    if not query or way < 0.15:
        query.append((world.one(("extra", "resources-", "limit", "name", "required0")), "1"))
    elif way < 0.3:
        query.append(world.one(query))
    elif way < 0.4:
        # Of two, one counts and one is looked at. Which it is, both must agree on.
        query.append((world.one(query)[0], world.one(ODD_PARAMETERS)))
    elif way < 0.5:
        query.remove(world.one(query))
    else:
        place = world.rng.randrange(len(query))
        name, value = query[place]
        end = world.one(ENDINGS)
        query[place] = world.one(
            ((name, world.one(ODD_PARAMETERS)), (name, value + end), (name + end, value))
        )
    return replace(call, query=tuple(query))


def _odd_path(world: World, call: Call) -> Call:
    head, _, tail = call.path.rpartition("/")
    ended = tail + quote(world.one(ENDINGS))
    odd = world.one(
        (tail.upper(), tail.lower(), "nonesuch", f"{tail}/", tail.replace("-", ""), ended, ended)
    )
    return replace(call, path=f"{head}/{odd}")
