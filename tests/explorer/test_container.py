# SPDX-License-Identifier: Apache-2.0
"""The page on the stack: the container on MySQL, whose callers have tokens of the stub of Keystone."""

import re
from collections.abc import Iterator

import images
import pytest
import requests
from placedock.console.page import FILES, KEPT_OUT
from playwright.sync_api import Page, Route, expect
from stack import clients
from stack.compose import ADMIN_PASSWORD, Stack
from topology import uuid_of

from .browsing import Watched
from .clouds import SMALL, Api
from .conftest import Watch

KB = 1000
SHORT = 6
"""Seconds that a token lasts in the test of one that expires."""


@pytest.fixture(scope="module")
def stack() -> Iterator[Stack]:
    images.stack()
    with Stack("mysql-keystone", name="explorer").running() as running:
        yield running


@pytest.fixture(scope="module")
def api(stack: Stack) -> Api:
    """The cloud, made by the admin."""
    made = Api(stack.url, token_of(stack))
    made.make(SMALL)
    made.claim("everywhere", cn1_numa0={"VCPU": 1}, cn3={"VCPU": 1})
    return made


def token_of(stack: Stack) -> str:
    token = clients.keystoneauth(stack).get_token()
    assert isinstance(token, str)
    return token


def log_in(page: Page, user: str = "admin", password: str = ADMIN_PASSWORD) -> None:
    page.get_by_label("User").fill(user)
    page.get_by_label("Password").fill(password)
    page.get_by_label("Project").fill("demo" if user == "demo" else "admin")
    page.get_by_label("Domain of both").fill("Default")
    page.get_by_role("button", name="Continue").click()


@pytest.fixture
def admin(watch: Watch, stack: Stack, api: Api) -> Iterator[Watched]:
    """The page, at its overview, with the admin logged in."""
    with watch(stack.url) as watched:
        log_in(watched.open())
        expect(watched.page.locator("dl.figures")).to_be_visible()
        yield watched


def test_a_password_opens_the_page_and_logging_out_closes_it(admin: Watched) -> None:
    page = admin.page
    expect(page.get_by_text("admin in admin")).to_be_visible()
    page.get_by_role("button", name="Log out").click()
    expect(page.get_by_label("Password")).to_have_value("")
    expect(page.locator("dl.figures")).to_have_count(0)


def test_the_page_is_sent_compressed_and_weighs_little(stack: Stack) -> None:
    weight = 0
    for file in FILES.rglob("*"):
        if file.is_file() and file.suffix not in KEPT_OUT:
            answer = requests.get(f"{stack.url}/-/{file.relative_to(FILES)}", timeout=30)
            assert answer.content == file.read_bytes(), file
            # A file that is hardly smaller compressed stays as it is.
            assert "gzip" in answer.headers.get("Content-Encoding", "") or len(answer.content) < KB
            weight += int(answer.headers["Content-Length"])
    assert 20 * KB < weight < 150 * KB


def test_the_token_is_kept_in_the_memory_of_the_tab_only(admin: Watched) -> None:
    page = admin.page
    assert page.evaluate("() => [localStorage.length, sessionStorage.length]") == [0, 0]
    assert page.context.cookies() == []
    page.reload()
    expect(page.get_by_label("Password")).to_be_visible()


def test_a_wrong_password_is_told(watch: Watch, stack: Stack) -> None:
    with watch(stack.url, expected=True) as watched:
        page = watched.open()
        log_in(page, password="not this one")
        expect(page.get_by_role("alert")).to_contain_text("Keystone refused this user")
        expect(page.get_by_label("Password")).to_be_visible()


def test_a_pasted_token_opens_the_page_and_a_wrong_one_does_not(
    watch: Watch, stack: Stack, api: Api
) -> None:
    with watch(stack.url, expected=True) as watched:
        page = watched.open()
        page.get_by_role("button", name="Paste a token instead").click()
        page.get_by_label("Token").fill("gAAAA-nobody-made-this")
        page.get_by_role("button", name="Continue").click()
        expect(page.get_by_role("alert")).to_contain_text("The service does not take this token")
        page.get_by_label("Token").fill(token_of(stack))
        page.get_by_role("button", name="Continue").click()
        expect(page.locator("dl.figures")).to_be_visible()


def test_a_user_without_the_right_is_told_so(watch: Watch, stack: Stack) -> None:
    with watch(stack.url, expected=True) as watched:
        page = watched.open()
        log_in(page, "demo", "demo")
        expect(page.get_by_role("alert")).to_contain_text("You may not see this")


def test_an_expired_token_is_told_and_the_page_stays_where_it_is(
    watch: Watch, stack: Stack, api: Api
) -> None:
    stack.up("keystone-stub", KEYSTONE_TOKEN_SECONDS=str(SHORT))
    try:
        with watch(stack.url, expected=True) as watched:
            page = watched.open(f"#/providers/{uuid_of('cn1')}")
            log_in(page)
            expect(page.get_by_label("Provider cn1-gpu0")).to_be_visible()
            expect(page.get_by_role("heading", level=1)).to_have_text("Your token has expired")
            stack.up("keystone-stub")
            log_in(page)
            expect(page.get_by_label("Provider cn1-gpu0")).to_be_visible()
    finally:
        stack.up("keystone-stub")


def test_the_overview_adds_up_what_mysql_holds(admin: Watched) -> None:
    page = admin.page
    expect(page.locator("dl.figures div", has_text="Providers").locator("dd")).to_have_text("7")
    meter = page.get_by_role("img", name=re.compile("^VCPU: 6 used of 29"))
    expect(meter).to_have_attribute("aria-label", re.compile("total 20; reserved 1"))
    expect(page.locator("canvas")).to_have_attribute("aria-label", re.compile("^Map of 4 trees"))


