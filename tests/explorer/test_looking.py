# SPDX-License-Identifier: Apache-2.0
"""The page shows a person the overview, the map, providers, trees, consumers and the audit, and changes nothing."""

import re

import pytest
from conformance.servers import Server
from playwright.sync_api import expect
from topology import uuid_of

from .browsing import Watched
from .conftest import Watch

TYPED_AT_ONCE = """([address, label]) => new Promise((resolve) => {
    new MutationObserver((_, observer) => {
        const labels = [...document.querySelectorAll("label")];
        const field = labels.find((each) => each.textContent === label)?.control;
        if (!field) return;
        observer.disconnect();
        field.focus();
        document.execCommand("insertText", false, "typed at once");
        resolve(field.value);
    }).observe(document.body, {childList: true, subtree: true});
    location.hash = address;
})"""
"""Types into a field of another view before the first picture of that view, as a person can on a busy machine."""


def test_the_overview_shows_sums_and_counts(on_small: Watched) -> None:
    page = on_small.open()
    expect(page.locator("dl.figures div", has_text="Trees").locator("dd")).to_have_text("4")
    expect(page.locator("dl.figures div", has_text="Providers").locator("dd")).to_have_text("7")
    meter = page.get_by_role("img", name=re.compile("^VCPU: 6 used of 29"))
    expect(meter).to_have_attribute("aria-label", re.compile("total 20; reserved 1"))
    expect(page.get_by_role("link", name="shop")).to_be_visible()


def test_a_meter_shows_where_what_exists_ends(on_small: Watched) -> None:
    page = on_small.open(f"#/providers/{uuid_of('cn2')}")
    meter = page.get_by_role("img", name=re.compile("^VCPU: .*overcommitted: 17 of 7 that exist"))
    bar, mark = meter.bounding_box(), meter.locator(".existing").bounding_box()
    assert bar is not None and mark is not None
    # One of eight is reserved, at the right end; the other seven eighths of the width stand for 17, of which 7 exist.
    middle = mark["x"] + mark["width"] / 2 - bar["x"]
    assert middle / bar["width"] == pytest.approx(7 / 8 * 7 / 17, abs=0.01)
    memory = page.get_by_role("img", name=re.compile("^MEMORY_MB: "))
    expect(memory.locator(".existing")).to_have_count(0)
    expect(page.get_by_label("What the patterns mean")).to_contain_text(
        "overcommitted from here on"
    )


def test_the_figures_of_a_meter_can_be_read_without_a_pointer(on_small: Watched) -> None:
    page = on_small.open(f"#/providers/{uuid_of('cn2')}")
    summary = page.get_by_label("Provider cn2").locator("summary")
    summary.focus()
    summary.press("Enter")
    figures = page.get_by_role("region", name="Figures")
    expect(figures.locator("thead th")).to_have_text(
        ["resource class", "used", "capacity", "total", "reserved", "ratio", "min", "max", "step"]
    )
    expect(figures.locator("tr", has_text="VCPU").locator("td")).to_have_text(
        ["0", "17", "8", "1", "2.5", "1", "2,147,483,647", "1"]
    )
    assert on_small.violations() == []
    page.goto(f"{on_small.url}/-/#/overview")
    page.get_by_text("figures", exact=True).click()
    expect(figures.locator("tr", has_text="VCPU").locator("td")).to_have_text(
        ["6", "29", "20", "1"]
    )
    assert on_small.violations() == []


def test_the_overview_says_in_its_text_what_is_overcommitted(on_small: Watched) -> None:
    page = on_small.open()
    expect(page.get_by_text("overcommitted: 29 of 19 that exist")).to_be_visible()


def test_a_class_of_the_overview_leads_to_its_providers(on_small: Watched) -> None:
    page = on_small.open()
    page.get_by_role("link", name="VGPU", exact=True).click()
    expect(page.locator("article h3")).to_have_text(["cn1"])


def test_a_click_on_the_map_opens_the_tree(on_small: Watched) -> None:
    page = on_small.open()
    canvas = page.locator("canvas")
    expect(canvas).to_have_attribute(
        "aria-label", re.compile("^Map of 4 trees by their use of VCPU")
    )
    canvas.click(position={"x": 60, "y": 8})
    expect(page.get_by_role("heading", level=1)).to_have_text("cn2")


