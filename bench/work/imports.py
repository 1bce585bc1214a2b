# SPDX-License-Identifier: Apache-2.0
"""Measures the start of a placedock worker: the time and memory of each step of its imports, in a process of its own."""

import json
from collections.abc import Iterator
from statistics import median

from ..measure import Figure
from ..rows import Row, Unit
from ..run import Run

SECTION = "imports"

STEPS = {
    "Python": "",
    "SQLAlchemy, PyMySQL": "import sqlalchemy.dialects.mysql.pymysql",
    "oslo.config": "import oslo_config.cfg",
    "Pecan, WebOb": "import pecan",
    "placedock, to the first answer": "import placedock.wsgi",
    "all else, beside it": "placedock.wsgi.made.complete()",
}

LOOK = """
import gc, json, os, sys, time
gc.disable()

def held():
    return int(open("/proc/self/statm").read().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20

def lived():
    born = int(open("/proc/self/stat").read().rpartition(")")[2].split()[19]) / os.sysconf("SC_CLK_TCK")
    return time.clock_gettime(time.CLOCK_BOOTTIME) - born

steps = []
for statement in json.loads(sys.argv[1]):
    exec(statement)
    steps.append([1000 * lived(), held()])
json.dump(steps, sys.stdout)
"""


def measure(run: Run) -> Iterator[Row]:
    """Yield the time and the memory that each step adds to the step before, as medians."""
    asked = ("python3", "-c", LOOK, json.dumps(list(STEPS.values())))
    starts = [
        json.loads(run.bench.placedock.container.execute(*asked)) for _ in range(run.effort.starts)
    ]
    for number, name in enumerate(STEPS):
        for place, unit in enumerate((Unit.MILLISECONDS, Unit.MEGABYTES)):
            added = [
                steps[number][place] - (steps[number - 1][place] if number else 0)
                for steps in starts
            ]
            yield Row(SECTION, name, unit, Figure(median(added)), None)
