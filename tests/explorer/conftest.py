# SPDX-License-Identifier: Apache-2.0
"""`placedock serve` with a small cloud, and pages that are open on it."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack
from functools import partial

import pytest
from conformance import databases, servers
from conformance.servers import Server
from conformance.suite import PLAIN_SETTINGS, Settings
from placedock.model.carried import Cloud
from playwright.sync_api import Browser, expect, sync_playwright

from . import large
from .browsing import Watched, launched, watched
from .clouds import SMALL, Api

Watch = Callable[..., AbstractContextManager[Watched]]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        started = launched(playwright)
        yield started
        started.close()


@pytest.fixture(scope="session")
def serve() -> Iterator[Callable[..., Server]]:
    """Starts `placedock serve` on SQLite, with this cloud or none; further settings as keyword arguments."""
    with ExitStack() as stack:

        def start(cloud: Cloud | None = None, **settings: str) -> Server:
            new_database = stack.enter_context(databases.sqlite())
            database = stack.enter_context(new_database())
            chosen = Settings((*PLAIN_SETTINGS.variables, *settings.items()), open_policy=False)
            server = stack.enter_context(servers.serve.served(chosen, database))
            if cloud is not None:
                large.fill(database, cloud)
            return server

        yield start


@pytest.fixture(scope="session")
def small(serve: Callable[..., Server]) -> Server:
    """A service whose cloud no test changes."""
    server = serve()
    api = Api(server.url)
    api.make(SMALL)
    api.claim("everywhere", cn1_numa0={"VCPU": 1}, cn3={"VCPU": 1})
    return server


@pytest.fixture(scope="session")
def example(browser: Browser, serve: Callable[..., Server]) -> Server:
    """A service with the example cloud of the page, which the page itself has loaded."""
    server = serve()
    with watched(browser, server.url) as watch:
        page = watch.open()
        page.get_by_role("button", name="Load an example cloud").click()
        expect(page.get_by_text("The example is being loaded.")).to_be_visible()
        expect(page.get_by_text("The example is being loaded.")).to_have_count(0, timeout=120_000)
    return server


@pytest.fixture
def own(serve: Callable[..., Server]) -> Server:
    """A service with the same cloud, for one test to change."""
    server = serve()
    Api(server.url).make(SMALL)
    return server


@pytest.fixture
def on_small(browser: Browser, small: Server) -> Iterator[Watched]:
    with watched(browser, small.url) as page:
        yield page


@pytest.fixture
def watch_small(browser: Browser, small: Server) -> Iterator[Watched]:
    """The page on the small cloud, for a test in which the service refuses something."""
    with watched(browser, small.url, expected=True) as page:
        yield page


@pytest.fixture
def on_own(browser: Browser, own: Server) -> Iterator[Watched]:
    with watched(browser, own.url) as page:
        yield page


@pytest.fixture
def watch(browser: Browser) -> Watch:
    return partial(watched, browser)
