# SPDX-License-Identifier: Apache-2.0
"""From the start of a container's process to the first 200, with tables and names already there."""

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

# The first process tells when it began and turns into the service: what Docker needs before is nobody's merit.
TELL = ("bash", "-c", 'echo "began $EPOCHREALTIME" >&2; exec "$@"', "start")


def measure(run: Run) -> Iterator[Row]:
    run.load(flat(100))
    seconds: dict[str, list[float]] = {service.name: [] for service in run.bench.pair}
    for _ in range(run.effort.starts):
        for service in run.bench.pair:
            seconds[service.name].append(start(service))
    ours, theirs = (Figure.of(each, 1000) for each in seconds.values())
    yield Row("start", "to the first 200", Unit.MILLISECONDS, ours, theirs, target=Target(4))


def start(service: Service) -> float:
    """Seconds that one more of this service takes."""
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
        began = next(line for line in container.log.splitlines() if line.startswith("began "))
        return answered - float(began.split()[1])


def _first_answer(service: Service) -> float:
    """The moment of the first 200; asked every 2 ms until somebody listens."""
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
