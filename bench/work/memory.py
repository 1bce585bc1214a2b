# SPDX-License-Identifier: Apache-2.0
"""What a worker process holds of the machine's memory."""

import json
from collections.abc import Iterator
from typing import NamedTuple

from ..measure import Figure
from ..rows import Row, Target, Unit
from ..run import Run
from ..servers import Service

# httpd.conf names the worker processes. Runs in the container, whose Python is sure to be there.
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
    """Megabytes of a worker: resident, and with what is shared counted in parts."""

    resident: float
    proportional: float


def workers(service: Service) -> list[Held]:
    """Each worker's."""
    found = json.loads(service.container.execute("python3", "-ISc", LOOK))
    if not found:
        raise RuntimeError(f"{service.name} has no worker processes")
    return [Held(*(each / 1024 for each in kilobytes)) for kilobytes in found]


def measure(run: Run) -> Iterator[Row]:
    """Of the larger worker, after all that was asked of it in this run."""
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
