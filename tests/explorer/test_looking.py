# SPDX-License-Identifier: Apache-2.0
"""What a person sees without changing anything: overview, map, providers, trees, consumers, audit."""

import re

from conformance.servers import Server
from playwright.sync_api import expect
from topology import uuid_of

from .browsing import Watched
from .conftest import Watch

KNOWN = re.compile("^[0-9a-f-]{36}$")


def test_the_overview_shows_sums_and_counts(on_small: Watched) -> None:
    page = on_small.open()
    expect(page.locator("dl.figures div", has_text="Trees").locator("dd")).to_have_text("4")
    expect(page.locator("dl.figures div", has_text="Providers").locator("dd")).to_have_text("7")
    meter = page.get_by_role("img", name=re.compile("^VCPU: 6 used of 29"))
    expect(meter).to_have_attribute("aria-label", re.compile("total 20; reserved 1"))
    expect(page.get_by_role("link", name="shop")).to_be_visible()


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
    canvas.click(position={"x": 30, "y": 8})
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


def test_an_empty_result_is_explained(on_small: Watched) -> None:
    page = on_small.open("#/candidates?q=resources%3DVCPU%3A4%2CMEMORY_MB%3A60000")
    expect(page.get_by_role("status").filter(has_text="MEMORY_MB")).to_be_visible()
    last = page.locator(".funnel li").last
    expect(last).to_contain_text("60,000 MEMORY_MB")
    expect(last).to_contain_text("none left")
