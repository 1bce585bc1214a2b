# SPDX-License-Identifier: Apache-2.0
"""Measures the time from the start of a container's process to the first 200. The database has its tables and names already."""

from collections.abc import Iterator
from dataclasses import replace
from time import sleep, time

from ..client import Connection, request
from ..clouds import flat
from ..containers import running
from ..measure import Figure
from ..rows import Row, Target, Unit
from ..run import Run
from ..servers import CONFINED, PATIENCE, PORT, Service

# The first process logs the time and then becomes the service, so Docker's own time before that does not count.
TELL = ("bash", "-c", 'echo "began $EPOCHREALTIME" >&2; exec "$@"', "start")

LIST = request("GET", "/resource_providers")


def measure(run: Run) -> Iterator[Row]:
    run.load(flat(100))
    starts: dict[str, list[tuple[float, float]]] = {each.name: [] for each in run.bench.pair}
    for _ in range(run.effort.starts):
        for service in run.bench.pair:
            starts[service.name].append(start(service))
    titles = {"to the first 200": Target(4), "to the first list of providers": Target(1 / 0.75)}
    for n, (title, target) in enumerate(titles.items()):
        ours, theirs = (
            Figure.of([seconds[n] for seconds in each], 1000) for each in starts.values()
        )
        yield Row("start", title, Unit.MILLISECONDS, ours, theirs, target=target)


def start(service: Service) -> tuple[float, float]:
    """Start one more container of this service. Returns the seconds to its first 200 on `/` and to its first provider list."""
    application = service.application
    with running(
        f"{application.name}-start",
        application.image,
        *(*TELL, *application.start),
        environment=service.environment,
        options=(*CONFINED, *application.options),
    ) as container:
        started = replace(service, container=container, host=container.address)
        answered = _first_answer(started)
        with Connection(started.host, PORT) as connection:
            assert connection.ask(LIST).status == 200
        complete = time()
        line = next(line for line in container.log.splitlines() if line.startswith("began "))
        began = float(line.split()[1])
        return answered - began, complete - began


def _first_answer(service: Service) -> float:
    """The time of the first 200 on `/`. The bench tries again every 2 ms until the server listens."""
    ask = request("GET", "/")
    deadline = time() + PATIENCE
    while time() < deadline:
        try:
            with Connection(service.host, PORT) as connection:
                if connection.ask(ask).status == 200:
                    return time()
        except OSError:
            pass
        sleep(0.002)
    raise RuntimeError(f"no 200 from {service.name}; it wrote:\n{service.container.log}")
