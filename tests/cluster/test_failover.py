# SPDX-License-Identifier: Apache-2.0
"""Parts of the cluster die while it is at work: nothing that was acknowledged is lost, and the work goes on."""

import time

from stack.compose import passes_check

from cluster import verdict
from cluster.clients import Actor
from cluster.conftest import figures
from cluster.load import Load, under_load
from cluster.stack import NODES, REPLICAS, Cluster, wait_until


def goes_on(load: Load) -> None:
    """Wait until every client has done something from now on, and a little longer."""
    moment = time.monotonic()
    wait_until(lambda: load.has_gone_on_since(moment), "every client succeeds again")
    time.sleep(2)


def report(what: str, load: Load) -> None:
    unanswered = {
        each: times
        for each, times in sorted(load.answers.items())
        if not each.split()[1].startswith(("2", "4"))
    }
    figures[what] = (
        f"{load.gap():.1f} s without a success, {load.longest:.1f} s for the most unlucky, "
        f"{len(load.successes())} done, {sum(unanswered.values())} tried again {unanswered}"
    )


def test_a_database_node_and_a_replica_may_die_under_load(
    cluster: Cluster, actors: list[Actor]
) -> None:
    replica = cluster.containers("placement")[0]
    dead = cluster.primary()
    alive = [node for node in NODES if node != dead]
    with verdict.watched(cluster) as watcher:
        with under_load(actors) as load:
            goes_on(load)
            cluster.kill(dead)
            goes_on(load)
            cluster.crash(replica)
            goes_on(load)
        report("primary and replica killed", load)
        assert load.wrong == []
        assert cluster.primary(alive[0]) in alive
        assert list(verdict.faults(cluster, alive, actors)) == []
        assert load.gap() < 30

        with under_load(actors) as load:
            cluster.start(dead)
            took = wait_until(cluster.are_online, f"{dead} is in the group again")
            figures["killed node back in the group"] = f"{took:.1f} s"
            goes_on(load)
    assert load.wrong == watcher.seen == []
    assert list(verdict.faults(cluster, NODES, actors)) == []
    assert cluster.restarts(replica) == 1
    wait_until(
        lambda: all(map(cluster.is_healthy, cluster.containers("placement"))), "replicas are well"
    )
    assert len(cluster.containers("placement")) == REPLICAS
    assert watcher.looks > 20


def test_a_node_that_takes_no_writes_dies_unnoticed(cluster: Cluster, actors: list[Actor]) -> None:
    """And comes back by itself: here its process crashes, so that Docker starts it at once."""
    reader = next(node for node in NODES if node != cluster.primary())
    with under_load(actors) as load:
        goes_on(load)
        cluster.crash(cluster.container(reader))
        goes_on(load)
        wait_until(cluster.are_online, f"{reader} is in the group again")
    report("another node killed", load)
    assert load.wrong == []
    assert list(verdict.faults(cluster, NODES, actors)) == []


def test_the_primary_may_move_under_load(cluster: Cluster, actors: list[Actor]) -> None:
    before = cluster.primary()
    target = next(node for node in NODES if node != before)
    # Until the proxy looks again, the node that was the primary answers readers.
    with under_load(actors, stale=3) as load:
        goes_on(load)
        began = time.monotonic()
        cluster.execute(before, "SELECT group_replication_set_as_primary(%s)", cluster.uuid(target))
        moving = time.monotonic() - began
        goes_on(load)
    report(f"primary moved by MySQL in {moving:.1f} s", load)
    assert load.wrong == []
    assert cluster.primary() == target
    assert list(verdict.faults(cluster, NODES, actors)) == []
    # MySQL lets nobody write until the new primary has applied what the old one had.
    assert load.gap() < moving + 15


def test_a_group_of_which_every_node_died_comes_back_whole(
    cluster: Cluster, actors: list[Actor]
) -> None:
    with under_load(actors) as load:
        goes_on(load)
    cluster.kill(*NODES)
    wait_until(lambda: not cluster.takes_writes(), "the database is away")
    # `up --wait` gives up at once when it meets a container that is unhealthy. If the check failed, each of these would be so
    # after half a minute.
    for container in [*cluster.containers("placement"), cluster.container("database")]:
        assert passes_check(container)
    began = time.monotonic()
    cluster.up()
    figures["up again after all nodes died"] = f"{time.monotonic() - began:.0f} s"
    assert list(verdict.faults(cluster, NODES, actors)) == []
    with under_load(actors) as load:
        goes_on(load)
    assert load.wrong == []
    assert list(verdict.faults(cluster, NODES, actors)) == []
