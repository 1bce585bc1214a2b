# SPDX-License-Identifier: Apache-2.0
"""Requests that schemathesis draws from the description are answered as the description says."""

from collections.abc import Callable
from typing import Any

import schemathesis
from placedock.api import microversion
from placedock.api.openapi import document
from schemathesis import Case
from schemathesis.config import SchemathesisConfig
from schemathesis.core.failures import FailureGroup

from .conftest import Services
from .grounding import ground, refresh
from .world import headers

LINES = 40

CONFIGURATION = {
    "seed": 1,
    # Whether an answer is slow depends on how busy the machine is.
    "suppress-health-check": ["all"],
    "generation": {"max-examples": 12, "deterministic": True, "database": "none"},
    "checks": {
        # What the schema allows is refused for what it says: a class that does not exist, a minimum above the maximum.
        "positive_data_acceptance": {"enabled": False},
    },
    "operations": [
        {
            # Whatever holds nothing is no consumer, and what holds nothing can be asked for, however it is called.
            "include-name": "GET /allocations/{consumer_uuid}",
            "checks": {"negative_data_rejection": {"enabled": False}},
        },
        {
            # `Allow` tells what the newest version can do, as upstream's does: DELETE came in 1.5.
            "include-path": "/resource_providers/{uuid}/inventories",
            "checks": {"allow_header_conformance": {"enabled": False}},
        },
    ],
}


def look(version: str, thoroughly: bool = False) -> Callable[..., None]:
    """A test of every operation that there is at `version`; thoroughly, also of every bound and every method."""
    description = document(microversion.requested(f"placement {version}"))
    # The header that asks for the version is sent with every request: another one asks for another description.
    for operations in description["paths"].values():
        for operation in operations.values():
            operation["parameters"].remove({"$ref": "#/components/parameters/version"})
    config = SchemathesisConfig.from_dict(
        {**CONFIGURATION, "phases": {"coverage": {"enabled": thoroughly}}}
    )

    @schemathesis.openapi.from_dict(description, config=config).parametrize()
    def test(case: Case[Any], services: Services) -> None:
        service = services.at(version)
        # Reads share a world; a write has one that the others do not change.
        world = service.world("reading" if case.method == "GET" else case.operation.label)
        ground(case, world)
        refresh(case, world)
        try:
            case.call_and_validate(service.url, service.session, headers(version))
        except FailureGroup as failures:
            failures.add_note(
                "\n".join(["The service wrote last:", *service.log().splitlines()[-LINES:]])
            )
            raise

    found: Callable[..., None] = test
    return found


test_1_0_answers_as_it_is_described = look("1.0", thoroughly=True)
test_1_14_answers_as_it_is_described = look("1.14")
test_1_28_answers_as_it_is_described = look("1.28")
test_1_36_answers_as_it_is_described = look("1.36")
test_1_39_answers_as_it_is_described = look("1.39", thoroughly=True)
