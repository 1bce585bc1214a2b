# SPDX-License-Identifier: Apache-2.0
"""The steps in which the search fills the slots of a candidate."""

from collections.abc import Sequence
from typing import NamedTuple

from placedock.candidates.plan import Needs, Plan
from placedock.candidates.subtrees import Options
from placedock.model.candidates import Group
from placedock.model.forest import TreeProvider


class Level(NamedTuple):
    """One step of the search: it fills a slot, or several slots that are alike and have one option only.

    `slots` are their numbers, `needs` what they ask for in all.
    """

    slots: Sequence[int]
    group: Group
    needs: Needs
    options: Sequence[TreeProvider]


def in_order(plan: Plan, options: Options) -> list[Level]:
    """The order in which slots are filled. Those that are alike and have one option only are filled together."""
    levels = []
    for each, offered in zip(plan.alike, options, strict=True):
        if len(offered) == 1:
            times = len(each.slots)
            needs = tuple([(name, amount * times) for name, amount in each.needs])
            levels.append(Level(each.slots, each.group, needs, offered))
        else:
            levels += [Level([slot], each.group, each.needs, offered) for slot in each.slots]
    return sorted(levels, key=lambda level: len(level.options))
