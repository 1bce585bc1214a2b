# SPDX-License-Identifier: Apache-2.0
"""The function that measures each section of `options.SECTIONS`."""

from collections.abc import Callable, Iterator

from .rows import Row
from .run import Run
from .work import (
    candidates,
    claims,
    concurrent_reads,
    creation,
    floor,
    imports,
    keystone,
    memory,
    profile,
    reads,
    scale,
    start,
)

MEASURES: dict[str, Callable[[Run], Iterator[Row]]] = {
    "floor": floor.measure,
    "candidates-flat": candidates.measure_flat,
    "candidates-nested": candidates.measure_nested,
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
