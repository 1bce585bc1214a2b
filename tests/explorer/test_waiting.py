# SPDX-License-Identifier: Apache-2.0
"""The page tells a person that the service takes its time, or is silent, and goes on by itself when it answers."""

import re

import pytest
from playwright.sync_api import Route, expect

from .browsing import Watched

LINE_SEEN = """() => new MutationObserver(() => {
    const line = document.querySelector("main p[role=status]");
    if (!line) return;
    window.waitedSince ??= performance.now();
    if (line.textContent) window.toldAt ??= performance.now();
}).observe(document.documentElement, {childList: true, subtree: true, characterData: true})"""
"""Keeps when a view began to wait, and when it said so."""


@pytest.mark.parametrize(
    ("address", "asks"),
    [
        ("#/overview", "/-/overview"),
        ("#/candidates?q=resources%3DVCPU%3A1", "/allocation_candidates"),
        ("#/candidates?q=resources%3DVCPU%3A1", "/-/trees"),
        ("#/candidates?q=resources%3DVCPU%3A1&explain=yes", "/-/explain"),
        ("#/audit", "/-/audit"),
    ],
)
def test_a_view_says_what_it_waits_for_when_an_answer_takes_long(
    on_small: Watched, address: str, asks: str
) -> None:
    page = on_small.open("#/consumers")
    expect(page.locator("tbody tr").first).to_be_visible()
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route(re.compile(f"{re.escape(asks)}([?]|$)"), hold)
    page.evaluate(LINE_SEEN)
    page.goto(f"{on_small.url}/-/{address}")
    line = page.get_by_role("status").filter(has_text="Asking the service…")
    expect(line.first).to_be_visible()
    assert page.evaluate("() => toldAt - waitedSince") >= 190
    for route in held:
        route.continue_()
    page.unroute_all()
    expect(line).to_have_count(0)


@pytest.mark.parametrize(
    ("address", "asks", "shows"),
    [
        ("#/overview", "/-/session", "dl.figures"),
        ("#/candidates?q=resources%3DVCPU%3A1", "/-/session", ".box.asked"),
        ("#/candidates?q=resources%3DVCPU%3A1", "/allocation_candidates", ".box.asked"),
        ("#/candidates?q=resources%3DVCPU%3A100", "/-/explain", ".funnel li"),
        ("#/audit", "/-/audit", "h2"),
    ],
)
def test_a_page_that_got_no_answer_goes_on_when_there_is_one(
    watch_small: Watched, address: str, asks: str, shows: str
) -> None:
    page = watch_small.page
    pattern = re.compile(f"{re.escape(asks)}([?]|$)")
    page.route(pattern, lambda route: route.abort())
    watch_small.open(address)
    told = page.get_by_role("alert").filter(has_text="The page asks again every few seconds.")
    expect(told).to_be_visible()
    page.unroute_all()
    expect(page.locator(shows).first).to_be_visible()
    expect(page.get_by_role("alert")).to_have_count(0)


@pytest.mark.parametrize(
    ("status", "body", "words"),
    [
        (500, "oh", "oh"),
        (503, '{"errors": [{"detail": "Keystone is away."}]}', "Keystone is away."),
        (503, "<!DOCTYPE HTML>\n<html>busy</html>\n", "The service answered 503."),
        (502, "<html>bad gateway</html>", "The service answered 502."),
    ],
)
def test_a_refusal_at_the_start_is_told_until_the_service_takes_the_page(
    watch_small: Watched, status: int, body: str, words: str
) -> None:
    page = watch_small.page
    page.route(re.compile("/-/session"), lambda route: route.fulfill(status=status, body=body))
    watch_small.open()
    expect(page.get_by_role("alert")).to_have_text(words)
    page.unroute_all()
    expect(page.locator("dl.figures")).to_be_visible()
    expect(page.get_by_role("alert")).to_have_count(0)


def test_a_tab_that_is_opened_out_of_sight_asks_when_it_is_seen(on_small: Watched) -> None:
    page = on_small.page
    page.add_init_script("Object.defineProperty(document, 'hidden', {get: () => !window.seen})")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    on_small.open("#/candidates?q=resources%3DVCPU%3A1")
    expect(page.get_by_role("button", name="Find candidates")).to_be_visible()
    assert not any("allocation_candidates" in each for each in asked)
    page.evaluate(
        "() => { window.seen = true; document.dispatchEvent(new Event('visibilitychange')) }"
    )
    expect(page.locator(".box.asked").first).to_be_visible()
