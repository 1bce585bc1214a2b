# SPDX-License-Identifier: Apache-2.0
"""A browser, and what each page of a test is watched for."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Browser, ConsoleMessage, Locator, Page, Playwright, Request, expect

CHROMIUM = Path(__file__).with_name("chromium")
AXE = Path(__file__).parents[2] / "explorer" / "node_modules" / "axe-core" / "axe.min.js"
PATIENCE_MS = 20_000
"""Seconds that a page may take on a busy machine. No test waits so long when all is well."""

expect.set_options(timeout=PATIENCE_MS)


def launched(playwright: Playwright) -> Browser:
    return playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])


class Watched:
    """A page, with what went wrong in it: errors of the script, and requests to other hosts."""

    def __init__(self, page: Page, url: str) -> None:
        self.page = page
        self.url = url
        self.problems: list[str] = []
        self.strangers: list[str] = []
        page.set_default_timeout(PATIENCE_MS)
        page.on("pageerror", lambda error: self.problems.append(str(error)))
        page.on("console", self._heard)
        page.on("request", self._requested)

    def _heard(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.problems.append(message.text)

    def _requested(self, request: Request) -> None:
        if urlsplit(request.url).netloc not in ("", urlsplit(self.url).netloc):
            self.strangers.append(request.url)

    def open(self, address: str = "") -> Page:
        """The page at an address such as `#/providers`."""
        self.page.goto(f"{self.url}/-/{address}")
        return self.page

    def violations(self) -> list[str]:
        """The violations of WCAG 2.2, levels A and AA, that axe finds."""
        # Not by a script element, which the page's own policy would refuse.
        self.page.evaluate(AXE.read_text())
        found = self.page.evaluate(
            """() => axe.run(document, {runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]})"""
        )
        return [
            f"{each['id']}: {each['help']}: {[node['target'] for node in each['nodes']][:3]}"
            for each in found["violations"]
        ]


def map_of(page: Page, trees: str) -> tuple[Locator, float, float]:
    """The canvas of the map, once it has so many trees and is in sight, and the position of its left upper corner."""
    canvas = page.locator("canvas")
    expect(canvas).to_have_attribute("aria-label", re.compile(f"^Map of {trees} trees"))
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    assert box is not None
    return canvas, box["x"], box["y"]


@contextmanager
def watched(
    browser: Browser, url: str, width: int = 1280, dark: bool = False, expected: bool = False
) -> Iterator[Watched]:
    """A page of its own session. Unless problems are `expected`, there must be none when the block ends."""
    context = browser.new_context(
        viewport={"width": width, "height": 900},
        color_scheme="dark" if dark else "light",
        permissions=["clipboard-read", "clipboard-write"],
        accept_downloads=True,
    )
    try:
        made = Watched(context.new_page(), url)
        yield made
        assert made.strangers == []
        assert expected or made.problems == []
    finally:
        context.close()
