# SPDX-License-Identifier: Apache-2.0
"""Whether slots that compete for providers can all be filled, found by matching and not by trial.

Each slot takes one of its providers, and a provider takes so many slots at most. That is less than what a candidate must
hold to, so it can only tell that there is none. What it cannot tell is found out by trying (`assign`).

A matching is kept while slots are filled one after the other. To fill a slot with a provider moves what is in the way along
an augmenting path, but for the slots that are filled already:

    a - 1        b is filled with 2 next: c must leave it. 2 was c's, 3 is free, so c takes 3.
    b - 3  ──►   a - 1   b - 2   c - 3
    c - 2
"""

from collections import deque
from collections.abc import Mapping, Sequence


class Matching:
    """Slots are named by the levels at which they are filled, lower ones first; providers by their ids."""

    def __init__(self, options: Mapping[int, Sequence[int]], room: Mapping[int, int]) -> None:
        """`options` are the providers that could fill each slot, `room` is how many of the slots each provider takes."""
        self._options = options
        self._room = room
        self._at: dict[int, int] = {}
        self._on: dict[int, set[int]] = {provider: set() for provider in room}

    def complete(self) -> bool:
        """Whether all slots can be filled, when none is yet."""
        # Slots of one shape share their options; room that is gone for one is gone for the next.
        fresh: dict[int, int] = {}
        for slot, options in self._options.items():
            place = fresh.get(id(options), 0)
            while place < len(options) and self._is_full(options[place]):
                place += 1
            fresh[id(options)] = place
            if place < len(options):
                self._put(slot, options[place])
            elif not self._augment(slot, -1):
                return False
        return True

    def force(self, slot: int, provider: int) -> bool:
        """Fill the slot with the provider and keep the lower slots as they are; whether all higher ones can be filled too.

        When they cannot, the matching stays as it was.
        """
        before = self._at[slot]
        if before == provider:
            return True
        self._on[before].remove(slot)
        if not self._is_full(provider):
            self._put(slot, provider)
            return True
        # Of those in the way one that may still move, if there is one.
        victim = max(self._on[provider], default=-1)
        if victim > slot:
            self._on[provider].remove(victim)
            self._put(slot, provider)
            if self._augment(victim, slot):
                return True
            self._on[provider].remove(slot)
            self._put(victim, provider)
        self._put(slot, before)
        return False

    def _is_full(self, provider: int) -> bool:
        return len(self._on[provider]) >= self._room[provider]

    def _put(self, slot: int, provider: int) -> None:
        self._at[slot] = provider
        self._on[provider].add(slot)

    def _augment(self, slot: int, fixed: int) -> bool:
        """Find a place for the slot, moving others that are higher than `fixed`, by the shortest way; whether there is one."""
        came_from: dict[int, int] = {}
        waiting = deque([slot])
        while waiting:
            mover = waiting.popleft()
            for provider in self._options[mover]:
                if provider in came_from:
                    continue
                came_from[provider] = mover
                if not self._is_full(provider):
                    self._shift(provider, slot, came_from)
                    return True
                waiting.extend(each for each in self._on[provider] if each > fixed)
        return False

    def _shift(self, provider: int, slot: int, came_from: Mapping[int, int]) -> None:
        """Move each slot on the way to the provider one step on."""
        while True:
            mover = came_from[provider]
            if mover == slot:
                self._put(mover, provider)
                return
            before = self._at[mover]
            self._on[before].remove(mover)
            self._put(mover, provider)
            provider = before
