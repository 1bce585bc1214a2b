# SPDX-License-Identifier: Apache-2.0
"""Writes a cloud as YAML that a person can read and edit: providers as trees, and only what differs from the defaults.

The text follows from the cloud to the byte. It is put together here and not by a YAML library, which needs ten times as long
for a cloud of 10,000 nodes; what is written is read back by one in the tests.
"""

import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache

from placedock.clouds import VERSION
from placedock.model.carried import Cloud, CloudConsumer, CloudProvider
from placedock.model.inventory import Inventory

WIDTH = 100
"""The column at which lists of names are wrapped."""

ENOUGH = 3
"""A list of so many traits or more that several providers have is written once, and the others refer to it."""

HEADER = """\
# A cloud, as `placedock export` writes it and `placedock import` takes it.
# yaml-language-server: $schema=cloud.schema.json
"""


def lines(cloud: Cloud, advance: Callable[[int], object] = lambda done: None) -> Iterator[str]:
    """The text, in parts that end with a line end. `advance` is told of each provider and consumer that is written."""
    yield HEADER
    yield f"placedock: {VERSION}\n"
    yield from _named("resource_classes", cloud.resource_classes)
    yield from _named("traits", cloud.traits)
    yield from _providers(cloud.providers, advance)
    yield from _consumers(cloud, advance)
    unused = [
        ("aggregates", cloud.unused.aggregates),
        ("projects", cloud.unused.projects),
        ("users", cloud.unused.users),
        ("consumer_types", cloud.unused.consumer_types),
    ]
    if any(names for _, names in unused):
        yield "unused:\n"
        for key, names in unused:
            yield from _named(key, names, "  ")


def _named(key: str, names: Sequence[str], indent: str = "") -> Iterator[str]:
    if names:
        yield f"{indent}{key}:\n"
        for name in names:
            yield f"{indent}- {scalar(name)}\n"


def _providers(
    providers: Sequence[CloudProvider], advance: Callable[[int], object]
) -> Iterator[str]:
    if not providers:
        return
    yield "providers:\n"
    times = Counter(tuple(one.traits) for one in providers if len(one.traits) >= ENOUGH)
    anchors: dict[tuple[str, ...], str] = {}
    depths: list[int] = []
    for provider in providers:
        depth = 0 if provider.parent is None else depths[provider.parent] + 1
        if depth and depth > depths[-1]:
            yield f"{'  ' * depth}children:\n"
        depths.append(depth)
        yield from _provider(provider, "  " * depth, times, anchors)
        advance(1)


def _provider(
    provider: CloudProvider,
    indent: str,
    times: Counter[tuple[str, ...]],
    anchors: dict[tuple[str, ...], str],
) -> Iterator[str]:
    yield f"{indent}- name: {'null' if provider.name is None else scalar(provider.name)}\n"
    yield f"{indent}  uuid: {scalar(provider.uuid)}\n"
    if provider.generation:
        yield f"{indent}  generation: {provider.generation}\n"
    if provider.inventories:
        yield f"{indent}  inventories:\n"
        for inventory in provider.inventories:
            yield f"{indent}    {scalar(inventory.resource_class)}: {_inventory(inventory)}\n"
    if provider.traits:
        traits = tuple(provider.traits)
        if traits in anchors:
            yield f"{indent}  traits: *{anchors[traits]}\n"
        elif times[traits] > 1:
            anchors[traits] = f"traits-{len(anchors) + 1}"
            yield from _list(f"{indent}  traits: &{anchors[traits]} ", traits)
        else:
            yield from _list(f"{indent}  traits: ", traits)
    if provider.aggregates:
        yield from _list(f"{indent}  aggregates: ", provider.aggregates)


def _inventory(inventory: Inventory) -> str:
    """The total alone, or with it what differs from the defaults."""
    given = inventory._asdict()
    more = [
        f"{name}: {_number(given[name])}"
        for name, default in Inventory._field_defaults.items()
        if name != "modified" and given[name] != default
    ]
    if not more:
        return str(inventory.total)
    return f"{{total: {inventory.total}, {', '.join(more)}}}"


def _number(value: float) -> str:
    """A number as every reader of YAML takes it, also those that want a point before an exponent."""
    text = repr(value)
    return text.replace("e", ".0e") if "e" in text and "." not in text else text


def _list(start: str, names: Iterable[str]) -> Iterator[str]:
    """A list in one line, or wrapped between its items."""
    words = [f"{name}," for name in map(scalar, names)]
    words = (
        [f"[{words[0]}", *words[1:-1], f"{words[-1][:-1]}]"]
        if len(words) > 1
        else [f"[{words[0][:-1]}]"]
    )
    line, inner = start + words[0], " " * (len(start) - len(start.lstrip()) + 2)
    for word in words[1:]:
        if len(line) + 1 + len(word) > WIDTH:
            yield line + "\n"
            line = inner + word
        else:
            line += " " + word
    yield line + "\n"


def _consumers(cloud: Cloud, advance: Callable[[int], object]) -> Iterator[str]:
    if not cloud.consumers:
        return
    yield "consumers:\n"
    references = [scalar(one.uuid if one.name is None else one.name) for one in cloud.providers]
    for consumer in cloud.consumers:
        yield f"  {scalar(consumer.uuid)}:{'' if _says_something(consumer) else ' {}'}\n"
        if consumer.project is not None and consumer.user is not None:
            yield f"    project: {scalar(consumer.project)}\n    user: {scalar(consumer.user)}\n"
        if consumer.consumer_type is not None:
            yield f"    type: {scalar(consumer.consumer_type)}\n"
        if consumer.generation != 1:
            yield f"    generation: {consumer.generation}\n"
        if consumer.allocations:
            yield "    allocations:\n"
            yield from _allocations(consumer, references)
        advance(1)


def _says_something(consumer: CloudConsumer) -> bool:
    return bool(
        consumer.project is not None
        or consumer.consumer_type is not None
        or consumer.generation != 1
        or consumer.allocations
    )


def _allocations(consumer: CloudConsumer, references: Sequence[str]) -> Iterator[str]:
    held: dict[int, list[str]] = {}
    for provider, resource_class, used in consumer.allocations:
        held.setdefault(provider, []).append(f"{scalar(resource_class)}: {used}")
    for provider, amounts in held.items():
        yield f"      {references[provider]}: {{{', '.join(amounts)}}}\n"


# Words that mean the same to every reader of YAML, old or new: they begin with a letter and are none of those that some
# readers take for something else, or they have the form of a uuid.
_WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*")
_UUID = re.compile(r"[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}")
_OTHER = {"y", "n", "yes", "no", "on", "off", "true", "false", "null", "none", "nan", "inf"}


@lru_cache(100_000)
def scalar(text: str) -> str:
    """A text as YAML, in quotes where a reader could take it for something else."""
    if _UUID.fullmatch(text) or (_WORD.fullmatch(text) and text.lower() not in _OTHER):
        return text
    quoted = json.dumps(text, ensure_ascii=False)
    return re.sub(
        r"[\x7f-\x9f\ufeff\u2028\u2029\ufffe\uffff]", lambda odd: f"\\u{ord(odd[0]):04x}", quoted
    )
