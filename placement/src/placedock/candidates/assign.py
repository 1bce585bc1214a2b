# SPDX-License-Identifier: Apache-2.0
"""Fills the slots under one anchor, in all ways that fit together.

Slots are filled one after the other, those with the fewest options first. A partial candidate that breaks a rule between slots
(`between`) is not continued. The search remembers the states of the rules from which it found nothing, so it does not permute
slots that ask for the same to find nothing again. There is no recursion: a request may have a thousand groups.
"""

import random
from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import product

from placedock.candidates import between, rules
from placedock.candidates.between import SlotRule
from placedock.candidates.combination import Chosen
from placedock.candidates.foresight import Foresight
from placedock.candidates.levels import Level, in_order
from placedock.candidates.plan import Plan
from placedock.candidates.subtrees import Lines, Options, fixings
from placedock.model import capacity
from placedock.model.candidates import Group
from placedock.model.deadline import Deadline
from placedock.model.forest import TreeProvider
from placedock.model.refusal import Reason, Refusal

MOST_DEAD_ENDS = 10_000
"""So many states in which nothing fits are remembered, a few MB; what is not remembered is found out again."""

Cuts = set[Refusal]
"""Why partial candidates under one anchor were not continued. It is only filled when somebody listens."""


@dataclass(frozen=True)
class Assigning:
    """Fills the slots of one plan under the anchors of one forest, whose lines are given."""

    plan: Plan
    lines: Lines
    deadline: Deadline

    def ways(
        self,
        offers: Sequence[Sequence[TreeProvider]],
        cuts: Cuts | None = None,
        shuffled: bool = False,
    ) -> Iterable[Chosen]:
        """All ways to fill the slots with one of the offers for their shape each.

        With `shuffled`, each provider is as likely as the others to be tried first.
        """
        plan = self.plan
        if plan.free and not shuffled and (plan.joint is None or all(len(o) == 1 for o in offers)):
            return self._freely(offers, cuts)
        options: Options = [offers[each.shape] for each in plan.alike]
        if shuffled:
            options = [random.sample(offered, len(offered)) for offered in options]
        return self._searched(options, cuts, shuffled)

    def _searched(self, options: Options, cuts: Cuts | None, shuffled: bool) -> Iterator[Chosen]:
        plan = self.plan
        found = False
        for fixed in fixings(plan, options, self.lines):
            found = True
            refusal = _too_much(plan, fixed.options) or _too_few(plan, fixed.options)
            if refusal is not None:
                if cuts is not None:
                    cuts.add(refusal)
                continue
            levels = in_order(plan, fixed.options)
            between_slots = list(between.that_matter(plan, levels))
            for number, top in enumerate(fixed.tops):
                slots = {
                    slot for place in plan.subtrees[number] for slot in plan.alike[place].slots
                }
                among = [place for place, level in enumerate(levels) if level.slots[0] in slots]
                between_slots.append(
                    between.Subtree(among, top, levels, _not_one_subtree(plan, number))
                )
            level_of = [0] * len(plan.slots)
            for number, level in enumerate(levels):
                for slot in level.slots:
                    level_of[slot] = number
            for chosen in _filled(levels, between_slots, self.deadline, cuts, shuffled):
                yield tuple([chosen[number] for number in level_of])
        if not found and cuts is not None:
            cuts.update(_not_one_subtree(plan, number) for number in range(len(plan.subtrees)))

    def _freely(
        self, offers: Sequence[Sequence[TreeProvider]], cuts: Cuts | None
    ) -> Iterable[Chosen]:
        """All ways, when no rule is in the way of any; or the only way, unless it lacks traits."""
        plan = self.plan
        if plan.joint is not None:
            refusal = _lacks_joint_trait(plan, plan.joint, offers)
            if refusal is not None:
                if cuts is not None:
                    cuts.add(refusal)
                return ()
        if max(map(len, offers)) == 1:
            return (tuple([offers[shape][0] for shape in plan.slot_shapes]),)
        return _each_checked(product(*[offers[shape] for shape in plan.slot_shapes]), self.deadline)


