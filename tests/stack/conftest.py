# SPDX-License-Identifier: Apache-2.0
"""The stacks that the tests share: each mode is brought up when it is first wanted and taken away at the end."""

import logging
import os
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import images as all_images
import pytest

from . import compose
from .compose import Stack

figures: dict[str, str] = {}
"""Figures that tests have measured. The end of the run prints them."""

StackOf = Callable[[str], Stack]


@pytest.fixture(scope="session", autouse=True)
def environment() -> Iterator[None]:
    """No client may find its way by what the caller's own shell has set for some other cloud."""
    # The clients' shells log all that they do, which would bury the reason of a failure.
    logging.disable(logging.INFO)
    taken = {name: os.environ.pop(name) for name in list(os.environ) if name.startswith("OS_")}
    yield
    os.environ.update(taken)
    logging.disable(logging.NOTSET)


@pytest.fixture(scope="session")
def images() -> None:
    started = time.monotonic()
    all_images.stack()
    figures["images built"] = f"{time.monotonic() - started:.1f} s"


@pytest.fixture(scope="session")
def stack_of(images: None) -> Iterator[StackOf]:
    """The running stack of a mode."""
    running: dict[str, Stack] = {}
    with ExitStack() as at_the_end:

        def stack_of(mode: str) -> Stack:
            if mode not in running:
                started = time.monotonic()
                running[mode] = at_the_end.enter_context(Stack(mode).running())
                figures[f"{mode} up and healthy"] = f"{time.monotonic() - started:.1f} s"
            return running[mode]

        yield stack_of


@pytest.fixture(params=compose.MODES)
def stack(request: pytest.FixtureRequest, stack_of: StackOf) -> Stack:
    """Each mode's stack in turn."""
    return stack_of(request.param)


@pytest.fixture
def mysql_keystone(stack_of: StackOf) -> Stack:
    """The default mode, which has all services."""
    return stack_of("mysql-keystone")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    for what, figure in figures.items():
        terminalreporter.write_line(f"{what}: {figure}")
