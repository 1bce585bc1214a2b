# SPDX-License-Identifier: Apache-2.0
"""However many write at once, through however many processes: nothing is overcommitted, lost, orphaned or answered 500."""

from collections.abc import Callable

import pytest
from conformance.databases import Database
from differential.calls import Client

from concurrency import clients, scene, verdict
from concurrency.fleet import fleet
from concurrency.scene import GROWING, STEADY
from concurrency.watcher import Watcher


def test_writes_that_meet_leave_everything_in_order(
    database: Database, pytestconfig: pytest.Config, record_property: Callable[[str, object], None]
) -> None:
    option = pytestconfig.option
    with database() as url, fleet(url, option.servers) as placedock:
        client = Client(placedock.ours[0])
        scene.make(client)
        watcher = Watcher(url)
        with watcher.watching():
            diaries = clients.act(placedock.servers, option.clients, option.actions)
        faults = [*watcher.seen, *verdict.faults(diaries, client)]
        assert not faults, "\n".join(faults[:20])
        for name in (*STEADY, GROWING):
            assert verdict.generation_is_sound(diaries, client, name)
        assert watcher.looks > 10
    record_property("answers", verdict.tally(diaries))
