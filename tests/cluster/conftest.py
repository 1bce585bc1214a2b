# SPDX-License-Identifier: Apache-2.0
"""One cluster for all tests: each leaves it whole, with one primary."""

import time
from collections.abc import Iterator

import images
import pytest

from cluster import stack
from cluster.clients import Actor
from cluster.load import furnish
from cluster.stack import Cluster

figures: dict[str, str] = {}
"""Figures that tests have measured. The end of the run prints them."""


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    images.stack()
    began = time.monotonic()
    with Cluster().running() as cluster:
        figures["cluster up and healthy"] = f"{time.monotonic() - began:.0f} s"
        yield cluster
    # Docker may still be about it when Compose says that all is gone.
    stack.wait_until(lambda: not stack.leftovers(), "nothing of the cluster is left")


@pytest.fixture(scope="session")
def actors(cluster: Cluster) -> list[Actor]:
    """The clients, who go on in each test with what they hold from the one before."""
    return furnish(cluster.api)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    for what, figure in figures.items():
        terminalreporter.write_line(f"{what}: {figure}")
