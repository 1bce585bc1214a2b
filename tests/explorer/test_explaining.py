# SPDX-License-Identifier: Apache-2.0
"""Why there are so many candidates, or none: what would help, the nearest trees, and a tree that is asked by itself."""

import re
from urllib.parse import quote

import pytest
from placedock.commands import logged
from playwright.sync_api import Locator, Page, expect
from topology import uuid_of

from .browsing import Watched

NOTHING = "#/candidates?q=" + quote("resources=VCPU:20,MEMORY_MB:60")


def rows_of(page: Page, label: str) -> list[str]:
    section = page.get_by_label(label, exact=True)
    expect(section).to_be_visible()
    return section.locator("ul > li").all_inner_texts()


def test_an_empty_result_is_explained(on_small: Watched) -> None:
    page = on_small.open(NOTHING)
    expect(page.get_by_role("status").filter(has_text="No candidates.")).to_be_visible()
    first = page.locator(".funnel li").first
    expect(first).to_contain_text("20 VCPU")
    expect(first).to_contain_text("none left")


def test_a_line_of_a_log_fills_the_form_and_asks(on_small: Watched) -> None:
    page = on_small.open("#/candidates")
    line = (
        '10.0.0.7 - "GET /placement/allocation_candidates?limit=1000&resources1=VGPU%3A1&required1=%21HW_NUMA_ROOT'
        '&in_tree1=&group_policy=none HTTP/1.1" status: 200 len: 53 microversion: 1.36'
    )
    paste = page.get_by_label("Paste a URL, a query string or a line of a log")
    paste.fill(line)
    paste.press("Enter")
    expect(page.get_by_role("status").filter(has_text="candidate")).to_have_text("1 candidate")
    expect(page.get_by_text("Group 1", exact=True)).to_be_visible()
    expect(page.get_by_label("Amount")).to_have_value("1")
    expect(page.get_by_text("not HW_NUMA_ROOT")).to_be_visible()
    expect(page).to_have_url(re.compile("version=1.36"))
    paste.fill("nothing of the kind")
    paste.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("There is no request for candidates")


QUERY = "resources=VGPU%3A1&required=%21HW_NUMA_ROOT"
LINES = {
    "upstream": f'10.0.0.7 "GET /placement/allocation_candidates?{QUERY}" status: 200 len: 53 microversion: 1.36',
    "placedock": f"GET /allocation_candidates?{QUERY} 1.36 200 50 bytes 3.1 ms [req-1 admin]",
    "Apache": f'10.0.0.7 - - "GET /allocation_candidates?{QUERY} HTTP/1.1" 200 53 "-" "nova"',
    "nova": (
        f"DEBUG keystoneauth.session REQ: curl -g -i -X GET https://cloud/placement/allocation_candidates?{QUERY} "
        '-H "Accept: application/json" -H "OpenStack-API-Version: placement 1.36"'
    ),
    "a log in JSON": f'"message": "\\"GET /allocation_candidates?{QUERY}\\" status: 200 len: 53 microversion: 1.36"',
}


@pytest.mark.parametrize("line", LINES.values(), ids=LINES)
def test_the_page_reads_a_line_of_a_log_as_the_command_does(on_small: Watched, line: str) -> None:
    (read,) = logged.requests([line])
    page = on_small.open("#/candidates")
    paste = page.get_by_label("Paste a URL, a query string or a line of a log")
    paste.fill(line)
    paste.press("Enter")
    expect(page.get_by_role("status").filter(has_text="candidate")).to_have_text("1 candidate")
    expect(page.get_by_text("not HW_NUMA_ROOT")).to_be_visible()
    expect(page.get_by_label("microversion")).to_have_value(read.version or "1.39")


def test_a_request_is_copied_as_a_command_with_its_microversion(on_small: Watched) -> None:
    page = on_small.open("#/candidates?q=resources%3DVGPU%3A1&version=1.36")
    page.get_by_role("button", name="Copy as curl").click()
    expect(page.get_by_text("copied")).to_be_visible()
    command = page.evaluate("() => navigator.clipboard.readText()")
    assert "OpenStack-API-Version: placement 1.36" in command
    page.goto("about:blank")
    paste = on_small.open("#/candidates").get_by_label("Paste a URL")
    paste.fill(command)
    paste.press("Enter")
    expect(page).to_have_url(re.compile("resources%3DVGPU%3A1&version=1.36"))


