# SPDX-License-Identifier: Apache-2.0
"""Claims: `PUT /allocations/{consumer}` of new consumers, by one client and by several at once.

A client that meets 409 `placement.concurrent_update` sends its claim again, as the API asks it to. What is refused for
another reason, or too often, is a client's error.
"""

import threading
from collections.abc import Iterator
from time import perf_counter
from typing import NamedTuple

from ..client import request
from ..clouds import Cloud, flat, uuid_of
from ..measure import Figure
from ..rows import NONE, Row, Target, Unit
from ..run import Run
from ..servers import Service

TRIES = 20
CONFLICT = b"placement.concurrent_update"
HOT = 0
"""The host that all clients claim from, when it is a hot one."""


class Case(NamedTuple):
    """So many clients, on one provider or on all in turn."""

    name: str
    clients: int
    hot: bool = False
    target: Target = NONE


CASES = (
    Case("one client, spread", 1, target=Target(5)),
    Case("eight clients, spread", 8, target=Target(8, without_errors=True)),
    Case("eight clients, one hot provider", 8, hot=True, target=Target(8, without_errors=True)),
)


class Outcome(NamedTuple):
    """What clients that worked at the same time came to."""

    elapsed: float
    seconds: list[float]
    again: int
    errors: list[str]


def measure_claims(run: Run) -> Iterator[Row]:
    for case in CASES:
        cloud = flat(100 if run.quick else 1000)
        run.load(cloud)
        yield from measure_case(run, cloud, case)


def measure_case(run: Run, cloud: Cloud, case: Case, section: str = "claims") -> Iterator[Row]:
    """How many a second, and how long each."""
    outcomes: dict[str, list[Outcome]] = {service.name: [] for service in run.bench.pair}
    each = max(run.effort.claims // case.clients, 4)
    for turn in range(run.effort.turns // 2):
        first = turn * case.clients * each
        queues = [
            [claim(cloud, case, first + client * each + number) for number in range(each)]
            for client in range(case.clients)
        ]
        for service in run.bench.pair:
            outcomes[service.name].append(work_off(service, queues))
    ours, theirs = outcomes.values()
    note = _note(outcomes)
    rates = [
        Figure.of([len(each.seconds) / each.elapsed for each in side]) for side in (ours, theirs)
    ]
    errors = sum(len(outcome.errors) for outcome in ours)
    yield Row(
        *(section, case.name, Unit.PER_SECOND),
        *(Figure(rate.median) for rate in rates),
        target=case.target,
        note=note,
        errors=errors,
        size=case.clients,
    )
    waits = [
        Figure.of([wait for outcome in side for wait in outcome.seconds], 1000)
        for side in (ours, theirs)
    ]
    yield Row(section, f"{case.name}: each", Unit.MILLISECONDS, *waits, size=case.clients)


def claim(cloud: Cloud, case: Case, number: int) -> bytes:
    """One of a new consumer; the numbers make the consumers, and the providers that are claimed from."""
    place = HOT if case.hot else number % (cloud.repetitions * cloud.width)
    provider = cloud.provider(*divmod(place, cloud.width))
    body = {
        "allocations": {provider: {"resources": {"VCPU": 1, "MEMORY_MB": 64, "DISK_GB": 1}}},
        "project_id": uuid_of("project", 1 + number % 20),
        "user_id": uuid_of("user", 1 + number % 20),
        "consumer_generation": None,
        "consumer_type": "INSTANCE",
    }
    return request("PUT", f"/allocations/{uuid_of('claimant', number)}", body)


def work_off(service: Service, queues: list[list[bytes]]) -> Outcome:
    """Have a client for each queue send it, all at the same time."""
    seconds: list[float] = []
    errors: list[str] = []
    again = [0]
    barrier = threading.Barrier(len(queues) + 1)

    def client(queue: list[bytes]) -> None:
        with service.connect() as connection:
            barrier.wait()
            for write in queue:
                started = perf_counter()
                for _ in range(TRIES):
                    answer = connection.ask(write)
                    if answer.status != 409 or CONFLICT not in answer.body:
                        break
                    again[0] += 1
                if answer.status >= 300:
                    errors.append(f"{answer.status}: {answer.body.decode()}")
                else:
                    seconds.append(perf_counter() - started)

    clients = [threading.Thread(target=client, args=(queue,)) for queue in queues]
    for thread in clients:
        thread.start()
    barrier.wait()
    started = perf_counter()
    for thread in clients:
        thread.join()
    return Outcome(perf_counter() - started, seconds, again[0], errors)


def _note(outcomes: dict[str, list[Outcome]]) -> str:
    """What went wrong, on either side."""
    said = []
    for name, side in outcomes.items():
        again = sum(outcome.again for outcome in side)
        errors = [error for outcome in side for error in outcome.errors]
        if again or errors:
            said.append(f"{name}: {again} sent again, {len(errors)} errors")
            if errors:
                said.append(f"the first: {errors[0][:200]}")
    return "; ".join(said)
