# SPDX-License-Identifier: Apache-2.0
"""Both serve one database at once, and clients mix their writes between them."""

import pytest
from concurrency import clients, scene, verdict
from concurrency.fleet import fleet
from concurrency.scene import GROWING, STEADY
from concurrency.watcher import HOLDS_NOTHING, Watcher
from conformance.databases import Database
from differential.calls import Client


def test_writes_through_both_leave_everything_in_order(
    mysql: Database, pytestconfig: pytest.Config, record_property
) -> None:
    option = pytestconfig.option
    with mysql() as url, fleet(url, ours=2, theirs=1) as both:
        client = Client(both.ours[0])
        scene.make(client)
        # Upstream makes a consumer first, and what it holds in a transaction of its own.
        watcher = Watcher(url, HOLDS_NOTHING)
        with watcher.watching():
            diaries = clients.act(both.servers, option.clients, option.actions)
        faults = [*watcher.seen, *verdict.faults(diaries, client)]
        assert not faults, "\n".join(faults[:20])
        for name in (*STEADY, GROWING):
            assert verdict.generation_is_sound(diaries, client, name)
    record_property("answers", verdict.tally(diaries))