def test_the_map_can_be_walked_by_keys(on_small: Watched) -> None:
    page = on_small.open()
    canvas = page.locator("canvas")
    expect(canvas).to_have_attribute("aria-label", re.compile("^Map of 4 trees"))
    canvas.focus()
    for _ in range(3):
        canvas.press("ArrowRight")
    expect(page.locator(".map .tip")).to_contain_text("cn3")
    canvas.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("cn3")


def test_the_map_groups_trees_by_aggregate_and_the_address_keeps_it(on_small: Watched) -> None:
    page = on_small.open()
    page.get_by_label("by aggregate").check()
    expect(page).to_have_url(re.compile("grouped=yes"))
    page.reload()
    expect(page.get_by_label("by aggregate")).to_be_checked()


def test_filters_narrow_the_list_and_back_widens_it_again(on_small: Watched) -> None:
    page = on_small.open("#/providers")
    names = page.locator("article h3")
    expect(names).to_have_text(["cn1", "cn2", "cn3", "storage"])
    page.get_by_label("Trait").fill("HW_NUMA_ROOT")
    page.get_by_label("Trait").press("Enter")
    expect(names).to_have_text(["cn1"])
    page.reload()
    expect(names).to_have_text(["cn1"])
    page.go_back()
    expect(names).to_have_text(["cn1", "cn2", "cn3", "storage"])


def test_the_list_finds_what_is_full(on_small: Watched) -> None:
    page = on_small.open("#/providers")
    page.get_by_label("State").select_option("full")
    expect(page.locator("article h3")).to_have_text(["cn1"])


def test_a_part_of_a_name_is_enough(on_small: Watched) -> None:
    page = on_small.open("#/providers")
    page.get_by_label("Name contains").press_sequentially("gpu")
    expect(page.locator("article h3")).to_have_text(["cn1"])


def test_two_filters_in_quick_succession_both_hold(on_small: Watched) -> None:
    page = on_small.open("#/providers")
    page.get_by_label("Name contains").fill("cn")
    page.get_by_label("State").select_option("full")
    expect(page).to_have_url(re.compile("name=cn"))
    expect(page).to_have_url(re.compile("state=full"))
    page.get_by_label("Name contains").fill("nobody")
    page.get_by_role("button", name="Show all").click()
    expect(page.get_by_label("Name contains")).to_have_value("")
    expect(page.locator("article h3")).to_have_text(["cn1", "cn2", "cn3", "storage"])


@pytest.mark.parametrize(
    ("view", "label"),
    [("consumers", "Project"), ("providers", "Name contains"), ("providers", "Trait")],
)
def test_what_is_typed_as_soon_as_a_filter_is_there_stays(
    on_small: Watched, view: str, label: str
) -> None:
    page = on_small.open()
    expect(page.locator("canvas")).to_be_visible()
    assert page.evaluate(TYPED_AT_ONCE, [f"#/{view}", label]) == "typed at once"
    page.wait_for_timeout(500)
    field = page.get_by_label(label)
    expect(field).to_have_value("typed at once")
    expect(field).to_be_focused()


def test_a_tree_is_drawn_as_nested_boxes(on_small: Watched) -> None:
    page = on_small.open(f"#/providers/{uuid_of('cn1')}")
    gpu = page.get_by_label("Provider cn1-numa0").get_by_label("Provider cn1-gpu0")
    expect(gpu).to_contain_text("VGPU")
    memory = page.get_by_role("img", name=re.compile("^MEMORY_MB: 0 used of 56"))
    expect(memory).to_have_attribute("title", re.compile("reserved 8; allocation ratio 1; min 1"))


def test_a_tree_shows_what_it_may_borrow(on_small: Watched) -> None:
    page = on_small.open(f"#/providers/{uuid_of('cn2')}")
    expect(page.locator(".borrow")).to_contain_text(
        "may take DISK_GB from the sharing provider nfs"
    )
    page.locator(".borrow").get_by_role("link", name="nfs").click()
    expect(page.locator(".borrow")).to_contain_text("nfs shares with 2 trees")


def test_a_chosen_consumer_lights_up_all_that_it_holds(on_small: Watched) -> None:
    page = on_small.open(f"#/providers/{uuid_of('cn1')}")
    page.get_by_role("button", name=uuid_of("everywhere")).click()
    expect(page.locator(".box.lit > .row h3")).to_have_text(["cn1-numa0"])
    elsewhere = page.get_by_role("status").get_by_role("link", name="cn3")
    expect(elsewhere).to_be_visible()


