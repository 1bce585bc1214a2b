# SPDX-License-Identifier: Apache-2.0
"""oslo.policy with the rules of an application, and the roles that rules of Placement are made of.

`policy` imports this module late: oslo.policy brings an HTTP client that only some policy files use.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from oslo_policy import policy

from placedock.web.rule import Rule

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


class Enforcement:
    """The rules in force: the defaults, and what the policy file changes of them."""

    def __init__(self, settings: "ConfigOpts", rules: Iterable[Rule]) -> None:
        self._enforcer = policy.Enforcer(settings)
        # Every rule has a legacy form: without this, each start would log 33 warnings that say the same.
        self._enforcer.suppress_default_change_warnings = True
        self._enforcer.suppress_deprecation_warnings = True
        self._enforcer.register_defaults(defaults(rules))
        self._enforcer.load_rules()

    def allows(self, rule: str, target: dict[str, Any], caller: "RequestContext") -> bool:
        """Whether `caller` may do what `rule` guards. oslo.policy looks at its files first, each time."""
        try:
            return bool(self._enforcer.authorize(rule, target, caller))
        except policy.InvalidScope:
            return False


def defaults(rules: Iterable[Rule]) -> list[policy.RuleDefault]:
    """All rules that oslo.policy registers: those of the roles, and the documented ones of the application."""
    return [*ROLES, *map(_documented, rules)]


def _documented(rule: Rule) -> policy.DocumentedRuleDefault:
    return policy.DocumentedRuleDefault(
        name=rule.name,
        check_str=rule.check,
        description=rule.name.partition(":")[2].replace(":", " ").replace("_", " "),
        operations=[{"method": method, "path": path} for method, path in rule.operations],
        scope_types=PROJECT,
    )
