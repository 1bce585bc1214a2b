# SPDX-License-Identifier: Apache-2.0
"""One run: the servers, the effort, the loaded cloud, and every answer that differed."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from time import perf_counter

from . import answers, bare, loader, measure
from .client import request
from .clients import Outcome, Work, work_off
from .clouds import Cloud
from .measure import Effort, Figure
from .rows import NONE, Row, Target, Unit
from .servers import Bench, Service


@dataclass(frozen=True)
class Read:
    """A measured GET. When `among` is set, the candidates must be among those that GET of this path returns.

    Its floor is the one query, or that of its own statements when it searches (`bare`).
    """

    name: str
    path: str
    target: Target = NONE
    among: str | None = None

    @property
    def searches(self) -> bool:
        """Whether the read searches for candidates, which no application can do by the one query."""
        return self.path.startswith("/allocation_candidates")


@dataclass
class Run:
    """The state that all sections share."""

    bench: Bench
    effort: Effort
    quick: bool
    complaints: list[str] = field(default_factory=list)
    cloud: Cloud | None = None

    def load(self, cloud: Cloud) -> None:
        """Load the cloud into both databases, also when it is there already, because writes may have changed it."""
        started = perf_counter()

        def fill(service: Service) -> None:
            with self.bench.mysql.connect(service.name) as connection:
                loader.load(connection, cloud)

        with ThreadPoolExecutor() as both:
            list(both.map(fill, self.bench.pair))
        self.cloud = cloud
        took = perf_counter() - started
        print(f"  ({cloud.providers:,} {cloud.name} providers loaded in {took:.1f} s)", flush=True)

    def reads(self, section: str, reads: list[Read]) -> Iterator[Row]:
        """Measure each read and yield its row."""
        for read in reads:
            yield self.read(section, read)

    def read(
        self,
        section: str,
        read: Read,
        *,
        of_upstream: bool = True,
        token: str = "admin",
        size: int | None = None,
        smallest: float | None = None,
    ) -> Row:
        """Send the read to both services in turn, and the one query to the floor unless the read searches; return the row."""
        ask = request("GET", read.path, token=token)
        services = self.bench.pair if of_upstream else (self.bench.placedock,)
        sides = [(service, ask) for service in services]
        if not read.searches:
            sides.append((self.bench.floor, self.one_query()))
        ours, *theirs = measure.in_turn(sides, self.effort)
        if read.searches:
            floor = bare.floor(self.bench.mysql, self.bench.placedock, ask, self.effort)
        else:
            floor = Figure.of(theirs.pop().seconds, 1000)
        if theirs:
            self._complain(read.name, self._compare(read, ours.answers, theirs[0].answers))
        else:
            self._complain(read.name, refusals(ours.answers))
        return Row(
            section,
            read.name,
            Unit.MILLISECONDS,
            Figure.of(ours.seconds, 1000),
            Figure.of(theirs[0].seconds, 1000) if theirs else None,
            floor=floor.median,
            target=read.target,
            size=size,
            smallest=smallest,
            note="" if theirs else "upstream not measured, it would take too long",
        )

    def one_query(self) -> bytes:
        """The request to the floor: it finds one provider of the cloud by its index."""
        assert self.cloud is not None, "no cloud was loaded"
        return request("GET", f"/query/{self.cloud.provider(0)}")

    def works(
        self,
        section: str,
        name: str,
        queues: Callable[[int], Sequence[Sequence[Work]]],
        *,
        clients: int,
        target: Target = NONE,
        seen: Sequence[str] = (),
    ) -> Iterator[Row]:
        """Yield two rows: the work that clients complete in a second, and the time of each piece of work.

        `queues` makes the work of a turn, which is the same for both services. Afterwards both
        services must give equal answers to GET of the paths in `seen`.
        """
        sides: dict[str, list[Outcome]] = {service.name: [] for service in self.bench.pair}
        for turn in range(self.effort.turns // 2):
            work = queues(turn)
            for service in self.bench.pair:
                sides[service.name].append(work_off(service, work))
        ours, theirs = sides.values()
        # A refusal by upstream becomes a note of the row. A refusal by placedock is a fault, whatever the times are.
        self._complain(name, [error for outcome in ours for error in outcome.errors])
        if not any(outcome.errors for outcome in [*ours, *theirs]):
            for path in seen:
                self._compare_once(name, path)
        yield Row(
            section,
            name,
            Unit.PER_SECOND,
            Figure(Figure.of([outcome.rate for outcome in ours]).median),
            Figure(Figure.of([outcome.rate for outcome in theirs]).median),
            target=target,
            clients=clients,
            errors=sum(len(outcome.errors) for outcome in ours),
            note=_troubles(sides),
        )
        waits = [[each for outcome in side for each in outcome.seconds] for side in (ours, theirs)]
        if all(waits):
            ours_each, theirs_each = (Figure.of(each, 1000) for each in waits)
            yield Row(section, f"{name}, each", Unit.MILLISECONDS, ours_each, theirs_each)

    def _compare(self, read: Read, ours: answers.Seen, theirs: answers.Seen) -> list[str]:
        if refused := refusals(ours | theirs):
            return refused
        if read.among is None:
            return answers.differences(ours, theirs)
        with self.bench.upstream.connect() as connection:
            everything = connection.ask(request("GET", read.among))
        return answers.limited_differences(ours, theirs, everything.body)

    def _compare_once(self, name: str, path: str) -> None:
        seen = []
        for service in self.bench.pair:
            with service.connect() as connection:
                answer = connection.ask(request("GET", path))
                seen.append({(answer.status, answer.body)})
        self._complain(f"{name}, then {path}", answers.differences(*seen))

    def _complain(self, name: str, found: list[str]) -> None:
        self.complaints.extend(f"{name}: {each}" for each in found)


def refusals(seen: answers.Seen) -> list[str]:
    """The answers that no measured read may get."""
    refused = {(status, body) for status, body in seen if status not in (200, 204)}
    return [f"answered with {status}: {body[:400]!r}" for status, body in refused]


def _troubles(sides: dict[str, list[Outcome]]) -> str:
    """The errors and repeated requests of both sides, as a note."""
    said = []
    for name, side in sides.items():
        again = sum(outcome.again for outcome in side)
        errors = [error for outcome in side for error in outcome.errors]
        if again:
            said.append(f"{name}: {again} sent again")
        if errors:
            said.append(f"{name}: {len(errors)} errors, the first {errors[0][:200]}")
    return "; ".join(said)
