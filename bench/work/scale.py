# SPDX-License-Identifier: Apache-2.0
"""Measures the same requests in larger and larger clouds. Upstream is not sent the requests that would take it minutes."""

from collections.abc import Callable, Iterator

from ..clouds import Cloud, flat, nested
from ..measure import Figure
from ..rows import Row, Target, Unit
from ..run import Read, Run
from .candidates import FLAT, NESTED, NOWHERE, TOO_MUCH
from .memory import workers

BOUND = 10.0
"""Seconds. The bench estimates upstream's time from the smaller cloud, and does not measure upstream above this bound."""

SIZES = {flat: (1_000, 10_000, 100_000), nested: (200, 2_000, 20_000)}
QUICK_SIZES = {flat: (100, 1_000), nested: (20, 200)}
FLAT_GROWTH = Target(of_smallest=2.0)
NO_GROWTH = Target(of_smallest=1.25)
A_SECOND = Target(at_most=1000)


def measure(run: Run) -> Iterator[Row]:
    for cloud, sizes in (QUICK_SIZES if run.quick else SIZES).items():
        yield from _Curve(run, cloud).rows(sizes)


def reads(cloud: Cloud) -> list[Read]:
    """The reads of each size."""
    provider = Read("provider", f"/resource_providers/{cloud.provider(7)}", NO_GROWTH)
    if cloud.name == "nested":
        in_tree = Read("in_tree", f"{NESTED}&in_tree={cloud.provider(7)}", FLAT_GROWTH)
        return [Read("limit=100", f"{NESTED}&limit=100", FLAT_GROWTH, NESTED), in_tree, provider]
    return [
        Read("limit=100", f"{FLAT}&limit=100", FLAT_GROWTH, FLAT),
        Read("nothing fits: no host has both", NOWHERE, A_SECOND),
        Read("nothing fits: nobody has so much", TOO_MUCH, A_SECOND),
        provider,
    ]


class _Curve:
    """The measurements of one kind of cloud, from its smallest size to its largest."""

    def __init__(self, run: Run, cloud: Callable[[int], Cloud]) -> None:
        self._run = run
        self._cloud = cloud
        self._smallest: dict[str, float] = {}
        self._expected: dict[str, float] = {}

    def rows(self, sizes: tuple[int, ...]) -> Iterator[Row]:
        for size, larger in zip(sizes, (*sizes[1:], sizes[-1]), strict=True):
            cloud = self._cloud(size)
            self._run.load(cloud)
            for read in reads(cloud):
                yield self._row(cloud, read, larger / size)
            yield self._memory(cloud)

    def _row(self, cloud: Cloud, read: Read, growth: float) -> Row:
        within = self._expected.get(read.name, 0.0) <= BOUND
        row = self._run.read(
            f"scale, {cloud.name}",
            read,
            size=cloud.trees,
            smallest=self._smallest.get(read.name),
            of_upstream=within,
        )
        self._smallest.setdefault(read.name, row.ours.median)
        if row.theirs is not None:
            self._expected[read.name] = row.theirs.median / 1000 * growth
        return row

    def _memory(self, cloud: Cloud) -> Row:
        ours, theirs = (max(workers(service)).resident for service in self._run.bench.pair)
        return Row(
            *(f"scale, {cloud.name}", "memory of a worker", Unit.MEGABYTES),
            *(Figure(ours), Figure(theirs)),
            size=cloud.trees,
        )
