# SPDX-License-Identifier: Apache-2.0
"""Random requests to random clouds, explained once for all tests that compare an explanation with its definition."""

import pytest
from placedock.candidates.explaining import Explanation, explain
from placedock.model.candidates import CandidatesRequest
from placedock.model.deadline import NEVER
from placedock.model.forest import Forest

from .drawn import seeds

TRIED = 400

Explained = list[tuple[int, Forest, CandidatesRequest, Explanation]]
"""The seed that makes each again, the cloud, the request and its explanation."""


@pytest.fixture(scope="session")
def explained() -> Explained:
    return [
        (seed, whole, request, explain(whole, request, list(whole.trees), NEVER))
        for seed, whole, request in seeds(TRIED)
    ]
