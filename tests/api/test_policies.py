# SPDX-License-Identifier: Apache-2.0
"""Every door is closed: a caller without any role gets nothing but the version document."""

from collections.abc import Iterator

import pytest
from placedock.api import microversion
from placedock.api.route_checks import METHODS
from placedock.api.routes import ROUTER, ROUTES

from . import stage
from .raw import CONSUMER, HOST, ask

VALUES = {"uuid": HOST, "consumer_uuid": CONSUMER, "resource_class": "VCPU", "name": "CUSTOM_A"}
EVERY_METHOD = [*METHODS, "PATCH", "HEAD", "OPTIONS", "TRACE", "CONNECT", "get", "PONY"]


@pytest.fixture(scope="module")
def service() -> Iterator[None]:
    """It has what the paths name, so that nothing is refused because it is missing."""
    with stage.serving({}):
        assert ask("POST", "/resource_providers", {"name": "host", "uuid": HOST}).status == 200
        wanted = {"inventories": {"VCPU": {"total": 8}}, "resource_provider_generation": 0}
        assert ask("PUT", f"/resource_providers/{HOST}/inventories", wanted).status == 200
        assert ask("PUT", "/traits/CUSTOM_A").status == 201
        assert ask("PUT", "/resource_classes/CUSTOM_A").status == 201
        yield


@pytest.mark.usefixtures("service")
@pytest.mark.parametrize("version", ["placement 1.0", "placement 1.13", "placement latest"])
@pytest.mark.parametrize("roles", ["", "member", "reader", "Administrator"])
@pytest.mark.parametrize("url", [route.url for route in ROUTES if route.url != "/"])
def test_no_method_of_any_url_answers_a_caller_without_a_role(
    url: str, roles: str, version: str
) -> None:
    statuses = {
        method: ask(
            method,
            url.format(**VALUES),
            {},
            HTTP_X_AUTH_TOKEN="nobody:other",
            HTTP_X_ROLES=roles,
            HTTP_OPENSTACK_API_VERSION=version,
        ).status
        for method in EVERY_METHOD
    }
    known = {one.method: one.since for one in ROUTER.operations if one.url == url}
    for method, status in statuses.items():
        if method not in known:
            assert status == 405, method
        elif (since := known[method]) is None or since in microversion.requested(version):
            assert status == 403, method
        else:
            # A version does not have it, for any caller.
            assert status in (404, 405), method


@pytest.mark.usefixtures("service")
@pytest.mark.parametrize("path", ["", "/"])
def test_the_version_document_needs_no_token_and_no_role(path: str) -> None:
    assert ask("GET", path, HTTP_X_AUTH_TOKEN="nobody:other", HTTP_X_ROLES="").status == 200
    for method in set(EVERY_METHOD) - {"GET"}:
        assert ask(method, path, HTTP_X_ROLES="").status == 405


@pytest.mark.usefixtures("service")
def test_what_is_below_no_url_is_told_to_be_missing_whatever_the_role() -> None:
    for path in ("/nothing", f"/resource_providers/{HOST}/nothing", "/reshaper/x", "/-x"):
        assert ask("GET", path, HTTP_X_AUTH_TOKEN="nobody:other").status == 404
