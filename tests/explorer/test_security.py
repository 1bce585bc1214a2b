# SPDX-License-Identifier: Apache-2.0
"""What comes from the cloud is text, nothing is loaded from elsewhere, and the page cannot be put into another one."""

from collections.abc import Callable

import requests
from conformance.servers import Server
from playwright.sync_api import expect

from .clouds import Api
from .conftest import Watch

MARKUP = """<img src=x onerror="window.hacked=1"><script>window.hacked=1</script>'"${7*7}"""


def test_markup_in_a_name_stays_text(serve: Callable[..., Server], watch: Watch) -> None:
    server = serve()
    api = Api(server.url)
    provider = api.ask("POST", "/resource_providers", {"name": MARKUP})
    uuid = provider["uuid"]
    api.ask(
        "PUT",
        f"/resource_providers/{uuid}/inventories",
        {"resource_provider_generation": 0, "inventories": {"VCPU": {"total": 4}}},
    )
    api.ask(
        "PUT",
        "/allocations/5a5d1c3e-0000-4000-8000-000000000009",
        {
            "allocations": {uuid: {"resources": {"VCPU": 1}}},
            "consumer_generation": None,
            "consumer_type": "INSTANCE",
            "project_id": MARKUP,
            "user_id": MARKUP,
        },
    )
    with watch(server.url) as watched:
        for address in ("", "#/providers", f"#/providers/{uuid}", "#/consumers", "#/audit"):
            page = watched.open(address)
            page.reload()
            expect(page.get_by_text("onerror").first).to_be_visible()
            assert page.evaluate("() => window.hacked") is None
            assert page.locator("main img[src=x]").count() == 0


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
