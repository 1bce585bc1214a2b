# SPDX-License-Identifier: Apache-2.0
"""A random sample of candidates, without making all of them.

A few hundred bytes of request can ask for more candidates than there is memory for. So no more are made than a small multiple
of the sample, and those come from all trees in turn and in random order; each is as likely as the others to stay.
"""

import random
from collections.abc import Callable, Hashable, Iterable, Iterator
from itertools import islice

from placedock.candidates.combination import Chosen, Combination

FEW = 16
"""An anchor with no more ways to fill the slots than this has all of them made, and shuffled."""

PATIENCE = 16
"""So many times in a row a random try may find what was found before; then what is left is made in order."""

TIMES = 4
"""The number of candidates that are made for each one of the sample."""

SMALLEST_CHOICE = 1_000
"""The number of candidates that are made for a small sample. When there are no more, the sample is exact."""


def in_random_order(ways: Callable[..., Iterable[Chosen]]) -> Iterator[Chosen]:
    """All ways to fill the slots under one anchor. `ways` begins to find them, in shuffled order when it is told so."""
    few = list(islice(ways(), FEW + 1))
    if len(few) <= FEW:
        random.shuffle(few)
        yield from few
        return
    seen: set[Hashable] = set()
    missed = 0
    while missed < PATIENCE:
        for chosen in islice(ways(shuffled=True), 1):
            identity = _identity(chosen)
            if identity in seen:
                missed += 1
                continue
            missed = 0
            seen.add(identity)
            yield chosen
    for chosen in ways():
        if _identity(chosen) not in seen:
            yield chosen


def _identity(chosen: Chosen) -> Hashable:
    return tuple([provider.id for provider in chosen])


def sampled(found: Iterable[Combination], size: int) -> Iterator[list[Combination]]:
    """The sample of `size` as it is after each candidate that is found; the last one is the answer."""
    sample: list[Combination] = []
    for number, combination in enumerate(islice(found, max(size * TIMES, SMALLEST_CHOICE))):
        if number < size:
            sample.append(combination)
        elif (place := random.randrange(number + 1)) < size:
            sample[place] = combination
        yield sample
