# SPDX-License-Identifier: Apache-2.0
"""What is measured, in this order."""

from collections.abc import Callable, Iterator

from .rows import Row
from .run import Run
from .work import candidates, claims, reads

SECTIONS: dict[str, Callable[[Run], Iterator[Row]]] = {
    "floor": reads.measure_floor,
    "candidates-flat": candidates.measure_flat,
    "candidates-nested": candidates.measure_nested,
    "reads": reads.measure_reads,
    "claims": claims.measure_claims,
}
