# SPDX-License-Identifier: Apache-2.0
"""Both serve one database at once, and clients mix their writes between them."""

from collections.abc import Iterator, Sequence

from concurrency import clients, scene, verdict
from concurrency.clients import CONFLICT, Diary, Done
from concurrency.fleet import fleet
from concurrency.scene import GROWING, STEADY
from concurrency.watcher import Watcher
from conformance.databases import Database
from differential.calls import Client

CLIENTS, ACTIONS = 6, 40


def test_writes_through_both_leave_everything_in_order(mysql: Database, record_property) -> None:
    with mysql() as url, fleet(url, ours=2, theirs=1) as both:
        client = Client(both.ours[0])
        scene.make(client)
        # Upstream makes a consumer first, and what it holds in a transaction of its own.
        watcher = Watcher(url, idle=True)
        with watcher.watching():
            diaries = clients.act(both.servers, CLIENTS, ACTIONS)
        theirs = len(both.ours)
        faults = [
            *watcher.seen,
            *verdict.faults(
                diaries, client, lambda done: done.server == theirs and is_theirs(done)
            ),
        ]
        assert not faults, "\n".join(faults[:20])
        for name in (*STEADY, GROWING):
            assert verdict.generation_is_sound(diaries, client, name)
        left_behind = watcher.idle_consumers()
        assert left_behind <= set(refused_by(theirs, diaries))
    record_property("answers", verdict.tally(diaries))


def is_theirs(done: Done) -> bool:
    """Upstream's refusal of a claim that met another one, or of a new consumer that it left behind itself before."""
    met = "Inventory and/or allocations changed while attempting to allocate"
    left = "consumer generation conflict - expected 0 but got None"
    answer = done.answer
    return answer.code == CONFLICT and answer.text.startswith((met, left))


def refused_by(server: int, diaries: Sequence[Diary]) -> Iterator[str]:
    """The consumers of claims that upstream refused because a provider had gone; those it leaves behind."""
    for diary in diaries:
        for done in diary.done:
            if done.server == server and done.answer.status == 400:
                yield done.call.path.rpartition("/")[2]
