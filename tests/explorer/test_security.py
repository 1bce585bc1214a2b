# SPDX-License-Identifier: Apache-2.0
"""The page shows text of the cloud as text, loads nothing from elsewhere, and cannot be put into another page."""

from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

import pytest
import requests
from conformance.servers import Server
from placedock.model.carried import Cloud, CloudAllocation, CloudConsumer, CloudProvider
from placedock.model.inventory import Inventory
from playwright.sync_api import expect

from .conftest import Watch

MARKUP = """<img src=x onerror="window.hacked=1"><script>window.hacked=1</script>'"${7*7}"""


NAME = "<img src=x onerror=window.hacked=1><script>window.hacked=1</script>"
"""Of a class and of a trait. The service takes it for granted that these have no quotation marks."""

UUID = "5a5d1c3e-0000-4000-8000-000000000009"
MARKED = Cloud(
    [
        CloudProvider(
            UUID,
            MARKUP,
            inventories=[Inventory("VCPU", total=4), Inventory(NAME, total=4)],
            traits=[NAME],
        )
    ],
    [CloudConsumer(UUID, MARKUP, MARKUP, MARKUP, 1, [CloudAllocation(0, NAME, 1)])],
    resource_classes=[NAME],
    traits=[NAME],
)
"""The API refuses such names of traits, classes and types. A database can still have them."""

FOUND = f"resources=VCPU:1&required={quote(NAME)}"
NOT_FOUND = f"resources=VCPU:100&required={quote(NAME)}"
ADDRESSES = {
    "overview": "",
    "providers": "#/providers",
    "tree": f"#/providers/{UUID}",
    "consumers": "#/consumers",
    "audit": "#/audit",
    "candidates": f"#/candidates?q={quote(FOUND)}",
    "candidates, explained": f"#/candidates?q={quote(FOUND)}&explain=yes",
    "no candidates": f"#/candidates?q={quote(NOT_FOUND)}",
    "a host": f"#/candidates?q={quote(NOT_FOUND)}&host={UUID}",
}


@pytest.fixture(scope="module")
def marked(serve: Callable[..., Server]) -> Server:
    """A service all whose names are markup."""
    return serve(cloud=MARKED)


@pytest.mark.parametrize("view", ADDRESSES)
def test_markup_in_a_name_stays_text(marked: Server, watch: Watch, view: str) -> None:
    with watch(marked.url) as watched:
        page = watched.open(ADDRESSES[view])
        result = page.get_by_label("Result") if "candidates" in ADDRESSES[view] else page
        expect(result.get_by_text("onerror").first).to_be_visible()
        page.wait_for_load_state("networkidle")
        assert page.evaluate("() => window.hacked") is None
        assert page.locator("main img[src=x], main script").count() == 0


def test_markup_in_a_name_stays_text_in_a_picture_of_the_tree(
    marked: Server, watch: Watch, tmp_path: Path
) -> None:
    with watch(marked.url) as watched:
        page = watched.open(f"#/providers/{UUID}")
        page.get_by_role("button", name="Export").click()
        with page.expect_download() as download:
            page.get_by_role("button", name="SVG").click()
        picture = tmp_path / "tree.svg"
        download.value.save_as(picture)
        page.goto(picture.as_uri())
        names = page.evaluate(
            "() => [...document.querySelectorAll('*')].map(each => each.localName)"
        )
        assert set(names) == {"svg", "rect", "text"}
        assert page.locator("text").all_text_contents()[0] == MARKUP
        assert page.evaluate("() => window.hacked") is None


def test_the_headers_keep_everything_foreign_out(small: Server) -> None:
    headers = requests.get(f"{small.url}/-/", timeout=30).headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert headers["X-Content-Type-Options"] == "nosniff"


def test_only_the_page_itself_is_served(small: Server) -> None:
    for path in ("vendor/hashes.json", "..%2fconfig", "../wsgi.py", "main.d.ts", "nothing.js"):
        assert requests.get(f"{small.url}/-/{path}", timeout=30).status_code in (401, 404), path
