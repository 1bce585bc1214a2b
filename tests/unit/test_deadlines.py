# SPDX-License-Identifier: Apache-2.0
"""A request's time begins when the server has it, whichever way the server tells so."""

import time
from collections.abc import Callable
from typing import Any

import pytest
from placedock.web.deadlines import deadline
from placedock.web.environ import QUEUED


@pytest.mark.parametrize(
    ("told", "left"),
    [
        (lambda began: {}, 50),
        (lambda began: {QUEUED: began}, 30),
        (lambda began: {"mod_wsgi.queue_start": began}, 30),
        (lambda began: {"mod_wsgi.queue_start": str(int(began * 1e6))}, 30),
        (lambda began: {"mod_wsgi.queue_start": 0.0}, 50),
        (lambda began: {QUEUED: began - 60}, -30),
        (lambda began: {QUEUED: began + 60}, 50),
    ],
    ids=[
        *("not told", "by waitress", "by mod_wsgi", "by mod_wsgi before 6.0"),
        *("by mod_wsgi without a queue", "longer than it may take", "by a clock that was set back"),
    ],
)
def test_what_a_request_waited_for_its_turn_is_of_its_time(
    told: Callable[[float], dict[str, Any]], left: float
) -> None:
    environ = told(time.time() - 20)
    assert deadline(environ, 50).remaining() == pytest.approx(left, abs=5)
