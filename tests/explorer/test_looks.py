# SPDX-License-Identifier: Apache-2.0
"""Each view, light and dark, from a telephone to a wall: readable without scrolling sideways, and fit for everybody (axe).

With `SCREENS=docs/explorer` in the environment the pictures of the documentation are written anew.
"""

import os
from pathlib import Path

import pytest
from conformance.servers import Server
from playwright.sync_api import Page, expect
from topology import uuid_of

from .conftest import Watch

VIEWS = {
    "overview": ("", "dl.figures"),
    "providers": ("#/providers", "article h3"),
    "tree": (f"#/providers/{uuid_of('cn1')}", ".box .box"),
    "candidates": ("#/candidates?q=resources%3DVCPU%3A1", ".box.asked"),
    "nothing": ("#/candidates?q=resources%3DVCPU%3A100", ".note"),
    "consumers": ("#/consumers", "tbody tr"),
    "audit": ("#/audit", "h2"),
}
TOO_WIDE = """() => document.documentElement.scrollWidth <= innerWidth ? [] :
  [...document.querySelectorAll("main *")]
    .filter((each) => each.getBoundingClientRect().right > innerWidth + 1 && !each.closest(".scroll"))
    .map((each) => each.tagName + "." + each.className)"""
"""The elements that reach beyond the window, where the page can be scrolled sideways."""

WIDTHS = {"narrow": 360, "wide": 1280, "wall": 2560}


def shown(page: Page, view: str) -> None:
    expect(page.locator(VIEWS[view][1]).first).to_be_visible()
    # The map and the meters are drawn when their data is there.
    page.wait_for_load_state("networkidle")


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("view", VIEWS)
def test_a_view_is_fit_for_everybody(watch: Watch, small: Server, view: str, dark: bool) -> None:
    with watch(small.url, dark=dark) as watched:
        page = watched.open(VIEWS[view][0])
        shown(page, view)
        assert watched.violations() == []


@pytest.mark.parametrize("width", WIDTHS)
def test_no_view_scrolls_sideways(watch: Watch, small: Server, width: str) -> None:
    for view in VIEWS:
        with watch(small.url, width=WIDTHS[width]) as watched:
            page = watched.open(VIEWS[view][0])
            shown(page, view)
            wide = page.evaluate(TOO_WIDE)
            assert wide == [], f"too wide at {WIDTHS[width]}: {view}"


PICTURES = [
    ("overview", 1280, False),
    ("overview", 1280, True),
    ("tree", 1280, False),
    ("tree", 360, True),
    ("candidates", 1280, False),
]


@pytest.mark.parametrize(("view", "width", "dark"), PICTURES)
def test_a_picture_shows_the_example_cloud(
    watch: Watch, example: Server, tmp_path: Path, view: str, width: int, dark: bool
) -> None:
    addresses = {
        "overview": "",
        "tree": "#/providers/00000001-0000-4000-8000-000000000003",
        "candidates": "#/candidates?q=resources%3DVCPU%3A4%2CMEMORY_MB%3A8192%26resources1%3DCUSTOM_GPU%3A1",
    }
    folder = Path(os.environ.get("SCREENS", tmp_path))
    folder.mkdir(parents=True, exist_ok=True)
    path = (
        folder / f"{view}-{'narrow' if width < 500 else 'wide'}-{'dark' if dark else 'light'}.png"
    )
    with watch(example.url, width=width, dark=dark) as watched:
        page = watched.open(addresses[view])
        shown(page, view)
        # What arrived with the page flashes at first.
        page.wait_for_timeout(1800)
        page.screenshot(path=path, full_page=True)
    assert path.stat().st_size > 10_000
