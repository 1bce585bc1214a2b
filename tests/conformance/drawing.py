# SPDX-License-Identifier: Apache-2.0
"""Provider trees drawn as indented text, and the requests that make them through the API.

One line is one provider, indented under its parent. After its name come, in any order:

    VCPU:8                    an inventory, of which one allocation may take all
    VCPU:8(reserved=1,...)    the same, with other fields than the API's defaults
    HW_NUMA_ROOT              a trait
    @AGG_UUID                 an aggregate, called by the variable that exports its uuid
"""

import json
import re
from collections.abc import Iterator
from typing import Any, NamedTuple

INVENTORY = re.compile(r"(?P<resource_class>\w+):(?P<total>\d+)(?:\((?P<fields>.*)\))?")


class Provider(NamedTuple):
    """One line of a drawing."""

    name: str
    parent: str | None
    inventories: list[dict[str, Any]]
    traits: list[str]
    aggregates: list[str]


def providers(drawing: str) -> Iterator[Provider]:
    """The providers of `drawing`, parents before their children."""
    ancestors: list[tuple[int, str]] = []
    for line in filter(str.strip, drawing.splitlines()):
        name, *words = line.split()
        depth = len(line) - len(line.lstrip())
        while ancestors and ancestors[-1][0] >= depth:
            ancestors.pop()
        yield Provider(
            name=name,
            parent=ancestors[-1][1] if ancestors else None,
            inventories=[_inventory(match) for match in map(INVENTORY.fullmatch, words) if match],
            traits=[word for word in words if re.fullmatch(r"\w+", word)],
            aggregates=[word[1:] for word in words if word.startswith("@")],
        )
        ancestors.append((depth, name))


def _inventory(match: re.Match[str]) -> dict[str, Any]:
    total = int(match["total"])
    fields = (field.split("=") for field in (match["fields"] or "").split(",") if field)
    return {
        "resource_class": match["resource_class"],
        "total": total,
        "max_unit": total,
        **{key: json.loads(value) for key, value in fields},
    }
