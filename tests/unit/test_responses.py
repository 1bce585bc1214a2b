# SPDX-License-Identifier: Apache-2.0
"""Handlers send responses with the right status, headers and body."""

import json

import pytest
from placedock.api.requests import Response


@pytest.mark.parametrize("capacity", [8, 2**63 - 1, 2**64, 10**47])
def test_a_capacity_of_any_size_is_told_exactly(capacity: int) -> None:
    response = Response()
    response.send({"capacity": capacity, "used": 0})
    assert json.loads(response.body) == {"capacity": capacity, "used": 0}
