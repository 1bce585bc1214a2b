# SPDX-License-Identifier: Apache-2.0
"""Each view, light and dark, from a telephone to a wall: readable without scrolling sideways, and fit for everybody (axe).

With `SCREENS=docs/explorer` in the environment the pictures of the documentation are written anew.
"""

import os
import re
from collections.abc import Callable
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
    "why": ("#/candidates?q=resources%3DVCPU%3A100&host=cn3", ".judged li"),
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


@pytest.mark.parametrize("view", VIEWS)
def test_a_view_is_fit_for_everybody_on_a_telephone(watch: Watch, small: Server, view: str) -> None:
    with watch(small.url, width=WIDTHS["narrow"]) as watched:
        page = watched.open(VIEWS[view][0])
        shown(page, view)
        assert watched.violations() == []


def open_form(page: Page, name: str) -> None:
    open_menu(page)
    page.get_by_role("button", name=name).click()
    expect(page.get_by_role("dialog")).to_be_visible()


def open_menu(page: Page) -> None:
    shown(page, "tree")
    page.get_by_role("button", name="Change").last.click()


def be_somebody_else(page: Page) -> None:
    page.get_by_role("button", name="Be somebody else").click()
    expect(page.get_by_role("heading", name="Who asks?")).to_be_visible()


OPENED: dict[str, tuple[str, Callable[[Page], None]]] = {
    "menu": (VIEWS["tree"][0], open_menu),
    "inventories": (VIEWS["tree"][0], lambda page: open_form(page, "Inventories")),
    "traits": (VIEWS["tree"][0], lambda page: open_form(page, "Traits")),
    "login": ("", be_somebody_else),
}


@pytest.mark.parametrize("width", ["narrow", "wide"])
@pytest.mark.parametrize("what", OPENED)
def test_what_a_person_opens_is_fit_for_everybody(
    watch: Watch, small: Server, what: str, width: str
) -> None:
    address, open_it = OPENED[what]
    with watch(small.url, width=WIDTHS[width]) as watched:
        page = watched.open(address)
        open_it(page)
        assert watched.violations() == []
        assert page.evaluate(TOO_WIDE) == []


@pytest.mark.parametrize("address", ["", "#/providers"])
def test_an_empty_cloud_is_fit_for_everybody(
    watch: Watch, serve: Callable[..., Server], address: str
) -> None:
    with watch(serve().url, width=WIDTHS["narrow"]) as watched:
        page = watched.open(address)
        expect(page.get_by_role("button", name="Load an example cloud")).to_be_visible()
        assert watched.violations() == []
        assert page.evaluate(TOO_WIDE) == []


@pytest.mark.parametrize("width", WIDTHS)
def test_no_view_scrolls_sideways(watch: Watch, small: Server, width: str) -> None:
    for view in VIEWS:
        with watch(small.url, width=WIDTHS[width]) as watched:
            page = watched.open(VIEWS[view][0])
            shown(page, view)
            wide = page.evaluate(TOO_WIDE)
            assert wide == [], f"too wide at {WIDTHS[width]}: {view}"


def test_on_a_telephone_one_sees_what_a_consumer_holds(watch: Watch, small: Server) -> None:
    with watch(small.url, width=WIDTHS["narrow"]) as watched:
        page = watched.open("#/consumers")
        held = page.locator("table.consumers td", has_text="VCPU").first
        expect(held).to_be_visible()
        box = held.bounding_box()
        assert box is not None and box["x"] >= 0 and box["x"] + box["width"] <= WIDTHS["narrow"]


@pytest.mark.parametrize("view", ["overview", "providers"])
def test_a_meter_has_room_beside_its_words(watch: Watch, example: Server, view: str) -> None:
    with watch(example.url) as watched:
        page = watched.open(VIEWS[view][0])
        shown(page, view)
        widths = page.eval_on_selector_all(
            ".usage > .meter", "all => all.map((each) => each.getBoundingClientRect().width)"
        )
        assert widths and min(widths) > 100


def test_on_a_telephone_every_view_is_in_sight(watch: Watch, small: Server) -> None:
    with watch(small.url, width=WIDTHS["narrow"]) as watched:
        page = watched.open()
        shown(page, "overview")
        links = page.get_by_role("navigation", name="Views").get_by_role("link")
        assert links.count() >= 5
        for link in links.all():
            box = link.bounding_box()
            assert box is not None
            assert box["x"] >= 0 and box["x"] + box["width"] <= WIDTHS["narrow"]


PICTURES = [
    ("overview", "wide", "light"),
    ("overview", "wide", "dark"),
    ("overview", "narrow", "light"),
    ("providers", "wide", "light"),
    ("providers", "narrow", "dark"),
    ("tree", "wide", "light"),
    ("tree", "narrow", "dark"),
    ("candidates", "wide", "light"),
    ("candidates", "wide", "dark"),
    ("why", "wide", "light"),
    ("consumers", "wide", "dark"),
    ("consumers", "narrow", "light"),
    ("audit", "wide", "light"),
]
LISTS = {"providers", "consumers", "audit"}
TALL = 900
"""Pixels that a picture of a list shows at most: it goes on as it begins."""

NARROWING = (
    "#/candidates?q=resources%3DVCPU%3A8%2CMEMORY_MB%3A32768%26required%3DCUSTOM_RACK_A"
    "%26resources1%3DCUSTOM_GPU%3A1%26group_policy%3Dnone&host=compute-06"
)
"""Why nothing is found: each condition leaves fewer of the trees of the example, and the last one none."""


def test_the_picture_of_an_explanation_shows_a_funnel(watch: Watch, example: Server) -> None:
    with watch(example.url) as watched:
        page = watched.open(NARROWING)
        steps = page.locator(".funnel li")
        expect(steps.last).to_contain_text("none left")
        left = [int(re.findall(r"→ (\d+)", step)[0]) for step in steps.all_inner_texts()]
        assert left == [9, 5, 2, 0]


@pytest.mark.parametrize(("view", "width", "scheme"), PICTURES)
def test_a_picture_shows_the_example_cloud(
    watch: Watch, example: Server, tmp_path: Path, view: str, width: str, scheme: str
) -> None:
    addresses = {
        "tree": "#/providers/00000001-0000-4000-8000-000000000003",
        "candidates": "#/candidates?q=resources%3DVCPU%3A4%2CMEMORY_MB%3A8192%26resources1%3DCUSTOM_GPU%3A1",
        "why": NARROWING,
    }
    folder = Path(os.environ.get("SCREENS", tmp_path))
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{view}-{width}-{scheme}.png"
    with watch(example.url, width=WIDTHS[width], dark=scheme == "dark") as watched:
        page = watched.open(addresses.get(view, VIEWS[view][0]))
        shown(page, view)
        # What arrived with the page flashes at first.
        page.wait_for_timeout(1800)
        height: int = page.evaluate("() => document.documentElement.scrollHeight")
        if height > TALL and view in LISTS:
            page.set_viewport_size({"width": WIDTHS[width], "height": TALL})
        page.screenshot(path=path, full_page=height <= TALL or view not in LISTS)
    assert path.stat().st_size > 10_000