def _each_checked(found: Iterable[Chosen], deadline: Deadline) -> Iterator[Chosen]:
    for chosen in found:
        deadline.check()
        yield chosen


def _lacks_joint_trait(
    plan: Plan, group: Group, offers: Sequence[Sequence[TreeProvider]]
) -> Refusal | None:
    """Why the first offers to the unsuffixed group do not have the traits that it requires of them together."""
    kinds = {offers[slot.shape][0].kind for slot in plan.slots if not slot.group.suffix}
    first, *others = kinds
    together = first.traits.union(*(kind.traits for kind in others)) if others else first.traits
    return rules.lacks_trait(together, group, Reason.TOGETHER_MISSING_TRAIT)


def _too_much(plan: Plan, options: Options) -> Refusal | None:
    """Why the slots cannot be filled: together they ask for more of a class than all their options have left."""
    for name, asked in plan.contended.items():
        offering = {
            provider.id: provider
            for each, offered in zip(plan.alike, options, strict=True)
            if any(asked_for == name for asked_for, _ in each.needs)
            for provider in offered
        }
        free = sum(
            capacity.free(each.kind.inventories[name], each.used.get(name, 0))
            for each in offering.values()
        )
        if asked > free:
            return Refusal(Reason.TOGETHER_TOO_MUCH, what=name, asked=asked, free=free)
    return None


def _too_few(plan: Plan, options: Options) -> Refusal | None:
    """Why the slots cannot be filled: more of them are alike and must be isolated than there are options."""
    if plan.request.isolate:
        for each, offered in zip(plan.alike, options, strict=True):
            if each.group.suffix and len(each.slots) > len(offered):
                return between.Isolated.refusal
    return None


def _not_one_subtree(plan: Plan, number: int) -> Refusal:
    slots = [slot for place in plan.subtrees[number] for slot in plan.alike[place].slots]
    suffixes = sorted(plan.slots[slot].group.suffix for slot in slots)
    return Refusal(Reason.NOT_ONE_SUBTREE, what=",".join(suffixes))


def _filled(
    levels: Sequence[Level],
    rules: Sequence[SlotRule],
    deadline: Deadline,
    cuts: Cuts | None,
    shuffled: bool,
) -> Iterator[Chosen]:
    """All ways to choose one of the options of each level that the rules admit."""

    def options(number: int) -> Iterator[TreeProvider]:
        offered = levels[number].options
        # Levels that are alike share their options, but not the order.
        return iter(random.sample(offered, len(offered)) if shuffled else offered)

    for rule in rules:
        if isinstance(rule, Foresight) and rule.hopeless:
            if cuts is not None:
                cuts.add(rule.refusal)
            return
    last = len(levels) - 1
    chosen: list[TreeProvider] = []
    # By level, which of its options are still to try, and how many solutions there were when it was reached.
    waiting = [options(0)]
    reached = [0]
    dead_ends: list[set[Hashable]] = [set() for _ in levels]
    remembered = solutions = 0
    while waiting:
        deadline.check()
        number = len(waiting) - 1
        for provider in waiting[-1]:
            for rule in rules:
                if not rule.admits(number, provider):
                    if cuts is not None:
                        cuts.add(rule.refusal)
                    break
            else:
                break
        else:
            # All options of this level have been tried.
            waiting.pop()
            if reached.pop() == solutions and remembered < MOST_DEAD_ENDS:
                dead_ends[number].add(tuple([rule.state() for rule in rules]))
                remembered += 1
            if chosen:
                before = chosen.pop()
                for rule in rules:
                    rule.empty(number - 1, before)
            continue
        if number == last:
            solutions += 1
            yield (*chosen, provider)
            continue
        for rule in rules:
            rule.fill(number, provider)
        known = dead_ends[number + 1]
        if known and tuple([rule.state() for rule in rules]) in known:
            for rule in rules:
                rule.empty(number, provider)
            continue
        chosen.append(provider)
        waiting.append(options(number + 1))
        reached.append(solutions)
