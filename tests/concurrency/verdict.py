# SPDX-License-Identifier: Apache-2.0
"""Compares the answers that the clients got with the tables at the end, and tells what must not have happened."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

from differential.calls import Client, provider_path
from topology import uuid_of

from .clients import SHARED, Diary, Done
from .scene import LEFT, RIGHT, SEATS


def faults(diaries: Sequence[Diary], client: Client) -> Iterator[str]:
    """Everything that must not be, in words."""
    done = [each for diary in diaries for each in diary.done]
    for each in done:
        if not each.is_allowed:
            yield f"server {each.server}: {each.call}\nanswered {each.answer}"
    yield from two_at_one_generation(done)
    for diary in diaries:
        yield from lost(diary, client)
    for name in SHARED:
        yield from lost_updates(name, done, client)


def two_at_one_generation(done: Sequence[Done]) -> Iterator[str]:
    """Each generation lets one write pass."""
    passed = Counter(each.guard for each in done if each.guard and each.answer.ok)
    for (name, generation), times in passed.items():
        if times > 1:
            yield f"{times} writes passed at generation {generation} of {name}"


def lost(diary: Diary, client: Client) -> Iterator[str]:
    """Each client holds what its answers say."""
    for name, wanted in diary.held.items():
        found = client.get(f"/allocations/{uuid_of(name)}")["allocations"]
        holds = {uuid: each["resources"] for uuid, each in found.items()}
        right = {uuid_of(provider): resources for provider, resources in wanted.items()}
        if name.startswith("seated"):
            # Wherever the seats were carried.
            holds, right = _seats(holds), _seats(right)
        if holds != right:
            yield f"{name} was told that it holds {right}, and holds {holds}"


def _seats(held: dict[str, dict[str, int]]) -> dict[str, dict[str, int]]:
    sides = {uuid_of(LEFT), uuid_of(RIGHT)}
    total = sum(each.get(SEATS, 0) for uuid, each in held.items() if uuid in sides)
    return {"either side": {SEATS: total}} if total else {}


def lost_updates(name: str, done: Sequence[Done], client: Client) -> Iterator[str]:
    """A consumer that many write is as the last of them left it, and counts every one of them."""
    by_generation = {
        each.guard[1] or 0: each.call.body["allocations"]
        for each in done
        if each.guard and each.guard[0] == name and each.answer.ok
    }
    found = client.get(f"/allocations/{uuid_of(name)}")
    generation = found.get("consumer_generation", 0)
    if generation != len(by_generation):
        yield f"{name} is at {generation} after {len(by_generation)} writes"
    elif by_generation:
        left = {
            uuid: {"resources": each["resources"]}
            for uuid, each in by_generation[generation - 1].items()
        }
        holds = {
            uuid: {"resources": each["resources"]} for uuid, each in found["allocations"].items()
        }
        if left != holds:
            yield f"{name} was left with {left} and holds {holds}"


def tally(diaries: Sequence[Diary]) -> dict[str, int]:
    """The number of answers of each status, for people."""
    counts: dict[str, int] = defaultdict(int)
    for diary in diaries:
        for each in diary.done:
            counts[f"{each.call.method} {each.answer.status} {each.answer.code or ''}".strip()] += 1
    return dict(sorted(counts.items()))


def generation_is_sound(diaries: Sequence[Diary], client: Client, name: str) -> bool:
    """Whether a provider counts at least every write that a generation guarded."""
    passed = [
        each.guard[1] or 0
        for diary in diaries
        for each in diary.done
        if each.guard and each.guard[0] == name and each.answer.ok
    ]
    found: bool = client.get(provider_path(name))["generation"] > max(passed, default=-1)
    return found
