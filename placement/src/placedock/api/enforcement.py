# SPDX-License-Identifier: Apache-2.0
"""oslo.policy with the rules of `policy`, which imports this late: it brings an HTTP client that only some policy files use."""

from typing import TYPE_CHECKING, Any

from oslo_policy import policy
from placedock.api.policy import TABLE

if TYPE_CHECKING:
    from oslo_config.cfg import ConfigOpts
    from oslo_context.context import RequestContext

PROJECT = ["project"]

_LEGACY = policy.DeprecatedRule(
    name="rule:admin_api",
    check_str="role:admin",
    deprecated_reason="Only the administrator could use Placement before roles had scopes.",
    deprecated_since="5.0.0",
)

ROLES = [
    policy.RuleDefault("admin_api", "role:admin", scope_types=PROJECT),
    policy.RuleDefault("service_api", "role:service", scope_types=PROJECT, deprecated_rule=_LEGACY),
    policy.RuleDefault(
        "admin_or_service_api",
        "role:admin or role:service",
        scope_types=PROJECT,
        deprecated_rule=_LEGACY,
    ),
    policy.RuleDefault(
        "project_reader_api",
        "role:reader and project_id:%(project_id)s",
        deprecated_rule=_LEGACY,
    ),
    policy.RuleDefault(
        "admin_or_project_reader_or_service_api",
        "role:admin or rule:project_reader_api or role:service",
        scope_types=PROJECT,
        deprecated_rule=_LEGACY,
    ),
]

OPERATIONS = [
    policy.DocumentedRuleDefault(
        name=f"placement:{name}",
        check_str=check,
        description=name.replace(":", " ").replace("_", " "),
        operations=[{"method": method, "path": path} for method, path in operations],
        scope_types=PROJECT,
    )
    for name, check, operations in TABLE
]


class Enforcement:
    """The rules in force."""

    def __init__(self, settings: "ConfigOpts") -> None:
        self._enforcer = policy.Enforcer(settings)
        # Every rule has a legacy form: without this, each start would log 33 warnings that say the same.
        self._enforcer.suppress_default_change_warnings = True
        self._enforcer.suppress_deprecation_warnings = True
        self._enforcer.register_defaults([*ROLES, *OPERATIONS])
        self._enforcer.load_rules()

    def allows(self, rule: str, target: dict[str, Any], caller: "RequestContext") -> bool:
        """Whether `caller` may do what `rule` guards. oslo.policy looks at its files first, each time."""
        try:
            return bool(self._enforcer.authorize(rule, target, caller))
        except policy.InvalidScope:
            return False