def test_trees_are_listed_filtered_and_drawn(admin: Watched) -> None:
    page = admin.page
    page.get_by_role("link", name="Providers", exact=True).click()
    page.get_by_label("Trait").fill("HW_NUMA_ROOT")
    page.get_by_label("Trait").press("Enter")
    expect(page.locator("article h3")).to_have_text(["cn1"])
    page.locator("article h3 a").click()
    gpu = page.get_by_label("Provider cn1-numa0").get_by_label("Provider cn1-gpu0")
    expect(gpu).to_contain_text("VGPU")
    page.get_by_role("button", name=uuid_of("everywhere")).click()
    expect(page.locator(".box.lit > .row h3")).to_have_text(["cn1-numa0"])


def test_a_candidate_is_claimed_and_released_and_none_is_explained(
    admin: Watched, api: Api
) -> None:
    page = admin.page
    page.get_by_role("link", name="Candidates", exact=True).click()
    paste = page.get_by_label("Paste a URL, a query string or a line of a log")
    paste.fill("GET /allocation_candidates?resources=VGPU:1 HTTP/1.1")
    paste.press("Enter")
    expect(page.get_by_label("Provider cn1-gpu0")).to_contain_text("taken from")
    page.get_by_role("button", name="Claim this one").click()
    expect(page.get_by_role("link", name="claimed")).to_be_visible()
    usages = f"/resource_providers/{uuid_of('cn1-gpu0')}/usages"
    assert api.ask("GET", usages)["usages"] == {"VGPU": 1}
    page.get_by_role("button", name="Release it").click()
    expect(page.get_by_role("button", name="Claim this one")).to_be_visible()
    assert api.ask("GET", usages)["usages"] == {"VGPU": 0}
    paste.fill("resources=VGPU:100")
    paste.press("Enter")
    expect(page.locator(".funnel li").last).to_contain_text("none left")


def test_consumers_and_the_audit_are_listed(admin: Watched) -> None:
    page = admin.page
    page.get_by_role("link", name="Consumers", exact=True).click()
    page.get_by_label("Project").fill("shop")
    page.get_by_label("Project").press("Enter")
    expect(page.locator("tbody tr")).to_have_count(1)
    page.get_by_role("link", name="Audit", exact=True).click()
    expect(page.get_by_role("heading", name="Largest holders")).to_be_visible()


def test_a_provider_is_made_and_deleted_and_a_conflict_is_told(
    watch: Watch, stack: Stack, api: Api
) -> None:
    with watch(stack.url, expected=True) as watched:
        page = watched.open("#/providers")
        log_in(page)
        page.get_by_role("button", name="Create a provider").click()
        page.get_by_label("Name", exact=True).fill("newcomer")
        page.get_by_role("button", name="Create", exact=True).click()
        expect(page.get_by_role("heading", level=1)).to_have_text("newcomer")
        uuid = page.url.rpartition("/")[2]
        page.get_by_role("button", name="Change").click()
        page.get_by_role("button", name="Traits").click()
        field = page.get_by_label("One on each line. A new trait begins with CUSTOM_.")
        field.fill("COMPUTE_NODE")
        path = f"/resource_providers/{uuid}/traits"
        theirs = {"traits": ["HW_CPU_X86_AVX"], "resource_provider_generation": 0}

        def write_first(route: Route) -> None:
            api.ask("PUT", path, theirs)
            route.continue_()

        # While the page's own write is on its way. Were it earlier, the page could notice it by itself.
        page.route(f"**{path}", write_first, times=1)
        page.get_by_role("button", name="Save").click()
        expect(page.get_by_role("alert")).to_contain_text("Somebody else changed this provider")
        expect(page.get_by_role("alert").locator("tbody")).to_contain_text("HW_CPU_X86_AVX")
        expect(page.get_by_role("button", name="Save")).to_be_disabled()
        page.get_by_role("button", name="Keep mine").click()
        page.get_by_role("button", name="Save").click()
        expect(page.get_by_label("Traits", exact=True)).to_have_text("COMPUTE_NODE")
        page.get_by_role("button", name="Change").click()
        page.get_by_role("button", name="Delete").click()
        page.get_by_role("button", name="Delete the provider").click()
        expect(page.locator("article h3").first).to_have_text("cn1")


def test_a_claim_of_somebody_else_arrives_by_itself(admin: Watched, api: Api) -> None:
    page = admin.open(f"#/providers/{uuid_of('cn2')}")
    expect(page.get_by_role("img", name=re.compile("^VCPU: 0 used of 17"))).to_be_visible()
    api.claim("arriving", cn2={"VCPU": 5})
    expect(page.get_by_role("img", name=re.compile("^VCPU: 5 used of 17"))).to_be_visible()
    api.ask("DELETE", f"/allocations/{uuid_of('arriving')}")
    expect(page.get_by_role("img", name=re.compile("^VCPU: 0 used of 17"))).to_be_visible()


@pytest.mark.parametrize(
    ("service", "words"),
    [
        ("placement", "The service does not answer."),
        ("mysql", "The database is not available. Please try again."),
    ],
)
def test_what_is_gone_is_told_and_its_return_is_seen(
    watch: Watch, stack: Stack, api: Api, service: str, words: str
) -> None:
    with watch(stack.url, expected=True) as watched:
        page = watched.open()
        log_in(page)
        expect(page.locator("dl.figures")).to_be_visible()
        stack.compose("stop", service)
        try:
            expect(page.get_by_role("alert").filter(has_text=words).first).to_be_visible()
            # The page still shows the trees that it read before.
            expect(page.locator("dl.figures")).to_be_visible()
        finally:
            stack.up(service)
        expect(page.get_by_role("alert")).to_have_count(0)
