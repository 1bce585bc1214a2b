# SPDX-License-Identifier: Apache-2.0
"""The options of this ring, the servers of each worker, and the count of calls."""

from collections.abc import Iterator

import pytest
from conformance import databases

from .pair import Pair, pair

DATABASES = {"sqlite": databases.sqlite, "mysql": databases.mysql}


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("differential")
    group.addoption("--seeds", type=int, default=10, help="how many seeds")
    group.addoption("--first-seed", type=int, default=1, help="the first of them")
    group.addoption("--calls", type=int, default=400, help="calls of each seed, at least")
    group.addoption("--on", choices=DATABASES, default="sqlite", help="below both servers")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "seed" in metafunc.fixturenames:
        option = metafunc.config.option
        metafunc.parametrize("seed", range(option.first_seed, option.first_seed + option.seeds))


@pytest.fixture(scope="session")
def both(pytestconfig: pytest.Config) -> Iterator[Pair]:
    """The two servers, for all seeds that this worker gets."""
    with DATABASES[pytestconfig.getoption("--on")]() as database, pair(database) as both:
        yield both


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say how many calls were compared, and how many answers differed as documented."""
    counts: dict[str, int] = {}
    for reports in terminalreporter.stats.values():
        for report in reports:
            for name, number in getattr(report, "user_properties", ()):
                counts[name] = counts.get(name, 0) + number
    for name, number in counts.items():
        terminalreporter.write_line(f"{number:7} {name}")
