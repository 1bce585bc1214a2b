# SPDX-License-Identifier: Apache-2.0
"""Where the answers may differ, and why: the rules behind docs/differences.md, by the names of its sections."""

from collections.abc import Callable
from typing import NamedTuple

from .calls import Answer, Call, Client
from .comparison import Findings


class Case(NamedTuple):
    """A call whose answers differ. `placedock` can be asked for what else matters."""

    call: Call
    ours: Answer
    theirs: Answer
    findings: Findings
    placedock: Client


RULES: dict[str, Callable[[Case], bool]] = {}


def excuse(case: Case) -> str | None:
    """The name of the difference that explains the case, if one does."""
    return next((name for name, applies in RULES.items() if applies(case)), None)
