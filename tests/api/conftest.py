# SPDX-License-Identifier: Apache-2.0
"""A service for requests that no client should send, and a check that they left it as it was."""

from collections.abc import Iterator

import pytest

from . import stage
from .raw import CONSUMER, HOST, ask, claim, everything


@pytest.fixture(scope="module")
def service() -> Iterator[None]:
    """A host with 8 VCPUs, of which a consumer holds 2."""
    with stage.serving({}):
        assert ask("POST", "/resource_providers", {"name": "host", "uuid": HOST}).status == 200
        inventories = {"VCPU": {"total": 8}}
        wanted = {"inventories": inventories, "resource_provider_generation": 0}
        assert ask("PUT", f"/resource_providers/{HOST}/inventories", wanted).status == 200
        assert ask("PUT", f"/allocations/{CONSUMER}", claim()).status == 204
        yield


@pytest.fixture
def unchanged() -> Iterator[None]:
    before = everything()
    yield
    assert everything() == before
