# SPDX-License-Identifier: Apache-2.0
"""What Placement's policies guard: upstream's rules and defaults, one row per rule. `placedock.web.policy` enforces them."""

from placedock.web.rule import Rule

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

RULES = [Rule(f"placement:{name}", check, operations) for name, check, operations in TABLE]

GUARDED_BY = {operation: rule.name for rule in RULES for operation in rule.operations}
"""The name of the rule that guards a method on a URL template."""
