# SPDX-License-Identifier: Apache-2.0
"""Measures `GET /-/explain` in the cloud of `bench.real`: of requests that find nothing, and of one that has candidates.

The worker that answers first after its start has kept nothing of the cloud, and each later answer finds what the worker kept.
Upstream has no explanations.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager

from ..answers import Seen
from ..client import request
from ..measure import Figure, in_turn
from ..real import EGRESS, GPU, INGRESS, PHYSNETS, UNHEARD_OF, VNIC, real
from ..rows import Row, Target, Unit
from ..run import Run, refusals
from ..servers import Service, another
from .memory import workers
from .real import BOOT, FLAVOR, LIMIT, ONE_GPU, TOO_MUCH
from .real import PATH as CANDIDATES
from .start import LIST

TWO_SECONDS = Target(at_most=2000)
KEPT = Target(at_most=200)

GPUS = 8
"""Twice as many as a node has."""

APART = "&".join(
    [
        FLAVOR,
        *(f"resources_G{number}={GPU}:1" for number in range(GPUS)),
        *(
            f"resources_N{number}={EGRESS}:1000,{INGRESS}:1000&required_N{number}={physnet},{VNIC}"
            for number, physnet in enumerate(PHYSNETS)
        ),
        "group_policy=isolate",
    ]
)

HAS_CANDIDATES = "boot"

PATHS = {
    name: f"/-/explain?{path.removeprefix(CANDIDATES)}&{LIMIT}"
    for name, path in {
        "nobody has so much memory": TOO_MUCH,
        "nobody has a GPU with this trait": f"{ONE_GPU}&required_GPU={UNHEARD_OF}",
        HAS_CANDIDATES: BOOT,
        f"{GPUS} GPUs and two networks apart: nowhere": APART,
    }.items()
}


def measure(run: Run) -> Iterator[Row]:
    nodes = 40 if run.quick else 10_000
    section = f"explain, {nodes:,} nodes"
    run.load(real(nodes))
    for name, path in PATHS.items():
        first = Figure.of([_first(run, name, path) for _ in range(run.effort.starts)], 1000)
        title = f"{name}, first after a start"
        yield Row(section, title, Unit.MILLISECONDS, first, None, target=TWO_SECONDS)
    with _one_worker(run) as service:
        before = _resident(service)
        for name, path in PATHS.items():
            (asked,) = in_turn([(service, request("GET", path))], run.effort)
            run.complaints.extend(faults(name, asked.answers))
            again = Figure.of(asked.seconds, 1000)
            title = f"{name}, again"
            yield Row(section, title, Unit.MILLISECONDS, again, None, target=TWO_SECONDS)
        grown = Figure(_resident(service) - before)
    title = "what a worker has grown by after all of them"
    yield Row(section, title, Unit.MEGABYTES, grown, None, target=KEPT)


def faults(name: str, seen: Seen) -> list[str]:
    """The faults of the answers to a request: a refusal, and candidates where there are none, or none where there are some."""
    if refused := refusals(seen):
        return [f"explain, {name}: {each}" for each in refused]
    counts = {json.loads(body)["candidates"]["count"] for _, body in seen}
    return [
        f"explain, {name}: it tells of {count} candidates"
        for count in sorted(counts)
        if (count > 0) != (name == HAS_CANDIDATES)
    ]


def _first(run: Run, name: str, path: str) -> float:
    """The seconds of the first explanation of a worker."""
    with _one_worker(run) as service, service.connect() as connection:
        answer = connection.ask(request("GET", path))
    run.complaints.extend(faults(name, {(answer.status, answer.body)}))
    return answer.seconds


@contextmanager
def _one_worker(run: Run) -> Iterator[Service]:
    """A new server of one process, which answers all requests. It has completed its start and read nothing of the cloud."""
    with another(run.bench.placedock, "explain", {"PROCESSES": "1"}) as service:
        with service.connect() as connection:
            assert connection.ask(LIST).status == 200
        yield service


def _resident(service: Service) -> float:
    (worker,) = workers(service)
    return worker.resident
