# SPDX-License-Identifier: Apache-2.0
"""A group where every node takes writes: they meet at the commit, and what one wrote another reads.

Not what compose.cluster.yaml makes of the group, but what others may have. Each process of
placedock works on a node of its own, and no client knows of that: it reads here and writes there.
"""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from concurrency import clients, scene
from concurrency import verdict as crowd
from concurrency.watcher import Watcher
from conformance import servers
from conformance.servers import Server
from conformance.suite import PLAIN_SETTINGS
from differential.calls import Client

from cluster import verdict
from cluster.conftest import figures
from cluster.stack import NODES, Cluster, wait_until

CLIENTS, ACTIONS = 6, 40
DATABASE = "crowd"
# A session waits until its node has what the others committed before: README.md, "A cluster".
FRESH = PLAIN_SETTINGS._replace(
    variables=(
        *PLAIN_SETTINGS.variables,
        (
            "OS_PLACEMENT_DATABASE__CONNECTION_PARAMETERS",
            "init_command=SET SESSION group_replication_consistency = 'BEFORE'",
        ),
    )
)
CONFLICTS = """
    SELECT SUM(count_conflicts_detected) FROM performance_schema.replication_group_member_stats"""


@contextmanager
def every_node_writing(cluster: Cluster) -> Iterator[None]:
    cluster.execute(NODES[0], "SELECT group_replication_switch_to_multi_primary_mode()")
    try:
        roles = {role for _, role in cluster.members(NODES[0]).values()}
        assert roles == {"PRIMARY"}
        yield
    finally:
        cluster.execute(NODES[0], "SELECT group_replication_switch_to_single_primary_mode()")
        wait_until(cluster.are_online, "the group is whole")
        wait_until(cluster.takes_writes, "the proxy has found the primary")


@contextmanager
def one_server_for_each_node(cluster: Cluster) -> Iterator[list[Server]]:
    cluster.execute(NODES[0], f"CREATE DATABASE {DATABASE}")
    with ExitStack() as running:
        yield [
            running.enter_context(servers.serve.served(FRESH, cluster.url(node, DATABASE)))
            for node in NODES
        ]
    cluster.execute(NODES[0], f"DROP DATABASE {DATABASE}")


def test_writes_that_meet_on_different_nodes_leave_everything_in_order(cluster: Cluster) -> None:
    with every_node_writing(cluster), one_server_for_each_node(cluster) as placedock:
        client = Client(placedock[0])
        scene.make(client)
        watcher = Watcher(cluster.url(NODES[1], DATABASE))
        with watcher.watching():
            diaries = clients.act(placedock, CLIENTS, ACTIONS)
        faults = [*watcher.seen, *crowd.faults(diaries, client)]
        assert not faults, "\n".join(faults[:20])
        assert list(verdict.differences(cluster, NODES, DATABASE)) == []
        conflicts = sum(int(cluster.execute(node, CONFLICTS)[0][0] or 0) for node in NODES)
        figures["every node writing"] = (
            f"{conflicts} conflicts at commits, answers {crowd.tally(diaries)}"
        )
        assert conflicts > 0
