# SPDX-License-Identifier: Apache-2.0
"""Whatever is asked, placedock answers as upstream does, except where docs/differences.md says otherwise."""

from collections.abc import Callable

import pytest

from .pair import Different, Pair
from .session import Session
from .shrinking import reproduction


def test_the_answers_are_the_same(
    both: Pair,
    seed: int,
    pytestconfig: pytest.Config,
    record_property: Callable[[str, object], None],
) -> None:
    sent, excused = both.sent, dict(both.excused)
    session = Session(both, seed)
    try:
        session.run(pytestconfig.getoption("--calls"))
    except Different as different:
        pytest.fail(reproduction(both, session.history, different, seed), pytrace=False)
    record_property("calls compared", both.sent - sent)
    for name, number in both.excused.items():
        record_property(f"differed: {name}", number - excused.get(name, 0))
