# SPDX-License-Identifier: Apache-2.0
"""The bench complains of explanations that say what cannot be."""

import json

import pytest

from bench.work import explain

NOWHERE = next(name for name in explain.PATHS if name != explain.HAS_CANDIDATES)


def answer(count: int, status: int = 200) -> tuple[int, bytes]:
    return status, json.dumps({"candidates": {"count": count}}).encode()


@pytest.mark.parametrize(("name", "count"), [(NOWHERE, 0), (explain.HAS_CANDIDATES, 7)])
def test_an_explanation_that_is_right_is_no_fault(name: str, count: int) -> None:
    assert not explain.faults(name, {answer(count)})


@pytest.mark.parametrize(("name", "count"), [(NOWHERE, 7), (explain.HAS_CANDIDATES, 0)])
def test_candidates_that_cannot_be_are_a_fault(name: str, count: int) -> None:
    assert explain.faults(name, {answer(count)})


def test_a_refusal_is_a_fault() -> None:
    assert explain.faults(NOWHERE, {answer(0), answer(0, 503)})
