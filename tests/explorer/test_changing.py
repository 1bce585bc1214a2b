# SPDX-License-Identifier: Apache-2.0
"""What a person with the right to write can do: fill an empty cloud, edit providers, claim and release."""

import re
from collections.abc import Callable
from pathlib import Path

from conformance.servers import Server
from playwright.sync_api import Page, expect
from topology import uuid_of

from .browsing import Watched
from .clouds import Api
from .conftest import Watch


def test_an_empty_cloud_offers_an_example(serve: Callable[..., Server], watch: Watch) -> None:
    with watch(serve().url) as watched:
        page = watched.open()
        expect(page.get_by_role("heading", level=1)).to_have_text("There are no providers yet")
        page.get_by_role("button", name="Load an example cloud").click()
        expect(page.locator("dl.figures")).to_be_visible(timeout=90_000)
        expect(page.locator("dl.figures div", has_text="Trees").locator("dd")).to_have_text("13")


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
    expect(page.get_by_text("CUSTOM_BRIGHT")).to_be_visible()

    change(page, "newcomer", "Aggregates")
    page.get_by_role("button", name="Add a new aggregate").click()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_label("Aggregates")).to_be_visible()

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


def test_a_conflict_is_told_in_words_and_the_change_can_be_sent_again(
    watch: Watch, own: Server
) -> None:
    with watch(own.url, expected=True) as watched:
        page = watched.open(f"#/providers/{uuid_of('cn3')}")
        change(page, "cn3", "Traits")
        field = page.get_by_label("One on each line. A new trait begins with CUSTOM_.")
        field.fill("COMPUTE_NODE")
        path = f"/resource_providers/{uuid_of('cn3')}"
        api = Api(own.url)
        generation = api.ask("GET", path)["generation"]
        api.ask(
            "PUT",
            f"{path}/traits",
            {"traits": ["HW_CPU_X86_AVX"], "resource_provider_generation": generation},
        )
        page.get_by_role("button", name="Save").click()
        expect(page.get_by_role("alert")).to_contain_text("Somebody else changed this provider")
        expect(page.get_by_text(f"generation {generation + 1}")).to_be_visible()
        page.get_by_role("button", name="Save").click()
        expect(page.get_by_label("Traits", exact=True)).to_have_text("COMPUTE_NODE")


def test_a_candidate_is_claimed_and_released(on_own: Watched, own: Server) -> None:
    page = on_own.open("#/candidates?q=resources%3DVGPU%3A1")
    expect(page.get_by_role("status").filter(has_text="candidate")).to_have_text("1 candidate")
    expect(page.get_by_label("Provider cn1-gpu0")).to_contain_text("taken from")
    page.get_by_role("button", name="Claim this one").click()
    expect(page.get_by_role("link", name="claimed")).to_be_visible()
    usages = f"/resource_providers/{uuid_of('cn1-gpu0')}/usages"
    assert Api(own.url).ask("GET", usages)["usages"] == {"VGPU": 1}
    page.get_by_role("button", name="Release it").click()
    expect(page.get_by_role("button", name="Claim this one")).to_be_visible()
    assert Api(own.url).ask("GET", usages)["usages"] == {"VGPU": 0}


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


def test_a_reader_is_offered_no_change(serve: Callable[..., Server], watch: Watch) -> None:
    server = serve()
    Api(server.url).make("cn1  VCPU:4")
    with watch(server.url) as watched:
        page = watched.open()
        page.get_by_role("button", name="Be somebody else").click()
        page.get_by_label("Roles").fill("service")
        page.get_by_role("button", name="Continue").click()
        page.goto(f"{server.url}/-/#/providers/{uuid_of('cn1')}")
        expect(page.get_by_label("Provider cn1")).to_be_visible()
        assert page.get_by_role("button", name="Change").count() == 0
