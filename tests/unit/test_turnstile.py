# SPDX-License-Identifier: Apache-2.0
"""A few wait for a neighbour. Others are let in after them while it is quick, and refused at once when it is not."""

import threading
import time

import pytest
from placedock.web.turnstile import Full, Turnstile


def test_one_more_than_may_wait_is_refused_at_once_when_the_others_have_waited_long() -> None:
    turnstile = Turnstile(2, slow=1)
    with turnstile.passed(), turnstile.passed():
        time.sleep(1)
        began = time.monotonic()
        with pytest.raises(Full), turnstile.passed():
            pass
        assert time.monotonic() - began < 1
    with turnstile.passed():
        pass


def test_many_who_come_at_once_all_get_through_while_the_neighbour_is_quick() -> None:
    turnstile = Turnstile(2, slow=5)
    inside, most, through = 0, 0, []

    def pass_through() -> None:
        nonlocal inside, most
        with turnstile.passed():
            inside += 1
            most = max(most, inside)
            time.sleep(0.01)
            inside -= 1
        through.append(1)

    threads = [threading.Thread(target=pass_through) for _ in range(20)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert len(through) == 20
    assert most <= 2


def test_a_place_is_given_back_by_who_fails() -> None:
    turnstile = Turnstile(1, slow=0)
    with pytest.raises(ZeroDivisionError), turnstile.passed():
        raise ZeroDivisionError
    with turnstile.passed():
        pass
