# SPDX-License-Identifier: Apache-2.0
"""Topologies drawn as indented text, for tests that show their forest.

    cn1            VCPU:8 MEMORY_MB:4096,reserved=512  +HW_CPU_X86_AVX  @rack1
      numa0        VCPU:4,used=1,max_unit=2
      numa1        VCPU:4
    nfs            DISK_GB:1000,allocation_ratio=1.5   +MISC_SHARES_VIA_AGGREGATE  @rack1

One provider a line, a child deeper than its parent. `CLASS:total` is inventory, with `used` and any of its other fields
after commas; `+` is a trait, `@` an aggregate. Names stand for uuids that follow from them: `uuid_of("cn1")`.

`parse` reads it, `forest` makes of it what the search works on, `writes` the HTTP calls that make it in a service.
"""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from placedock.model import capacity
from placedock.model.capacity import Stock
from placedock.model.forest import SHARES, Forest, Kind, TreeProvider
from placedock.model.inventory import Inventory as Stored

NAMESPACE = uuid.UUID("6c7f4dc4-4f7b-5d0b-8a6e-0d5d2f1c9a10")
LARGEST = 2**31 - 1


def uuid_of(name: str) -> str:
    return str(uuid.uuid5(NAMESPACE, name))


@dataclass(frozen=True)
class Inventory:
    total: int
    used: int = 0
    reserved: int = 0
    min_unit: int = 1
    max_unit: int = LARGEST
    step_size: int = 1
    allocation_ratio: float = 1.0

    @property
    def stock(self) -> Stock:
        """As the search takes it."""
        return capacity.stock(Stored("", **self.body))

    @property
    def body(self) -> dict[str, Any]:
        """As the API takes it."""
        fields = ("total", "reserved", "min_unit", "max_unit", "step_size", "allocation_ratio")
        return {name: getattr(self, name) for name in fields}


@dataclass(frozen=True)
class Drawn:
    """One provider of a drawing."""

    name: str
    parent: str | None
    root: str
    inventories: dict[str, Inventory] = field(default_factory=dict)
    traits: tuple[str, ...] = ()
    aggregates: tuple[str, ...] = ()

    @property
    def uuid(self) -> str:
        return uuid_of(self.name)


def parse(drawing: str) -> list[Drawn]:
    """The providers of a drawing, parents before children."""
    drawn: list[Drawn] = []
    above: list[tuple[int, Drawn]] = []
    for line in drawing.splitlines():
        if not line.strip():
            continue
        depth = len(line) - len(line.lstrip())
        while above and above[-1][0] >= depth:
            above.pop()
        parent = above[-1][1] if above else None
        provider = _provider(line.split(), parent)
        above.append((depth, provider))
        drawn.append(provider)
    return drawn


def _provider(words: list[str], parent: Drawn | None) -> Drawn:
    name, *features = words
    return Drawn(
        name,
        parent.name if parent else None,
        parent.root if parent else name,
        dict(_inventory(word) for word in features if ":" in word),
        tuple(word[1:] for word in features if word.startswith("+")),
        tuple(word[1:] for word in features if word.startswith("@")),
    )


def _inventory(word: str) -> tuple[str, Inventory]:
    resource_class, _, amounts = word.partition(":")
    total, *fields = amounts.split(",")
    values: dict[str, Any] = {}
    for each in fields:
        name, _, value = each.partition("=")
        values[name] = float(value) if name == "allocation_ratio" else int(value)
    return resource_class, Inventory(int(total), **values)


def forest(drawn: list[Drawn] | str) -> Forest:
    """All trees of a drawing, and among them those of its sharing providers."""
    if isinstance(drawn, str):
        drawn = parse(drawn)
    ids = {provider.name: number for number, provider in enumerate(drawn, start=1)}
    trees: dict[int, list[TreeProvider]] = {}
    for provider in drawn:
        trees.setdefault(ids[provider.root], []).append(
            TreeProvider(
                ids[provider.name],
                provider.uuid,
                ids[provider.parent] if provider.parent else None,
                ids[provider.root],
                Kind(
                    {name: inventory.stock for name, inventory in provider.inventories.items()},
                    provider.traits,
                ),
                {name: stock.used for name, stock in provider.inventories.items() if stock.used},
                tuple(uuid_of(aggregate) for aggregate in provider.aggregates),
            )
        )
    sharing_trees = {
        root: tree
        for root, tree in trees.items()
        if any(SHARES in provider.traits for provider in tree)
    }
    return Forest(trees, sharing_trees)


def writes(drawn: list[Drawn] | str) -> Iterator[tuple[str, str, Any]]:
    """Method, path and body of the calls that make the drawing, at microversion 1.38 or later."""
    if isinstance(drawn, str):
        drawn = parse(drawn)
    classes = {name for provider in drawn for name in provider.inventories}
    traits = {trait for provider in drawn for trait in provider.traits}
    for name in sorted(name for name in classes if name.startswith("CUSTOM_")):
        yield "PUT", f"/resource_classes/{name}", None
    for name in sorted(name for name in traits if name.startswith("CUSTOM_")):
        yield "PUT", f"/traits/{name}", None
    for provider in drawn:
        body = {"name": provider.name, "uuid": provider.uuid}
        if provider.parent:
            body["parent_provider_uuid"] = uuid_of(provider.parent)
        yield "POST", "/resource_providers", body
        yield from _describe(provider)


def _describe(provider: Drawn) -> Iterator[tuple[str, str, Any]]:
    path = f"/resource_providers/{provider.uuid}"
    generation = 0
    if provider.inventories:
        bodies = {name: inventory.body for name, inventory in provider.inventories.items()}
        body = {"resource_provider_generation": generation, "inventories": bodies}
        yield "PUT", f"{path}/inventories", body
        generation += 1
    if provider.traits:
        body = {"resource_provider_generation": generation, "traits": list(provider.traits)}
        yield "PUT", f"{path}/traits", body
        generation += 1
    if provider.aggregates:
        aggregates = [uuid_of(aggregate) for aggregate in provider.aggregates]
        body = {"resource_provider_generation": generation, "aggregates": aggregates}
        yield "PUT", f"{path}/aggregates", body
    used = {name: inventory.used for name, inventory in provider.inventories.items()}
    if any(used.values()):
        resources = {name: amount for name, amount in used.items() if amount}
        yield (
            "PUT",
            f"/allocations/{uuid_of('user of ' + provider.name)}",
            {
                "allocations": {provider.uuid: {"resources": resources}},
                "project_id": uuid_of("project"),
                "user_id": uuid_of("user"),
                "consumer_generation": None,
                "consumer_type": "INSTANCE",
            },
        )
