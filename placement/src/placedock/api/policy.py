# SPDX-License-Identifier: Apache-2.0
"""Who may do what: upstream's rules and defaults, one row per operation, enforced by oslo.policy (`enforcement`).

`RULES` finds the rule of a method on a URL template; `Resource.handler` asks it, so a controller cannot forget to.
"""

import threading
import time
from typing import TYPE_CHECKING, Any

from placedock import errors

if TYPE_CHECKING:
    from oslo_config.cfg import ConfigOpts
    from oslo_context.context import RequestContext
    from placedock.api.enforcement import Enforcement
    from placedock.api.requests import Request

_ADMIN_OR_SERVICE = "rule:admin_or_service_api"
_PROVIDERS = "/resource_providers"
_PROVIDER = "/resource_providers/{uuid}"
_CLASSES = "/resource_classes"
_TRAITS = "/traits"

# The name without its `placement:`, who may, and the operations it guards.
TABLE: list[tuple[str, str, list[tuple[str, str]]]] = [
    ("resource_providers:list", _ADMIN_OR_SERVICE, [("GET", _PROVIDERS)]),
    ("resource_providers:create", _ADMIN_OR_SERVICE, [("POST", _PROVIDERS)]),
    ("resource_providers:show", _ADMIN_OR_SERVICE, [("GET", _PROVIDER)]),
    ("resource_providers:update", _ADMIN_OR_SERVICE, [("PUT", _PROVIDER)]),
    ("resource_providers:delete", _ADMIN_OR_SERVICE, [("DELETE", _PROVIDER)]),
    ("resource_classes:list", _ADMIN_OR_SERVICE, [("GET", _CLASSES)]),
    ("resource_classes:create", _ADMIN_OR_SERVICE, [("POST", _CLASSES)]),
    ("resource_classes:show", _ADMIN_OR_SERVICE, [("GET", _CLASSES + "/{name}")]),
    ("resource_classes:update", _ADMIN_OR_SERVICE, [("PUT", _CLASSES + "/{name}")]),
    ("resource_classes:delete", _ADMIN_OR_SERVICE, [("DELETE", _CLASSES + "/{name}")]),
    (
        "resource_providers:inventories:list",
        _ADMIN_OR_SERVICE,
        [("GET", _PROVIDER + "/inventories")],
    ),
    (
        "resource_providers:inventories:create",
        _ADMIN_OR_SERVICE,
        [("POST", _PROVIDER + "/inventories")],
    ),
    (
        "resource_providers:inventories:show",
        _ADMIN_OR_SERVICE,
        [("GET", _PROVIDER + "/inventories/{resource_class}")],
    ),
    (
        "resource_providers:inventories:update",
        _ADMIN_OR_SERVICE,
        [("PUT", _PROVIDER + "/inventories"), ("PUT", _PROVIDER + "/inventories/{resource_class}")],
    ),
    (
        "resource_providers:inventories:delete",
        _ADMIN_OR_SERVICE,
        [
            ("DELETE", _PROVIDER + "/inventories"),
            ("DELETE", _PROVIDER + "/inventories/{resource_class}"),
        ],
    ),
    ("resource_providers:aggregates:list", _ADMIN_OR_SERVICE, [("GET", _PROVIDER + "/aggregates")]),
    (
        "resource_providers:aggregates:update",
        _ADMIN_OR_SERVICE,
        [("PUT", _PROVIDER + "/aggregates")],
    ),
    ("resource_providers:usages", _ADMIN_OR_SERVICE, [("GET", _PROVIDER + "/usages")]),
    ("usages", "rule:admin_or_project_reader_or_service_api", [("GET", "/usages")]),
    ("traits:list", _ADMIN_OR_SERVICE, [("GET", _TRAITS)]),
    ("traits:show", _ADMIN_OR_SERVICE, [("GET", _TRAITS + "/{name}")]),
    ("traits:update", _ADMIN_OR_SERVICE, [("PUT", _TRAITS + "/{name}")]),
    ("traits:delete", _ADMIN_OR_SERVICE, [("DELETE", _TRAITS + "/{name}")]),
    ("resource_providers:traits:list", _ADMIN_OR_SERVICE, [("GET", _PROVIDER + "/traits")]),
    ("resource_providers:traits:update", _ADMIN_OR_SERVICE, [("PUT", _PROVIDER + "/traits")]),
    ("resource_providers:traits:delete", _ADMIN_OR_SERVICE, [("DELETE", _PROVIDER + "/traits")]),
    ("allocations:manage", _ADMIN_OR_SERVICE, [("POST", "/allocations")]),
    ("allocations:list", _ADMIN_OR_SERVICE, [("GET", "/allocations/{consumer_uuid}")]),
    ("allocations:update", _ADMIN_OR_SERVICE, [("PUT", "/allocations/{consumer_uuid}")]),
    ("allocations:delete", _ADMIN_OR_SERVICE, [("DELETE", "/allocations/{consumer_uuid}")]),
    (
        "resource_providers:allocations:list",
        _ADMIN_OR_SERVICE,
        [("GET", _PROVIDER + "/allocations")],
    ),
    ("allocation_candidates:list", _ADMIN_OR_SERVICE, [("GET", "/allocation_candidates")]),
    ("reshaper:reshape", "rule:service_api", [("POST", "/reshaper")]),
]

RULES = {
    operation: f"placement:{name}" for name, _, operations in TABLE for operation in operations
}


MEMORY = 1.0
"""Seconds that a decision is remembered."""

MANY = 1000
"""How many are, at most."""


class Policy:
    """The rules in force: the defaults, and what the policy file changes of them."""

    def __init__(self, settings: "ConfigOpts") -> None:
        self._settings = settings
        self._loading = threading.Lock()
        self._loaded: Enforcement | None = None
        self._decided: dict[tuple[str, str, str], bool] = {}
        self._decided_until = 0.0
        # What is wrong with a policy file is known at the start.
        if settings.find_file(settings.oslo_policy.policy_file):
            self.load()

    def load(self) -> "Enforcement":
        """Load oslo.policy, once. It takes so long that a service loads it when it serves already."""
        with self._loading:
            if self._loaded is None:
                from placedock.api.enforcement import Enforcement

                self._loaded = Enforcement(self._settings)
            return self._loaded

    def check(self, rule: str, request: "Request", target: dict[str, Any] | None = None) -> None:
        """Raise `Forbidden` unless the caller may do what `rule` guards."""
        caller = request.caller
        if target is None:
            target = {"project_id": caller.project_id, "user_id": caller.user_id}
        if not self._decide(rule, target, caller):
            raise errors.Forbidden(action=rule)

    def _decide(self, rule: str, target: dict[str, Any], caller: "RequestContext") -> bool:
        """Ask oslo.policy, or remember what it said of the same question a moment ago.

        A decision follows from the caller's and the target's attributes and from the policy file, which oslo.policy looks
        at each time. Remembering saves a third of the time of a small request; its price is that a change of the policy
        file takes effect up to `MEMORY` seconds late.
        """
        now = time.monotonic()
        if now > self._decided_until or len(self._decided) > MANY:
            self._decided = {}
            self._decided_until = now + MEMORY
        question = (rule, repr(target), repr(caller.to_policy_values()))
        decided = self._decided.get(question)
        if decided is None:
            decided = self._decided[question] = self.load().allows(rule, target, caller)
        return decided
