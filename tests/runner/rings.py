# SPDX-License-Identifier: Apache-2.0
"""The table of rings, from the inside out, and what has to be done before them.

docs/architecture.md tells what each ring shows. `cores` and `seconds` were measured on two cores that had nothing else to do.
"""

from .jobs import Command, Job

PYTHON = ".venv/bin/python"


def _script(name: str, *after: str, cores: float = 1.0, seconds: int = 30) -> Job:
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
    Job("images", ((PYTHON, "tests/images.py"),), ("install", "base-images"), 1.0, 60),
)

CHECK = Job("check", (("scripts/check",),), ("install",), 1.0, 30)

RINGS = (
    _ring("unit", _pytest("tests/unit", "-n", "2"), cores=2, seconds=20),
    _ring(
        "store",
        _pytest("tests/store", "-n", "2"),
        after=("base-images", "upstream"),
        cores=2,
        seconds=80,
    ),
    _ring("api", _pytest("tests/api"), cores=1, seconds=12),
    _ring(
        "servers",
        _pytest("tests/servers", "-n", "2"),
        after=("base-images",),
        cores=2,
        seconds=30,
    ),
    _ring(
        "console",
        _pytest("tests/console", "-n", "2"),
        after=("base-images", "upstream"),
        cores=2,
        seconds=40,
    ),
    _ring(
        "explorer",
        _pytest("tests/explorer", "-n", "2"),
        after=("browser",),
        cores=2,
        seconds=60,
    ),
    _ring("openapi", _pytest("tests/openapi", "-n", "2"), cores=2, seconds=60),
    _ring(
        "keystone",
        _pytest("tests/keystone", "-n", "2"),
        after=("keystone-oracle",),
        cores=2,
        seconds=60,
    ),
    _ring(
        "conformance-sqlite",
        _pytest("tests/conformance", "--target=serve", "-n", "2"),
        after=("upstream",),
        cores=2,
        seconds=120,
    ),
    _ring(
        "conformance-mysql",
        _pytest("tests/conformance", "--target=container", "-n", "2"),
        after=("images", "upstream"),
        cores=2,
        seconds=180,
    ),
    _ring(
        "differential",
        _pytest("tests/differential", "-n", "2"),
        after=("upstream",),
        cores=2,
        seconds=100,
    ),
    _ring(
        "concurrency",
        _pytest("tests/concurrency"),
        after=("base-images",),
        cores=2,
        seconds=90,
    ),
    _ring("cluster", _pytest("tests/cluster"), after=("images",), cores=1, seconds=150),
    _ring(
        "dropin",
        _pytest("tests/dropin"),
        after=("base-images", "upstream"),
        cores=2,
        seconds=90,
    ),
    _ring(
        "beside",
        _pytest("tests/beside"),
        after=("images", "upstream", "keystone-oracle"),
        cores=1,
        seconds=100,
    ),
    _ring("stack", _pytest("tests/stack"), after=("images",), cores=1, seconds=200),
    _ring("kubernetes", _pytest("tests/kubernetes"), after=("images",), cores=1, seconds=90),
    _ring(
        "bench",
        _pytest("tests/benchmark"),
        # Judges no times: that it runs, and that the answers are equal.
        ("scripts/bench", "--quick", "--output", "bench-results/quick"),
        after=("images",),
        cores=1,
        seconds=90,
    ),
    _ring("publishing", _pytest("tests/publishing"), after=("images",), cores=1, seconds=150),
)

KNOWN = {job.name: job for job in (*PREPARATIONS, CHECK, *RINGS)}
