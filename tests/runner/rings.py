# SPDX-License-Identifier: Apache-2.0
"""The table of rings, from the inside out, and what has to be done before them.

docs/architecture.md tells what each ring shows. `cores` and `seconds` come from the CPU seconds that each ring uses. A ring
with two workers has 1.6 cores, because its workers also wait for a database or a server.
"""

from .jobs import Command, Job

PYTHON = ".venv/bin/python"


def _script(name: str, *after: str, cores: float = 0.9, seconds: int = 30) -> Job:
    """A script of scripts/ that a ring needs."""
    return Job(name, ((f"scripts/{name}",),), after, cores, seconds)


def _ring(
    name: str, *commands: Command, after: tuple[str, ...] = (), cores: float, seconds: int
) -> Job:
    return Job(name, commands, ("install", *after), cores, seconds)


def _pytest(*words: str) -> Command:
    return (PYTHON, "-m", "pytest", *words)


PREPARATIONS = (
    _script("install", seconds=60),
    _script("engine", seconds=30),
    _script("base-images", "engine", seconds=60),
    _script("upstream", seconds=30),
    _script("keystone-oracle", seconds=60),
    _script("browser", seconds=60),
    Job("images", ((PYTHON, "tests/images.py"),), ("install", "base-images"), 0.9, 60),
)

STORE_ON_SQLITE = Job(
    "store-sqlite",
    (_pytest("tests/store", "--without-servers"),),
    ("install", "upstream"),
    cores=0.9,
    seconds=30,
)
CHECK = Job("check", (("scripts/check",),), ("install",), 0.9, 30)

RINGS = (
    _ring("unit", _pytest("tests/unit", "-n", "2"), cores=1.6, seconds=35),
    _ring(
        "store",
        _pytest("tests/store", "-n", "2"),
        after=("base-images", "upstream"),
        cores=1.6,
        seconds=200,
    ),
    _ring("api", _pytest("tests/api"), cores=0.9, seconds=10),
    _ring(
        "servers",
        _pytest("tests/servers", "-n", "2"),
        after=("base-images",),
        cores=1.6,
        seconds=40,
    ),
    _ring("bounds", _pytest("tests/bounds"), after=("images",), cores=1.6, seconds=220),
    _ring(
        "console",
        _pytest("tests/console", "-n", "2"),
        after=("base-images", "upstream"),
        cores=1.6,
        seconds=40,
    ),
    _ring(
        "explorer",
        _pytest("tests/explorer", "--ignore=tests/explorer/test_container.py", "-n", "2"),
        after=("browser",),
        cores=1.6,
        seconds=90,
    ),
    _ring(
        "explorer-container",
        _pytest("tests/explorer/test_container.py"),
        after=("browser", "images"),
        cores=0.9,
        seconds=80,
    ),
    _ring(
        "settings",
        _pytest("tests/settings", "-n", "2"),
        after=("base-images",),
        cores=1.6,
        seconds=90,
    ),
    _ring("openapi", _pytest("tests/openapi", "-n", "2"), cores=1.6, seconds=50),
    _ring(
        "keystone",
        _pytest("tests/keystone", "-n", "2"),
        after=("keystone-oracle",),
        cores=1.6,
        seconds=60,
    ),
    _ring(
        "conformance-sqlite",
        _pytest("tests/conformance", "--target=serve", "-n", "2"),
        after=("upstream",),
        cores=1.6,
        seconds=20,
    ),
    _ring(
        "conformance-mysql",
        _pytest("tests/conformance", "--target=container", "-n", "2"),
        after=("images", "upstream"),
        cores=1.6,
        seconds=60,
    ),
    _ring(
        "conformance-mariadb",
        *(
            _pytest("tests/conformance", "--target=serve", f"--database={database}", "-n", "2")
            for database in ("mariadb", "mariadb-latin1", "mariadb-utf8mb3")
        ),
        after=("base-images", "upstream"),
        cores=1.6,
        seconds=110,
    ),
    _ring(
        "differential",
        _pytest("tests/differential", "-n", "2"),
        after=("upstream",),
        cores=1.6,
        seconds=80,
    ),
    _ring(
        "concurrency",
        _pytest("tests/concurrency"),
        after=("base-images",),
        cores=1.6,
        seconds=60,
    ),
    _ring("cluster", _pytest("tests/cluster"), after=("images",), cores=0.8, seconds=150),
    _ring(
        "dropin",
        _pytest("tests/dropin"),
        after=("base-images", "upstream"),
        cores=1.6,
        seconds=90,
    ),
    _ring(
        "beside",
        _pytest("tests/beside"),
        after=("images", "upstream", "keystone-oracle"),
        cores=0.8,
        seconds=110,
    ),
    _ring("stack", _pytest("tests/stack"), after=("images",), cores=0.8, seconds=220),
    _ring("kubernetes", _pytest("tests/kubernetes"), after=("images",), cores=0.8, seconds=90),
    _ring(
        "bench",
        _pytest("tests/benchmark"),
        # Judges no times: that it runs, and that the answers are equal.
        ("scripts/bench", "--quick", "--output", "bench-results/quick"),
        after=("images",),
        cores=0.9,
        seconds=100,
    ),
    _ring("publishing", _pytest("tests/publishing"), after=("images",), cores=0.9, seconds=150),
)

PYTHONS = Job("pythons", (("scripts/pythons",),), ("install", "upstream"), 0.9, 180)
"""unit, store on SQLite and api, on each other supported Python that this machine has."""

EVERYTHING = tuple(job.name for job in (*RINGS, PYTHONS))

FAST = ("unit", "api", "store-sqlite")
"""The jobs that a developer runs before each commit."""

KNOWN = {job.name: job for job in (*PREPARATIONS, CHECK, STORE_ON_SQLITE, *RINGS, PYTHONS)}