def choices_of(field: Locator) -> list[str]:
    """What the browser may offer for this field."""
    found = field.evaluate("field => [...field.list.options].map(each => each.value)")
    assert isinstance(found, list)
    return found


def test_a_tree_is_completed_and_found_by_the_name_of_a_provider(watch_small: Watched) -> None:
    page = watch_small.open("#/candidates?q=resources%3DVCPU%3A1")
    expect(page.get_by_text("3 candidates", exact=True)).to_be_visible()
    page.get_by_text("Aggregates, tree, suffix").click()
    field = page.get_by_label("Only in the tree of this provider")
    with page.expect_response(re.compile("/-/trees.*name=gpu")):
        field.fill("gpu")
    expect(page.locator('option[value="cn1-gpu0"]')).to_have_count(1)
    assert "cn1-gpu0" in choices_of(field)
    field.fill("cn1-gpu0")
    page.get_by_role("button", name="Copy as curl").click()
    expect(page.get_by_text("copied")).to_be_visible()
    command = page.evaluate("() => navigator.clipboard.readText()")
    assert f"in_tree={uuid_of('cn1-gpu0')}" in command
    field.press("Enter")
    expect(page.get_by_text("1 candidate", exact=True)).to_be_visible()
    expect(page).to_have_url(re.compile(uuid_of("cn1-gpu0")))
    field.fill("nobody")
    page.get_by_role("button", name="Find candidates").click()
    expect(page.get_by_role("alert")).to_have_text("No provider has the name nobody.")
    expect(page.get_by_text("1 candidate", exact=True)).to_be_visible()


def test_aggregates_are_completed_by_the_names_of_their_providers(on_small: Watched) -> None:
    page = on_small.open("#/candidates?q=resources%3DVCPU%3A1")
    page.get_by_text("Aggregates, tree, suffix").click()
    field = page.get_by_label("Name to add to Aggregates")
    field.fill("cn2")
    offered = page.locator(f'option[value="{uuid_of("rack")}"]')
    expect(offered).to_have_attribute("label", "of cn2")
    assert set(choices_of(field)) >= {uuid_of("rack"), uuid_of("north")}


def test_each_of_several_names_is_completed(on_small: Watched) -> None:
    page = on_small.open(
        "#/candidates?q=" + quote("resources1=VGPU:1&resources2=VCPU:1&group_policy=none")
    )
    expect(page.locator('option[value="HW_NUMA_ROOT"]').first).to_be_attached()
    root = page.get_by_label("root_required")
    root.fill("HW_NUMA_ROOT,!CUST")
    assert "HW_NUMA_ROOT,!CUSTOM_RACK_A" in choices_of(root)
    subtrees = page.get_by_label("same_subtree: suffixes")
    assert choices_of(subtrees) == ["1", "2"]
    subtrees.fill("1,")
    assert choices_of(subtrees) == ["1,1", "1,2"]
    traits = page.get_by_label("Name to add to Traits").first
    traits.fill("CUSTOM_RACK_A HW")
    assert "CUSTOM_RACK_A HW_NUMA_ROOT" in choices_of(traits)
    traits.press("Enter")
    expect(traits).to_have_value("")


def test_a_change_that_helps_is_a_button_which_applies_it_and_asks_again(on_small: Watched) -> None:
    page = on_small.open(NOTHING)
    help_ = page.get_by_label("What would help").get_by_role("button")
    expect(help_.first).to_contain_text("Ask for 17 VCPU instead of 20.")
    expect(help_.first).to_contain_text("1 candidate")
    help_.first.click()
    expect(page.get_by_role("status").filter(has_text="candidate")).to_have_text("1 candidate")
    expect(page.get_by_label("Amount").first).to_have_value("17")
    expect(page.get_by_label("The query string")).to_contain_text("resources=VCPU:17,MEMORY_MB:60")
    page.go_back()
    expect(page.get_by_label("Amount").first).to_have_value("20")


