# SPDX-License-Identifier: Apache-2.0
"""The policies of the console. By default, callers who may list allocation candidates may use it."""

from collections.abc import Iterable

from placedock.console.route import Route
from placedock.web.rule import Rule

WHO_LISTS_CANDIDATES = "rule:placement:allocation_candidates:list"
"""A reference to the API's own rule: a policy file that changes that rule changes this default with it."""


def rules(routes: Iterable[Route]) -> list[Rule]:
    """One rule for each name in the table, with the operations that it guards."""
    guarded: dict[str, list[tuple[str, str]]] = {}
    for route in routes:
        if route.rule is not None:
            guarded.setdefault(route.rule, []).append((route.method, route.path))
    return [Rule(name, WHO_LISTS_CANDIDATES, where) for name, where in guarded.items()]
