# SPDX-License-Identifier: Apache-2.0
"""Compares the answers of both services. The order of a list has no meaning anywhere in Placement's answers."""

import json
from typing import Any

Seen = set[tuple[int, bytes]]


def canonical(value: Any) -> Any:
    """A hashable value that is equal for equal answers, whatever the order of their lists and keys is."""
    if isinstance(value, dict):
        return tuple(sorted((key, canonical(each)) for key, each in value.items()))
    if isinstance(value, list):
        return tuple(sorted(map(canonical, value), key=repr))
    return value


def differences(ours: Seen, theirs: Seen) -> list[str]:
    """The differences between answers that should be equal at every request."""
    if ours == theirs:
        return []
    variants = {
        (status, canonical(json.loads(body)) if body else None) for status, body in ours | theirs
    }
    if len(variants) == 1:
        return []
    return [_shown(variant) for variant in variants]


def limited_differences(ours: Seen, theirs: Seen, everything: bytes) -> list[str]:
    """The differences between answers to a request with a limit.

    Each service may choose which candidates it returns. All of them, and the summaries of their providers, must be among
    those of the answer without a limit. Both services must return the same number of candidates.
    """
    whole = json.loads(everything)
    candidates = set(map(canonical, whole["allocation_requests"]))
    summaries = whole["provider_summaries"]
    complaints, numbers = [], set()
    for status, body in ours | theirs:
        answer = json.loads(body)
        chosen = [canonical(each) for each in answer["allocation_requests"]]
        numbers.add((status, len(chosen), len(set(chosen))))
        if strange := [each for each in chosen if each not in candidates]:
            complaints.append(f"no candidate without a limit: {_shown(strange[0])}")
        for uuid, summary in answer["provider_summaries"].items():
            if canonical(summary) != canonical(summaries.get(uuid)):
                complaints.append(f"summary of {uuid}: {summary} and {summaries.get(uuid)}")
    if len(numbers) > 1:
        complaints.append(f"status, candidates and different ones: {sorted(numbers)}")
    return complaints


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 400 else f"{text[:400]}… ({len(text)} characters)"