@pytest.mark.parametrize(
    ("aggregates", "tried"),
    [
        (3, "tried each change by itself and 6 pairs of changes, and found nothing"),
        (60, "of 1,830 pairs of changes were tried. The service tries no more of them."),
    ],
    ids=["all pairs", "as many pairs as the service tries"],
)
def test_where_no_change_helps_the_page_tells_which_were_tried(
    on_small: Watched, aggregates: int, tried: str
) -> None:
    wanted = "".join(f"&member_of={uuid_of(f'nowhere {each}')}" for each in range(aggregates))
    page = on_small.open("#/candidates?q=" + quote(f"resources=VCPU:1{wanted}"))
    expect(page.get_by_label("What would help")).to_contain_text(tried)


def test_the_nearest_trees_tell_what_they_miss_and_can_be_asked(on_small: Watched) -> None:
    page = on_small.open(NOTHING)
    near = rows_of(page, "The nearest trees")
    assert near[0].startswith("cn2")
    assert "cn2 has 17 VCPU left, and 20 are asked for" in near[0]
    page.get_by_role("button", name="Why not cn2?").click()
    asked = page.get_by_role("region", name="Why not cn2?").locator(".judged li")
    expect(asked.filter(has_text="VCPU")).to_contain_text("not met")
    expect(asked.filter(has_text="64 MEMORY_MB left")).to_contain_text("✓met")
    page.reload()
    expect(page.get_by_role("region", name="Why not cn2?")).to_be_visible()


def test_a_tree_can_be_asked_by_name_also_where_there_are_candidates(on_small: Watched) -> None:
    page = on_small.open("#/candidates?q=resources%3DVGPU%3A1")
    expect(page.get_by_role("status").filter(has_text="candidate")).to_have_text("1 candidate")
    page.get_by_label("Ask a tree by a provider's name or uuid").fill("cn3")
    page.get_by_role("button", name="Why not you?").click()
    asked = page.get_by_role("region", name="Why not cn3?")
    expect(asked).to_contain_text("no candidate in this tree")
    expect(asked).to_contain_text("cn3 has no inventory of VGPU")
    page.get_by_label("Ask a tree by a provider's name or uuid").fill("cn1-gpu0")
    page.get_by_role("button", name="Why not you?").click()
    expect(page.get_by_role("region", name="Why not cn1?")).to_contain_text("1 candidate")
    page.get_by_role("button", name="Do not ask cn3").click()
    expect(asked).to_have_count(0)


def test_a_tree_is_asked_from_where_it_is_drawn_about_the_last_request(on_small: Watched) -> None:
    page = on_small.open("#/candidates?q=resources%3DVGPU%3A1")
    expect(page.get_by_role("status").filter(has_text="candidate")).to_have_text("1 candidate")
    page.get_by_role("link", name="Providers", exact=True).click()
    page.get_by_role("link", name="cn2", exact=True).click()
    page.get_by_role("link", name="Why not you?").click()
    expect(page.get_by_role("region", name="Why not cn2?")).to_contain_text("no inventory of VGPU")
    expect(page.get_by_label("The query string")).to_contain_text("resources=VGPU:1")


def test_a_name_that_no_provider_has_is_told(watch_small: Watched) -> None:
    page = watch_small.open("#/candidates?q=resources%3DVGPU%3A1&host=nobody")
    expect(page.get_by_role("alert")).to_contain_text("the uuid or name 'nobody'")
    page.get_by_role("button", name="Do not ask nobody").click()
    expect(page.get_by_role("alert")).to_have_count(0)


def test_candidates_that_exist_are_explained_on_demand(on_small: Watched) -> None:
    page = on_small.open("#/candidates?q=resources%3DVGPU%3A1")
    page.get_by_role("button", name="Explain").click()
    expect(page.locator(".funnel li")).to_contain_text("4 → 1")
    expect(page).to_have_url(re.compile("explain=yes"))
    page.reload()
    expect(page.locator(".funnel li")).to_have_count(1)


def test_a_reason_shows_its_examples(on_small: Watched) -> None:
    page = on_small.open(NOTHING)
    reason = page.locator(".reasons li", has_text="has less left than is asked for (VCPU)").first
    reason.locator("summary").click()
    reason.get_by_role("link", name="Open cn2").click()
    expect(page).to_have_url(re.compile(uuid_of("cn2")))
    expect(page.get_by_role("heading", level=1)).to_have_text("cn2")
