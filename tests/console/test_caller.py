# SPDX-License-Identifier: Apache-2.0
"""A caller is told what the policy allows, and whether anything can be changed at all."""

from pathlib import Path

import pytest
from placedock.api.routes import ROUTER
from placedock.console.routes import ROUTES

from .serving import Client, serving

PLACEMENT = {f"{method} {path}" for rule in ROUTER.rules() for method, path in rule.operations}
CONSOLE = {f"{route.method} {route.path}" for route in ROUTES if route.rule is not None}


@pytest.mark.parametrize(("role", "kept"), [("admin", {"POST /reshaper"}), ("service", set())])
def test_a_caller_is_told_all_that_is_allowed(
    sqlite_client: Client, role: str, kept: set[str]
) -> None:
    """The upgrade of a service reshapes, and no person."""
    told = sqlite_client.get("/-/caller", token="somebody", X_Roles=role)
    assert set(told["may"]) == (PLACEMENT | CONSOLE) - kept
    assert told["user_id"] == "somebody"
    assert told["roles"] == [role]
    assert told["read_only"] is None


def test_a_policy_file_counts(sqlite_url: str, tmp_path: Path) -> None:
    """By default a reader may see the usages of the own project."""
    policy = tmp_path / "policy.yaml"
    policy.write_text(
        '"placement:allocation_candidates:list": "role:reader"\n'
        '"placement:allocations:update": "role:reader"\n'
        '"placedock:audit": "role:admin"\n'
    )
    with serving(sqlite_url, {"OS_OSLO_POLICY__POLICY_FILE": str(policy)}) as client:
        told = client.get("/-/caller", token="somebody", X_Roles="reader")
    assert set(told["may"]) == CONSOLE - {"GET /-/audit"} | {
        "GET /allocation_candidates",
        "GET /usages",
        "PUT /allocations/{consumer_uuid}",
    }


def test_a_service_that_is_set_to_read_says_that_nobody_may_write(sqlite_url: str) -> None:
    with serving(sqlite_url, {"OS_PLACEDOCK__READ_ONLY": "True"}) as client:
        assert client.get("/-/caller")["read_only"] == "the service is read-only"