def test_the_light_of_a_consumer_stays_on_the_way_to_its_other_trees(on_small: Watched) -> None:
    consumer = uuid_of("everywhere")
    page = on_small.open("#/consumers")
    page.get_by_role("link", name=consumer).click()
    first = page.get_by_role("heading", level=1)
    expect(first).to_have_text("cn1")
    lit = page.locator(".box.lit > .row h3")
    expect(lit).to_have_text(["cn1-numa0"])
    page.get_by_role("status").get_by_role("link", name="cn3").click()
    expect(first).to_have_text("cn3")
    expect(lit).to_have_text(["cn3"])
    page.reload()
    expect(lit).to_have_text(["cn3"])
    expect(page.get_by_role("status").get_by_role("link", name="cn1-numa0")).to_be_visible()
    page.get_by_role("button", name="Clear").click()
    expect(lit).to_have_count(0)
    page.go_back()
    expect(lit).to_have_text(["cn3"])


def test_a_consumer_that_holds_nothing_here_is_told_so(on_small: Watched) -> None:
    page = on_small.open(f"#/providers/{uuid_of('cn2')}?consumer={uuid_of('everywhere')}")
    told = page.get_by_role("status").filter(has_text="Consumer")
    expect(told).to_contain_text("holds nothing here. It holds something of cn1-numa0, cn3")
    page.get_by_role("link", name="nfs").click()
    expect(told).to_be_visible()
    page.goto(page.url.replace(uuid_of("everywhere"), uuid_of("nobody")))
    expect(told).to_contain_text("holds nothing here.")


def test_a_provider_that_is_gone_is_told_in_words(on_small: Watched) -> None:
    page = on_small.open(f"#/providers/{uuid_of('nobody')}")
    expect(page.get_by_role("heading", level=1)).to_contain_text("There is no provider")


def test_a_provider_can_be_copied_as_a_command(on_small: Watched) -> None:
    page = on_small.open(f"#/providers/{uuid_of('cn3')}")
    page.get_by_role("button", name="Copy as").click()
    page.get_by_role("button", name="curl").click()
    copied = page.evaluate("() => navigator.clipboard.readText()")
    assert f"/resource_providers/{uuid_of('cn3')}" in copied
    assert "admin" not in copied


def test_the_address_keeps_the_candidate_that_is_shown(on_small: Watched) -> None:
    page = on_small.open("#/overview")
    expect(page.locator("canvas")).to_be_visible()
    page.goto(f"{on_small.url}/-/#/candidates?q=resources%3DVCPU%3A1")
    next_, previous = (page.get_by_role("button", name=name) for name in ("Next", "Previous"))
    next_.click()
    next_.click()
    expect(page.get_by_text("3 of 3")).to_be_visible()
    expect(next_).to_be_disabled()
    page.reload()
    expect(page.get_by_text("3 of 3")).to_be_visible()
    previous.click()
    previous.click()
    expect(page).not_to_have_url(re.compile("at="))
    next_.click()
    page.get_by_label("Amount").first.fill("2")
    page.get_by_role("button", name="Find candidates").click()
    expect(page.get_by_text("1 of 3")).to_be_visible()
    page.go_back()
    expect(page.get_by_text("2 of 3")).to_be_visible()
    page.go_back()
    expect(page.locator("canvas")).to_be_visible()


@pytest.mark.parametrize("at", ["99", "0", "-1", "x", "1.5"])
def test_an_address_with_no_such_candidate_shows_one_that_exists(
    on_small: Watched, at: str
) -> None:
    page = on_small.open(f"#/candidates?q=resources%3DVCPU%3A1&at={at}")
    expect(page.get_by_text(re.compile("^[13] of 3$"))).to_be_visible()
    expect(page.locator(".box.asked").first).to_be_visible()


def test_consumers_are_listed_with_what_they_hold(on_small: Watched) -> None:
    page = on_small.open("#/consumers?project_id=shop")
    row = page.locator("tbody tr")
    expect(row).to_have_count(1)
    expect(row).to_contain_text("VCPU 1 of cn1-numa0")
    expect(row).to_contain_text("VCPU 1 of cn3")


def test_a_caller_without_rights_is_told_so(watch: Watch, small: Server) -> None:
    with watch(small.url, expected=True) as watched:
        page = watched.open()
        page.get_by_role("button", name="Be somebody else").click()
        page.get_by_label("Name").fill("bob")
        page.get_by_label("Roles").fill("")
        page.get_by_role("button", name="Continue").click()
        expect(page.get_by_role("alert")).to_contain_text("You may not see this")
