# SPDX-License-Identifier: Apache-2.0
"""Measures `placedock export` and `placedock import` as commands, from their start to their end, by the cloud of `bench.real`.

They run in placedock's container. The import makes its tables in a database that is empty. Upstream has neither command.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from time import perf_counter

from ..containers import Container
from ..loader import CONTENTS
from ..measure import Figure
from ..real import real
from ..rows import Row, Target, Unit
from ..run import Run
from ..servers import MySQL, settings

FILE = "/tmp/cloud.yaml"
DATABASE = "placedock_import"
A_MINUTE = Target(at_most=60_000)


def measure(run: Run) -> Iterator[Row]:
    nodes = 40 if run.quick else 10_000
    section = f"carry, {nodes:,} nodes"
    run.load(real(nodes))
    mysql, placedock = run.bench.mysql, run.bench.placedock
    with _empty_database(mysql), _file(placedock.container) as container:
        took = _seconds(container, "sh", "-c", f"placedock export > {FILE}")
        size = int(container.execute("stat", "--format=%s", FILE)) / 2**20
        yield _row(section, "placedock export", took, f"a file of {size:.1f} MiB")
        there = settings(mysql.url(DATABASE))
        variables = [f"{name}={value}" for name, value in there.items()]
        took = _seconds(container, "env", *variables, "placedock", "import", FILE)
        carried, had = (contents(mysql, name) for name in (DATABASE, placedock.name))
        note = f"{sum(carried.values()):,} rows in {len(carried)} tables"
        yield _row(section, "placedock import", took, note)
    if carried != had:
        run.complaints.append(f"carry: the import made {carried} out of {had}")


def contents(mysql: MySQL, database: str) -> dict[str, int]:
    """The number of rows in each table that describes the cloud."""
    found = {}
    with mysql.connect(database) as connection, connection.cursor() as cursor:
        for table in CONTENTS:
            cursor.execute(f"SELECT COUNT(*) FROM {table}")
            (found[table],) = cursor.fetchone()
    return found


def _row(section: str, name: str, seconds: float, note: str) -> Row:
    figure = Figure(seconds * 1000)
    return Row(section, name, Unit.MILLISECONDS, figure, None, target=A_MINUTE, note=note)


def _seconds(container: Container, *command: str) -> float:
    started = perf_counter()
    container.execute(*command)
    return perf_counter() - started


@contextmanager
def _empty_database(mysql: MySQL) -> Iterator[None]:
    with mysql.connect() as connection, connection.cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {DATABASE}")
    try:
        yield
    finally:
        with mysql.connect() as connection, connection.cursor() as cursor:
            cursor.execute(f"DROP DATABASE {DATABASE}")


@contextmanager
def _file(container: Container) -> Iterator[Container]:
    """The container, without the file at the end: its folders are in memory."""
    try:
        yield container
    finally:
        container.execute("rm", "--force", FILE)
