# SPDX-License-Identifier: Apache-2.0
"""An explanation reads the whole cloud, and counts as many candidates as a search from which SQL has kept most trees away."""

from collections.abc import Iterator
from random import Random
from typing import Any

import pytest
from placedock.model.candidates import CandidatesRequest, Group
from placedock.operations import candidates as operations
from placedock.operations import explanations
from placedock.store import prefilter
from placedock.store.database import Database
from topology import parse, uuid_of

from .conftest import Servers, filled_database
from .test_forest import plant, prefilter_at_once

TREES = 40
REQUESTS = 50
FEW = 3

CLASSES = ("VCPU", "MEMORY_MB", "DISK_GB", "VGPU")
TRAITS = ("HW_CPU_X86_AVX", "HW_NUMA_ROOT", "HW_GPU_API_VULKAN")
AGGREGATES = ("rack", "north", "south")


def drawn_cloud(draw: Random) -> str:
    """Trees of one to four providers; the first one has nothing, and a few others lend."""
    lines = ["empty"]
    for number in range(TREES):
        lines.append(f"cn{number} {_features(draw)}")
        lines += [
            f"  cn{number}_{child} {_features(draw)}" for child in range(draw.choice((0, 1, 3)))
        ]
    lines += [f"nfs{number} DISK_GB:9 +MISC_SHARES_VIA_AGGREGATE @south" for number in range(2)]
    return "\n".join(lines)


def _features(draw: Random) -> str:
    stocks = [
        f"{name}:{total},used={draw.randint(0, total)},max_unit={draw.choice((2, 99))}"
        for name in CLASSES
        if draw.random() < 0.5
        for total in [draw.randint(1, 8)]
    ]
    traits = [f"+{name}" for name in TRAITS if draw.random() < 0.3]
    return " ".join([*stocks, *traits, *(f"@{name}" for name in AGGREGATES if draw.random() < 0.2)])


def drawn_request(draw: Random) -> CandidatesRequest:
    suffixes = draw.choice([("",), ("",), ("", "_A"), ("_A", "_B")])
    return CandidatesRequest(
        tuple(_group(draw, suffix) for suffix in suffixes),
        isolate=draw.random() < 0.5,
        same_subtree=(frozenset(suffixes),)
        if suffixes == ("_A", "_B") and draw.random() < 0.3
        else (),
        root_required=_some(draw, TRAITS, 0.1),
        root_forbidden=_some(draw, TRAITS, 0.05),
        nested=draw.random() < 0.9,
    )


def _group(draw: Random, suffix: str) -> Group:
    aggregates = tuple(map(uuid_of, AGGREGATES))
    required = _some(draw, TRAITS, 0.15)
    member_of = _some(draw, aggregates, 0.15)
    return Group(
        suffix,
        {name: draw.choice((1, 1, 2, 5)) for name in draw.sample(CLASSES, draw.choice((1, 1, 2)))},
        required=(required,) if required else (),
        forbidden=_some(draw, TRAITS, 0.1),
        member_of=(member_of,) if member_of else (),
        forbidden_aggregates=_some(draw, aggregates, 0.1),
        in_tree=uuid_of(f"cn{draw.randrange(TREES)}") if draw.random() < 0.05 else None,
    )


def _some(draw: Random, names: tuple[str, ...], part: float) -> frozenset[str]:
    return frozenset(name for name in names if draw.random() < part)


@pytest.fixture(scope="module", params=range(2))
def unkept(request: pytest.FixtureRequest, servers: Servers) -> Iterator[Database]:
    """A random cloud of which the process keeps nothing, as of one that is too large for that."""
    drawing = parse(drawn_cloud(Random(request.param)))
    with filled_database("sqlite", servers, lambda each: plant(each, drawing)) as filled:
        database = Database(filled.url, snapshot_seconds=0)
        yield database
        database.close()


def test_an_explanation_counts_what_a_prefiltered_search_finds(
    unkept: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    prefilter_at_once(monkeypatch)
    real = prefilter.roots
    passed: list[int] = []

    def spy(*arguments: Any) -> list[int]:
        roots = real(*arguments)
        passed.extend(roots)
        return roots

    monkeypatch.setattr(prefilter, "roots", spy)
    draw = Random(0)
    left_out = found = 0
    for number in range(REQUESTS):
        request = drawn_request(draw)
        told = unkept.read(explanations.of_request, request).explanation
        assert not told.stopped
        passed.clear()
        answer = unkept.read(operations.find, request)
        assert len(answer.candidates) == told.candidates, (number, request)
        left_out += 0 < len(set(passed)) < told.trees
        few = unkept.read(operations.find, request, maximum=FEW)
        assert len(few.candidates) == min(FEW, told.candidates), (number, request)
        found += bool(told.candidates)
    assert left_out > REQUESTS / 4
    assert REQUESTS / 4 < found < REQUESTS * 3 / 4
