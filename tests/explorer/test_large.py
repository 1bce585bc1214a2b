# SPDX-License-Identifier: Apache-2.0
"""Large clouds: 7,000 nested providers in the list, as trees and on the map, and a map of 20,000 cells."""

import re
from collections.abc import Callable, Iterator

import pytest
from conformance.servers import Server
from playwright.sync_api import Page, expect

from bench import clouds

from .browsing import Watched, map_of
from .conftest import Watch
from .large import carried

NESTED = clouds.nested(1000)
FLAT = clouds.flat(20_000)
FEW = 50
"""Drawings that a look at the map may cost when nothing on it has changed. To paint all cells takes 20,000."""

COUNT_DRAWINGS = """() => {
  window.drawings = 0;
  for (const name of ["fillRect", "strokeRect", "clearRect"]) {
    const draw = CanvasRenderingContext2D.prototype[name];
    CanvasRenderingContext2D.prototype[name] = function (...where) {
      window.drawings += 1;
      return draw.apply(this, where);
    };
  }
}"""


@pytest.fixture(scope="module")
def nested(serve: Callable[..., Server]) -> Server:
    return serve(cloud=carried(NESTED))


@pytest.fixture
def on_nested(watch: Watch, nested: Server) -> Iterator[Watched]:
    with watch(nested.url) as page:
        yield page


def names(page: Page) -> list[str]:
    expect(page.locator("article h3").first).to_be_visible()
    return page.locator("article h3").all_inner_texts()


def test_the_list_shows_a_page_at_a_time_and_ends(on_nested: Watched) -> None:
    page = on_nested.open("#/providers")
    first = names(page)
    assert len(first) == 50
    page.get_by_role("link", name="Next page").click()
    expect(page.locator("article h3").first).not_to_have_text(first[0])
    second = names(page)
    assert len(second) == 50
    assert max(first) < min(second)
    page.reload()
    assert names(page) == second
    page.go_back()
    expect(page.locator("article h3").first).to_have_text(first[0])


def test_a_provider_is_found_among_thousands(on_nested: Watched) -> None:
    page = on_nested.open("#/providers")
    # Somebody who types slowly is not interrupted by the list that follows.
    page.get_by_label("Name contains").press_sequentially("provider-006997", delay=300)
    # The provider is a leaf of the last tree.
    expect(page.locator("article h3")).to_have_text(["provider-006994"])
    page.locator("article h3 a").click()
    leaf = page.get_by_label("Provider provider-006995").get_by_label("Provider provider-006997")
    expect(leaf).to_contain_text("VGPU")
    assert page.locator("article.box").count() == NESTED.width


def test_the_overview_adds_up_thousands(on_nested: Watched) -> None:
    page = on_nested.open()
    figures = page.locator("dl.figures div")
    expect(figures.filter(has_text="Trees").locator("dd")).to_have_text("1,000")
    expect(figures.filter(has_text="Providers").locator("dd")).to_have_text("7,000")
    vgpu = page.get_by_role("img", name=re.compile("^VGPU: 0 used of 8,000"))
    expect(vgpu).to_be_visible()


def test_the_map_has_a_cell_for_each_tree(on_nested: Watched) -> None:
    page = on_nested.open("#/overview?map=VGPU")
    canvas = page.locator("canvas")
    expect(canvas).to_have_attribute("aria-label", re.compile("^Map of 1,000 trees .* VGPU"))
    canvas.focus()
    for _ in range(25):
        canvas.press("ArrowDown")
    expect(page.locator(".map .tip")).to_contain_text("0 of 8 VGPU used")
    page.keyboard.press("Enter")
    expect(page.locator("article.box")).to_have_count(NESTED.width)


def test_candidates_of_a_nested_cloud_are_drawn_into_their_trees(on_nested: Watched) -> None:
    query = "resources1=VCPU:1&resources2=FPGA:1&group_policy=none&same_subtree=1,2&limit=20"
    page = on_nested.open(f"#/candidates?q={query.replace('=', '%3D').replace('&', '%26')}")
    expect(page.get_by_role("status").filter(has_text="candidate")).to_have_text("20 candidates")
    expect(page.locator(".box.asked")).to_have_count(2)


def test_a_map_of_twenty_thousand_cells_is_not_painted_again_for_a_look(
    watch: Watch, serve: Callable[..., Server]
) -> None:
    """The pointer and the keys move a frame above the canvas; the cells themselves are painted when they change."""
    with watch(serve(cloud=carried(FLAT)).url) as watched:
        page = watched.open("#/overview?map=VCPU")
        canvas, left, top = map_of(page, "20,000")
        page.evaluate(COUNT_DRAWINGS)
        for step in range(40):
            page.mouse.move(left + 20 + step * 20, top + 10 + step * 5)
        expect(page.locator(".map .tip")).to_contain_text("of 1,024 VCPU used")
        canvas.focus()
        for _ in range(20):
            canvas.press("ArrowRight")
        assert page.evaluate("() => window.drawings") < FEW
        page.get_by_label("by aggregate").check()
        page.wait_for_function(f"() => window.drawings >= {FLAT.trees}")
