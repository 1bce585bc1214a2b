# SPDX-License-Identifier: Apache-2.0
"""Questions and answers in the names of a drawing, so that a test reads as a sentence."""

from collections.abc import Iterable
from typing import Any

from placedock.candidates import Order, search
from placedock.candidates.reporter import SILENT, Reporter
from placedock.model.candidates import CandidatesRequest, Group
from placedock.model.deadline import NEVER, Deadline
from placedock.model.forest import Forest
from topology import forest, parse, uuid_of


def group(
    resources: str = "",
    suffix: str = "",
    required: str = "",
    member_of: str = "",
    in_tree: str | None = None,
) -> Group:
    """`group("VCPU:1 DISK_GB:5", required="A|B !C", member_of="x|y !z", in_tree="cn1")`: `|` is or, a blank and."""
    wanted = [each for each in required.split() if not each.startswith("!")]
    members = [each for each in member_of.split() if not each.startswith("!")]
    return Group(
        suffix,
        {name: int(amount) for name, amount in (each.split(":") for each in resources.split())},
        tuple(frozenset(each.split("|")) for each in wanted),
        frozenset(each[1:] for each in required.split() if each.startswith("!")),
        tuple(frozenset(map(uuid_of, each.split("|"))) for each in members),
        frozenset(uuid_of(each[1:]) for each in member_of.split() if each.startswith("!")),
        in_tree and uuid_of(in_tree),
    )


def names(drawing: str) -> dict[str, str]:
    return {provider.uuid: provider.name for provider in parse(drawing)}


def candidates(
    drawing: str,
    *groups: Group,
    forests: Iterable[Forest] | None = None,
    reporter: Reporter = SILENT,
    deadline: Deadline = NEVER,
    order: Order = Order.DEPTH_FIRST,
    **wide: Any,
) -> list[str]:
    """The candidates in the order in which they are found, each as `cn1 VCPU:1, nfs DISK_GB:5` with the providers' names."""
    request = CandidatesRequest(groups, **wide)
    named = names(drawing)
    found = search(forests or [forest(drawing)], request, order, reporter, deadline)
    return [
        ", ".join(
            sorted(
                " ".join([named[uuid], *(f"{name}:{n}" for name, n in taken["resources"].items())])
                for uuid, taken in combination.allocations.items()
            )
        )
        for combination in found
    ]
