# SPDX-License-Identifier: Apache-2.0
"""One running OpenStack for the whole ring, and the placedock that has joined it."""

import time
from collections.abc import Iterator

import images
import pytest
from stack.conftest import environment

from . import openstack
from .joining import Joined, joined
from .openstack import OpenStack

__all__ = ["environment"]

figures: dict[str, str] = {}
"""Figures that tests have measured. The end of the run prints them."""


@pytest.fixture(scope="session")
def cloud(tmp_path_factory: pytest.TempPathFactory, environment: None) -> Iterator[OpenStack]:
    started = time.monotonic()
    with openstack.running(tmp_path_factory.mktemp("openstack")) as cloud:
        figures["OpenStack runs"] = f"{time.monotonic() - started:.1f} s"
        images.stack()
        yield cloud


@pytest.fixture(scope="session")
def ours(cloud: OpenStack) -> Iterator[Joined]:
    """With SYNC_ON_STARTUP off, as the example has it, and behind Apache."""
    started = time.monotonic()
    with joined(cloud, port=cloud.ours) as ours:
        figures["placedock has joined"] = f"{time.monotonic() - started:.1f} s"
        yield ours


@pytest.fixture(params=["ours", "theirs"])
def placement(request: pytest.FixtureRequest, cloud: OpenStack, ours: Joined) -> str:
    """The address of each of the two in turn: what a test says of it holds for both."""
    return cloud.ours_url if request.param == "ours" else cloud.theirs_url


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    for what, figure in figures.items():
        terminalreporter.write_line(f"{what}: {figure}")
