# SPDX-License-Identifier: Apache-2.0
"""The policies are upstream's: names, defaults, scopes, and what each guards, so that any policy file means the same."""

import json
import subprocess
from pathlib import Path
from typing import Any

from oslo_policy.policy import RuleDefault
from placedock.api.routes import ROUTER
from placedock.web.enforcement import defaults

UPSTREAM = Path(__file__).resolve().parents[2] / ".venv-upstream" / "bin" / "python"

# Run there and here: what a policy file can change, and what it is compared with when there is none.
TOLD = """
def told(rule):
    operations = getattr(rule, "operations", [])
    old = rule.deprecated_rule
    return [
        rule.name,
        str(rule.check),
        rule.scope_types,
        sorted([one["method"], one["path"]] for one in operations),
        old and [old.name, old.check_str],
    ]
"""


def told(rules: list[RuleDefault]) -> list[object]:
    names: dict[str, Any] = {}
    exec(TOLD, names)
    found: list[object] = json.loads(json.dumps(sorted(map(names["told"], rules))))
    return found


def test_every_policy_is_upstreams() -> None:
    program = TOLD + (
        "import json; from placement import policies; "
        "print(json.dumps(sorted(map(told, policies.list_rules()))))"
    )
    theirs = subprocess.run(
        [UPSTREAM, "-c", program], capture_output=True, text=True, check=True
    ).stdout
    assert told(defaults(ROUTER.rules())) == json.loads(theirs)
