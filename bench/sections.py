# SPDX-License-Identifier: Apache-2.0
"""The function that measures each section of `options.SECTIONS`."""

from collections.abc import Callable, Iterator

from .rows import Row
from .run import Run
from .work import (
    candidates,
    carry,
    claims,
    concurrent_reads,
    console,
    creation,
    explain,
    floor,
    hard,
    imports,
    keystone,
    memory,
    profile,
    reads,
    real,
    scale,
    start,
)

MEASURES: dict[str, Callable[[Run], Iterator[Row]]] = {
    "floor": floor.measure,
    "candidates-flat": candidates.measure_flat,
    "candidates-nested": candidates.measure_nested,
    "real": real.measure,
    "explain": explain.measure,
    "console": console.measure,
    "carry": carry.measure,
    "hard": hard.measure,
    "reads": reads.measure,
    "reads-at-once": concurrent_reads.measure,
    "claims": claims.measure,
    "creation": creation.measure,
    "profile": profile.measure,
    "keystone": keystone.measure,
    "start": start.measure,
    "imports": imports.measure,
    "scale": scale.measure,
    "memory": memory.measure,
}
