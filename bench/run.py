# SPDX-License-Identifier: Apache-2.0
"""One run: the servers, how much effort, the cloud that is loaded, and what was found out so far."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from time import perf_counter
from urllib.parse import quote

from . import answers, loader, measure
from .client import request
from .clouds import Cloud
from .measure import Effort, Figure
from .rows import NONE, Row, Target, Unit
from .servers import Bench


@dataclass(frozen=True)
class Read:
    """A GET that is measured. With `of`, its candidates must be among those of that path."""

    name: str
    path: str
    target: Target = NONE
    of: str | None = None


@dataclass
class Run:
    """What the sections share."""

    bench: Bench
    effort: Effort
    quick: bool
    complaints: list[str] = field(default_factory=list)
    cloud: Cloud | None = None

    def load(self, cloud: Cloud) -> None:
        """Put the cloud into both databases; afresh, even when it is there already."""
        started = perf_counter()
        for service in self.bench.pair:
            with self.bench.mysql.connect(service.name) as connection:
                loader.load(connection, cloud)
        self.cloud = cloud
        took = perf_counter() - started
        print(f"  ({cloud.providers:,} {cloud.name} providers loaded in {took:.1f} s)", flush=True)

    def complain(self, name: str, found: list[str]) -> None:
        self.complaints.extend(f"{name}: {each}" for each in found)

    def reads(self, section: str, reads: list[Read]) -> Iterator[Row]:
        """Each read of both services in turn with the floor of one query, and their answers compared."""
        for read in reads:
            yield self._read(section, read)

    def _read(self, section: str, read: Read) -> Row:
        ask = request("GET", read.path)
        sides = [(service, ask) for service in self.bench.pair]
        sides.append((self.bench.floor, self.one_query()))
        ours, theirs, floor = measure.in_turn(sides, self.effort)
        self.complain(read.name, self._compare(read, ours.answers, theirs.answers))
        return Row(
            section,
            read.name,
            Unit.MILLISECONDS,
            Figure.of(ours.seconds, 1000),
            Figure.of(theirs.seconds, 1000),
            floor=Figure.of(floor.seconds, 1000).median,
            target=read.target,
        )

    def _compare(self, read: Read, ours: answers.Seen, theirs: answers.Seen) -> list[str]:
        if refused := {status for status, _ in ours | theirs} - {200, 204}:
            return [f"answered with {sorted(refused)}"]
        if read.of is None:
            return answers.differences(ours, theirs)
        with self.bench.upstream.connect() as connection:
            everything = connection.ask(request("GET", read.of))
        return answers.limited_differences(ours, theirs, everything.body)

    def one_query(self) -> bytes:
        """The request that costs the floor: one provider of the cloud, by its index."""
        assert self.cloud is not None
        return request("GET", f"/query/{quote(self.cloud.provider(0))}")
