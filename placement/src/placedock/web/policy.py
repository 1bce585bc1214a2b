# SPDX-License-Identifier: Apache-2.0
"""Decides what a caller may do, by the rules that applications declare and oslo.policy enforces (`enforcement`)."""

import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from placedock import errors
from placedock.web.rule import Rule

if TYPE_CHECKING:
    from oslo_config.cfg import ConfigOpts
    from oslo_context.context import RequestContext

    from placedock.web.enforcement import Enforcement


MEMORY = 1.0
"""Seconds for which a decision is remembered."""

MANY = 1000
"""The most decisions that are remembered."""


class Policy:
    """The rules in force: the defaults, and what the policy file changes of them."""

    def __init__(self, settings: "ConfigOpts", rules: Sequence[Rule]) -> None:
        self._settings = settings
        self.rules = rules
        self._loaded: Enforcement | None = None
        self._decided: dict[tuple[str, str, str], bool] = {}
        self._decided_until = 0.0
        # A wrong policy file ends the process at its start.
        if settings.find_file(settings.oslo_policy.policy_file):
            self.load()

    def load(self) -> "Enforcement":
        """Load oslo.policy, unless it is loaded. Two threads that do it at the same time do no harm: they load the same."""
        if self._loaded is None:
            from placedock.web.enforcement import Enforcement

            self._loaded = Enforcement(self._settings, self.rules)
        return self._loaded

    def check(
        self, rule: str, caller: "RequestContext", target: dict[str, Any] | None = None
    ) -> None:
        """Raise `Forbidden` unless `caller` may do what the rule of that name guards.

        `target` holds the attributes that the rule may compare with the caller's; None stands for the caller's own project
        and user.
        """
        if not self.allows(rule, caller, target):
            raise errors.Forbidden(action=rule)

    def allows(
        self, rule: str, caller: "RequestContext", target: dict[str, Any] | None = None
    ) -> bool:
        """Whether `check` would pass."""
        if target is None:
            target = {"project_id": caller.project_id, "user_id": caller.user_id}
        return self._decide(rule, target, caller)

    def _decide(self, rule: str, target: dict[str, Any], caller: "RequestContext") -> bool:
        """Ask oslo.policy, unless it decided the same question a moment ago.

        A decision follows from the caller's and the target's attributes and from the policy file, which oslo.policy looks
        at each time. Remembering decisions saves a third of the time of a small request; its price is that a change of the
        policy file takes effect up to `MEMORY` seconds late.
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
