# SPDX-License-Identifier: Apache-2.0
"""A person with the right to write fills an empty cloud, edits providers, claims and releases."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from conformance.servers import Server
from playwright.sync_api import Locator, Page, Route, expect
from topology import uuid_of

from .browsing import Watched
from .clouds import Api
from .conftest import Watch


def test_an_empty_cloud_offers_an_example(serve: Callable[..., Server], watch: Watch) -> None:
    with watch(serve().url) as watched:
        page = watched.open()
        expect(page.get_by_role("heading", level=1)).to_have_text("There are no providers yet")
        page.get_by_role("button", name="Load an example cloud").click()
        expect(page.get_by_text("The example is being loaded.")).to_be_visible()
        expect(page.get_by_text("The example is being loaded.")).to_have_count(0, timeout=120_000)
        figures = page.locator("dl.figures div")
        expect(figures.filter(has_text="Trees").locator("dd")).to_have_text("13")
        expect(figures.filter(has_text="Consumers").locator("dd")).to_have_text("48")


def test_an_empty_cloud_offers_an_example_among_the_providers_too(
    serve: Callable[..., Server], watch: Watch
) -> None:
    with watch(serve().url) as watched:
        page = watched.open("#/providers?name=nobody")
        expect(page.locator(".empty")).to_contain_text("No tree has a provider")
        page.get_by_role("button", name="Show all").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("There are no providers yet")
        page.get_by_role("link", name="Create a provider").click()
        expect(page.get_by_role("dialog")).to_be_visible()
        page.keyboard.press("Escape")
        # The first claim waits, so that the page looks at the cloud before the example is whole.
        claims: list[Route] = []
        page.route("**/allocations/*", lambda route: claims.append(route), times=1)
        with page.expect_request("**/allocations/*", timeout=120_000):
            page.get_by_role("button", name="Load an example cloud").click()
        expect(page.locator("article h3").first).to_be_visible()
        expect(page.get_by_text("The example is being loaded.")).to_be_visible()
        claims[0].continue_()
        expect(page.get_by_text("The example is being loaded.")).to_have_count(0, timeout=120_000)
        expect(page.locator("article h3")).to_have_count(13)


def change(page: Page, provider: str, what: str) -> None:
    page.get_by_label(f"Provider {provider}").get_by_role("button", name="Change").first.click()
    page.get_by_role("button", name=what).click()


def test_a_provider_is_made_filled_and_deleted(on_own: Watched) -> None:
    page = on_own.open("#/providers")
    page.get_by_role("button", name="Create a provider").click()
    page.get_by_label("Name", exact=True).fill("newcomer")
    page.get_by_role("button", name="Create", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("newcomer")

    change(page, "newcomer", "Inventories")
    page.get_by_role("button", name="Add a class").click()
    page.get_by_label("resource class", exact=True).fill("CUSTOM_LAMP")
    page.get_by_label("resource class", exact=True).press("Tab")
    page.get_by_label("total of CUSTOM_LAMP").fill("7")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("img", name=re.compile("^CUSTOM_LAMP: 0 used of 7"))).to_be_visible()

    change(page, "newcomer", "Traits")
    page.get_by_label("One on each line. A new trait begins with CUSTOM_.").fill("CUSTOM_BRIGHT")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_label("Traits", exact=True)).to_contain_text("CUSTOM_BRIGHT")

    change(page, "newcomer", "Aggregates")
    page.get_by_role("button", name="Add a new aggregate").click()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_label("Aggregates", exact=True)).to_be_visible()

    change(page, "newcomer", "Add a child")
    page.get_by_label("Name", exact=True).fill("its-child")
    page.get_by_role("button", name="Create", exact=True).click()
    expect(page.get_by_label("Provider its-child")).to_be_visible()
    expect(page.get_by_label("Requests that this page sent")).to_contain_text(
        "POST /resource_providers"
    )

    change(page, "its-child", "Delete")
    page.get_by_role("button", name="Delete the provider").click()
    expect(page.get_by_label("Provider its-child")).to_have_count(0)


def row_of(page: Page, what: str) -> Locator:
    """What a form says of one point in which it differs from the provider."""
    return page.get_by_role("alert").locator("tbody tr", has_text=what).locator("td")


def written_by_somebody_else(server: Server, what: str, content: dict[str, Any]) -> int:
    """Writes a part of cn3, and tells the generation that the provider had before."""
    api = Api(server.url)
    path = f"/resource_providers/{uuid_of('cn3')}"
    generation: int = api.ask("GET", path)["generation"]
    api.ask("PUT", f"{path}/{what}", {"resource_provider_generation": generation, **content})
    return generation


def before_the_request(page: Page, what: str, write: Callable[[], object]) -> None:
    """Have somebody else write while the page's next request about a part of cn3, or cn3 itself, is on its way.

    Were it written before the click, the page could notice by itself that something is new, and not need the request.
    """

    def handle(route: Route) -> None:
        write()
        route.continue_()

    page.route(f"**/resource_providers/{uuid_of('cn3')}{what}", handle, times=1)


def test_after_a_conflict_a_person_sees_both_and_keeps_theirs_by_choice(
    watch: Watch, own: Server
) -> None:
    with watch(own.url, expected=True) as watched:
        page = watched.open(f"#/providers/{uuid_of('cn3')}")
        change(page, "cn3", "Traits")
        field = page.get_by_label("One on each line. A new trait begins with CUSTOM_.")
        field.fill("COMPUTE_NODE")
        generations = []

        def write() -> None:
            theirs = {"traits": ["HW_CPU_X86_AVX"]}
            generations.append(written_by_somebody_else(own, "traits", theirs))

        before_the_request(page, "/traits", write)
        page.get_by_role("button", name="Save").click()
        expect(page.get_by_role("alert")).to_contain_text("Somebody else changed this provider")
        expect(page.get_by_text(f"generation {generations[0] + 1}")).to_be_visible()
        expect(row_of(page, "COMPUTE_NODE")).to_have_text(["COMPUTE_NODE", "yes", "no"])
        expect(row_of(page, "HW_CPU_X86_AVX")).to_have_text(["HW_CPU_X86_AVX", "no", "yes"])
        expect(page.get_by_role("button", name="Save")).to_be_disabled()
        page.get_by_role("button", name="Keep mine").click()
        expect(page.get_by_role("alert")).to_have_count(0)
        expect(page.get_by_role("button", name="Save")).to_be_focused()
        page.get_by_role("button", name="Save").click()
        expect(page.get_by_label("Traits", exact=True)).to_have_text("COMPUTE_NODE")


def test_what_somebody_else_writes_below_an_open_form_is_shown_and_can_be_taken(
    on_own: Watched, own: Server
) -> None:
    page = on_own.open(f"#/providers/{uuid_of('cn3')}")
    change(page, "cn3", "Inventories")
    page.get_by_label("max of VCPU").fill("8")
    written_by_somebody_else(
        own, "inventories", {"inventories": {"VCPU": {"total": 16}, "MEMORY_MB": {"total": 64}}}
    )
    # Nothing was sent: the page reads by itself what is new, and with it the generation that would let the form overwrite it.
    expect(row_of(page, "VCPU total")).to_have_text(["VCPU total", "8", "16"])
    expect(row_of(page, "VCPU max")).to_have_text(["VCPU max", "8", "2147483647"])
    expect(row_of(page, "MEMORY_MB").nth(1)).to_have_text("none")
    expect(page.get_by_role("button", name="Save")).to_be_disabled()
    page.get_by_role("button", name="Take theirs").click()
    expect(page.get_by_label("total of VCPU")).to_have_value("16")
    page.get_by_label("reserved of MEMORY_MB").fill("4")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("img", name=re.compile("^MEMORY_MB: 0 used of 60"))).to_be_visible()
    expect(page.get_by_role("img", name=re.compile("^VCPU: 3 used of 16"))).to_be_visible()


def test_a_conflict_about_something_else_needs_no_choice(watch: Watch, own: Server) -> None:
    with watch(own.url, expected=True) as watched:
        page = watched.open(f"#/providers/{uuid_of('cn3')}")
        change(page, "cn3", "Aggregates")
        aggregate = uuid_of("rack")
        page.get_by_label("One uuid on each line").fill(aggregate)
        theirs = {"traits": ["HW_CPU_X86_AVX"]}
        before_the_request(
            page, "/aggregates", lambda: written_by_somebody_else(own, "traits", theirs)
        )
        page.get_by_role("button", name="Save").click()
        expect(page.get_by_role("alert")).to_contain_text("nothing that this form changes")
        page.get_by_role("button", name="Save").click()
        expect(page.get_by_label("Aggregates", exact=True)).to_have_text(aggregate[:8])


def test_a_provider_that_somebody_else_renamed_is_not_renamed_unseen(
    on_own: Watched, own: Server
) -> None:
    page = on_own.open(f"#/providers/{uuid_of('cn3')}")
    change(page, "cn3", "Rename")
    page.get_by_label("Name", exact=True).fill("mine")
    path = f"/resource_providers/{uuid_of('cn3')}"
    before_the_request(page, "", lambda: Api(own.url).ask("PUT", path, {"name": "theirs"}))
    page.get_by_role("button", name="Rename", exact=True).click()
    expect(row_of(page, "name")).to_have_text(["name", "mine", "theirs"])
    page.get_by_role("button", name="Keep mine").click()
    page.get_by_role("button", name="Rename", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("mine")


def test_a_candidate_is_claimed_and_released(on_own: Watched, own: Server) -> None:
    page = on_own.open("#/candidates?q=resources%3DVGPU%3A1")
    expect(page.get_by_role("status").filter(has_text="candidate")).to_have_text("1 candidate")
    expect(page.get_by_label("Provider cn1-gpu0")).to_contain_text("taken from")
    page.get_by_role("button", name="Claim this one").click()
    expect(page.get_by_role("link", name="claimed")).to_be_visible()
    usages = f"/resource_providers/{uuid_of('cn1-gpu0')}/usages"
    assert Api(own.url).ask("GET", usages)["usages"] == {"VGPU": 1}
    page.get_by_role("button", name="Release it").click()
    expect(page.get_by_role("link", name="claimed")).to_have_count(0)
    assert Api(own.url).ask("GET", usages)["usages"] == {"VGPU": 0}


def test_the_last_candidate_can_be_released_after_its_claim(on_own: Watched) -> None:
    page = on_own.open("#/candidates?q=resources%3DVGPU%3A2")
    candidates = page.get_by_text("1 candidate", exact=True)
    expect(candidates).to_be_visible()
    page.get_by_role("button", name="Claim this one").click()
    expect(page.get_by_role("status").filter(has_text="No candidates.")).to_be_visible()
    expect(page.get_by_role("link", name="2 VGPU claimed")).to_be_visible()
    page.get_by_role("button", name="Release it").click()
    expect(candidates).to_be_visible()
    expect(page.get_by_role("link", name="claimed")).to_have_count(0)


def test_what_was_claimed_stays_in_sight_whatever_candidate_is_shown(on_own: Watched) -> None:
    page = on_own.open("#/candidates?q=resources%3DVCPU%3A1")
    page.get_by_role("button", name="Claim this one").click()
    claimed = page.get_by_role("link", name="1 VCPU claimed")
    expect(claimed).to_have_count(1)
    page.get_by_role("button", name="Next").click()
    expect(page.get_by_text("2 of 3")).to_be_visible()
    expect(claimed).to_have_count(1)
    page.get_by_role("button", name="Claim this one").click()
    expect(claimed).to_have_count(2)
    page.get_by_label("Amount").first.fill("2")
    page.get_by_role("button", name="Find candidates").click()
    expect(claimed).to_have_count(2)
    page.get_by_role("button", name="Release it").first.click()
    expect(claimed).to_have_count(1)


def test_a_claim_that_somebody_else_released_is_forgotten(watch: Watch, own: Server) -> None:
    with watch(own.url, expected=True) as watched:
        page = watched.open("#/candidates?q=resources%3DVGPU%3A1")
        page.get_by_role("button", name="Claim this one").click()
        href = page.get_by_role("link", name="claimed").get_attribute("href")
        assert href is not None
        Api(own.url).ask("DELETE", f"/allocations/{href.rpartition('=')[2]}")
        page.get_by_role("button", name="Release it").click()
        expect(page.get_by_role("link", name="claimed")).to_have_count(0)
        expect(page.get_by_role("alert")).to_have_count(0)


def test_a_request_that_is_sent_again_is_asked_again(on_own: Watched, own: Server) -> None:
    page = on_own.open("#/candidates?q=resources%3DVGPU%3A2")
    expect(page.get_by_text("1 candidate", exact=True)).to_be_visible()
    Api(own.url).claim("arriving", cn1_gpu0={"VGPU": 1})
    page.get_by_role("button", name="Find candidates").click()
    expect(page.get_by_role("status").filter(has_text="No candidates.")).to_be_visible()


def test_a_consumer_is_released_after_a_question(on_own: Watched, own: Server) -> None:
    page = on_own.open("#/consumers")
    rows = page.locator("tbody tr")
    expect(rows).to_have_count(3)
    rows.first.get_by_role("button", name=re.compile("^Release")).click()
    page.get_by_role("button", name="Release it").click()
    expect(rows).to_have_count(2)


def test_a_claim_of_somebody_else_arrives_by_itself(on_own: Watched, own: Server) -> None:
    page = on_own.open(f"#/providers/{uuid_of('cn2')}")
    expect(page.get_by_role("img", name=re.compile("^VCPU: 0 used of 17"))).to_be_visible()
    Api(own.url).claim("arriving", cn2={"VCPU": 5})
    expect(page.get_by_role("img", name=re.compile("^VCPU: 5 used of 17"))).to_be_visible()
    expect(page.locator(".figure.flash").first).to_be_visible()


@pytest.mark.parametrize("view", ["consumers", f"providers/{uuid_of('cn2')}"])
def test_a_consumer_that_arrives_flashes_and_one_that_a_filter_shows_does_not(
    on_own: Watched, own: Server, view: str
) -> None:
    Api(own.url).claim("early", cn2={"VCPU": 1})
    page = on_own.open(f"#/{view}")
    flashing = page.locator("tr.flash")
    expect(page.locator("tbody tr", has_text=uuid_of("early"))).to_be_visible()
    expect(flashing).to_have_count(0)
    Api(own.url).claim("arriving", cn2={"VCPU": 5})
    expect(flashing).to_have_count(1)
    expect(flashing).to_contain_text(uuid_of("arriving"))
    page.goto(f"{own.url}/-/#/consumers?project_id=shop")
    expect(page.locator("tbody tr")).to_have_count(2)
    page.get_by_role("button", name="Show all").click()
    expect(page.locator("tbody tr")).to_have_count(5)
    expect(flashing).to_have_count(0)


def test_a_tree_that_arrives_flashes_in_the_list(on_own: Watched, own: Server) -> None:
    page = on_own.open("#/providers")
    expect(page.locator("article h3")).to_have_count(4)
    expect(page.locator("article.flash")).to_have_count(0)
    Api(own.url).make("newcomer  VCPU:4")
    expect(page.locator("article.flash")).to_contain_text("newcomer")


def test_what_is_being_typed_stays_while_the_page_refreshes_itself(
    on_own: Watched, own: Server
) -> None:
    page = on_own.open("#/consumers")
    rows = page.locator("tbody tr")
    expect(rows).to_have_count(3)
    page.get_by_label("Project").fill("sho")
    Api(own.url).claim("arriving", cn2={"VCPU": 5})
    expect(rows).to_have_count(4)
    expect(page.get_by_label("Project")).to_have_value("sho")
    page.get_by_label("Project").press_sequentially("p")
    page.get_by_label("Project").press("Enter")
    expect(rows).to_have_count(1)


def test_a_claim_of_somebody_else_flashes_on_the_map(on_own: Watched, own: Server) -> None:
    page = on_own.open("#/overview?map=VCPU")
    expect(page.locator("canvas")).to_have_attribute("aria-label", re.compile("^Map of 4 trees"))
    expect(page.locator(".frame.changed")).to_have_count(0)
    Api(own.url).claim("arriving", cn2={"VCPU": 5})
    expect(page.locator(".frame.changed")).to_have_count(1)


def test_a_tree_is_taken_away_in_five_forms(on_own: Watched, tmp_path: Path) -> None:
    page = on_own.open(f"#/providers/{uuid_of('cn1')}")
    begins = {
        "SVG": b"<svg ",
        "PNG": b"\x89PNG",
        "DOT": b'digraph "cn1"',
        "Mermaid": b"graph TD",
        "YAML": b"",
    }
    for form, begin in begins.items():
        page.get_by_role("button", name="Export").click()
        with page.expect_download() as download:
            page.get_by_role("button", name=form).click()
        path = tmp_path / form
        download.value.save_as(path)
        page.keyboard.press("Escape")
        assert path.read_bytes().startswith(begin)
        assert form == "PNG" or b"cn1-gpu0" in path.read_bytes()


@pytest.mark.parametrize(("role", "offered"), [("reader", False), ("service", True)])
def test_a_change_is_offered_to_those_who_may_make_it(
    serve: Callable[..., Server], watch: Watch, tmp_path: Path, role: str, offered: bool
) -> None:
    policy = tmp_path / "policy.yaml"
    policy.write_text(
        '"placement:allocation_candidates:list": "role:admin or role:service or role:reader"'
    )
    server = serve(OS_OSLO_POLICY__POLICY_FILE=str(policy))
    Api(server.url).make("cn1  VCPU:4")
    with watch(server.url) as watched:
        page = watched.open()
        page.get_by_role("button", name="Be somebody else").click()
        page.get_by_label("Roles").fill(role)
        with page.expect_response("**/-/caller") as told:
            page.get_by_role("button", name="Continue").click()
        assert told.value.ok
        page.goto(f"{server.url}/-/#/providers/{uuid_of('cn1')}")
        expect(page.get_by_label("Provider cn1")).to_be_visible()
        expect(page.get_by_role("button", name="Change")).to_have_count(int(offered))
