# SPDX-License-Identifier: Apache-2.0
"""`same_subtree`: of the providers that serve the groups of a set, one is above all the others.

Which one that is gets fixed before anything is combined, and then only providers below it are left to choose from. Each
candidate has one such provider for each set, so that fixing them in turn finds each candidate once.
"""

from collections.abc import Iterator, Sequence
from functools import partial
from typing import NamedTuple

from placedock.candidates.plan import Plan
from placedock.model.forest import Forest, TreeProvider

Options = Sequence[Sequence[TreeProvider]]
"""The providers that could fill slots, in the order of `Plan.alike`."""


class Fixed(NamedTuple):
    """The id of the provider on top of each set, and the options that are left."""

    tops: tuple[int, ...]
    options: Options


class Lines:
    """Tells of each provider of a forest the ids of all providers above it, and its own."""

    def __init__(self, forest: Forest) -> None:
        self._forest = forest
        self._parents: dict[int, int | None] = {}
        self._lines: dict[int, frozenset[int]] = {}

    def of(self, provider: int) -> frozenset[int]:
        if provider in self._lines:
            return self._lines[provider]
        if not self._parents:
            self._parents = {each.id: each.parent for each in self._forest.providers()}
        above: int | None = provider
        line = []
        while above is not None:
            line.append(above)
            above = self._parents[above]
        return self._lines.setdefault(provider, frozenset(line))


def fixings(plan: Plan, options: Options, lines: Lines) -> Iterator[Fixed]:
    """All ways to fix a provider on top of each set."""
    sets = plan.subtrees
    fixed = Fixed((), options)
    if not sets:
        yield fixed
        return
    # An entry for each set up to the one that is being fixed: what was fixed before it, and its tops that are still to try.
    stack = [(fixed, iter(_tops(sets[0], options, lines)))]
    while stack:
        fixed, tops = stack[-1]
        for top in tops:
            left = _below(top, plan, sets[len(stack) - 1], fixed.options, lines)
            longer = Fixed((*fixed.tops, top), left)
            # This set may have taken the top of an earlier one away.
            if not all(map(partial(_is_able, left), longer.tops, sets)):
                continue
            if len(longer.tops) == len(sets):
                yield longer
                continue
            stack.append((longer, iter(_tops(sets[len(stack)], left, lines))))
            break
        else:
            stack.pop()


def _is_able(options: Options, top: int, members: Sequence[int]) -> bool:
    """Whether the top is an option of any member of its set."""
    return any(provider.id == top for place in members for provider in options[place])


def _tops(members: Sequence[int], options: Options, lines: Lines) -> Sequence[int]:
    """The providers that could serve one of the set and that are above options of all the others, or are options themselves."""
    common: set[int] | None = None
    for place in members:
        above = set().union(*(lines.of(provider.id) for provider in options[place]))
        common = above if common is None else common & above
        if not common:
            return ()
    able = dict.fromkeys(provider.id for place in members for provider in options[place])
    return [provider for provider in able if common and provider in common]


def _below(top: int, plan: Plan, members: Sequence[int], options: Options, lines: Lines) -> Options:
    """The options that are left with `top` on top of the set. `_tops` leaves at least one to each member."""
    left = list(options)
    for place in members:
        left[place] = [each for each in options[place] if top in lines.of(each.id)]
    able = [place for place in members if _is_able(left, top, [place])]
    if len(able) == 1 and len(plan.alike[able[0]].slots) == 1:
        # No other slot can take the top.
        left[able[0]] = [each for each in left[able[0]] if each.id == top]
    return left
