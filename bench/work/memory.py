# SPDX-License-Identifier: Apache-2.0
"""Measures the memory of a worker process."""

import json
from collections.abc import Iterator
from typing import NamedTuple

from ..measure import Figure
from ..rows import Row, Target, Unit
from ..run import Run
from ..servers import Service

# httpd.conf names the worker processes. The program runs in the container, because Python is always there.
LOOK = """
import json, pathlib
found = []
for process in pathlib.Path("/proc").glob("[0-9]*"):
    try:
        if b"wsgi" in (process / "cmdline").read_bytes()[:8]:
            lines = (process / "smaps_rollup").read_text().splitlines()[1:]
            kilobytes = {line.split(":")[0]: int(line.split()[1]) for line in lines}
            found.append([kilobytes["Rss"], kilobytes["Pss"]])
    except (FileNotFoundError, ProcessLookupError):
        continue
print(json.dumps(found))
"""


class Held(NamedTuple):
    """The megabytes of a worker: its resident memory, and its proportional share (a page of n processes counts 1/n)."""

    resident: float
    proportional: float


def workers(service: Service) -> list[Held]:
    """The memory of each worker of the service."""
    found = json.loads(service.container.execute("python3", "-ISc", LOOK))
    if not found:
        raise RuntimeError(f"{service.name} has no worker processes")
    return [Held(*(each / 1024 for each in kilobytes)) for kilobytes in found]


def measure(run: Run) -> Iterator[Row]:
    """Yield the memory of each service's largest worker, after all requests of this run."""
    ours, theirs = map(workers, run.bench.pair)
    for name, place in ("a worker, resident", 0), ("a worker, proportional", 1):
        yield Row(
            "memory",
            name,
            Unit.MEGABYTES,
            Figure(max(each[place] for each in ours)),
            Figure(max(each[place] for each in theirs)),
            target=Target(2),
        )
