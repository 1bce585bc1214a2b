# SPDX-License-Identifier: Apache-2.0
"""The totals, the map, and the pages of trees and consumers come out of the tables as they were drawn."""

from collections.abc import Callable, Iterator

import pytest
import sqlalchemy as sa
from placedock import errors
from placedock.model.cloud import ConsumerFilters, TreeFilters
from placedock.operations import cloud as operations
from placedock.store.database import Database
from placedock.store.tables import (
    consumer_types,
    consumers,
    inventories,
    projects,
    resource_provider_aggregates,
    resource_providers,
    users,
)
from topology import parse, uuid_of

from .conftest import KINDS, Servers, filled_database
from .test_forest import plant

CLOUD = """
cn1               DISK_GB:100,used=100            @rack
  cn1-numa0       VCPU:4,used=1  MEMORY_MB:64  +HW_NUMA_ROOT
    cn1-gpu0      VGPU:2
cn2               VCPU:8,allocation_ratio=2.5,reserved=1  MEMORY_MB:64  @rack  @north
cn3_50%           VCPU:8,used=3
storage           @north
  nfs             DISK_GB:500  +MISC_SHARES_VIA_AGGREGATE  @rack
"""


def draw(connection: sa.Connection) -> None:
    """The drawing, with the one consumer that `plant` lets hold everything."""
    plant(connection, parse(CLOUD))
    add_consumer(connection, uuid_of("consumer"), "shop", "ann", "INSTANCE")


@pytest.fixture(scope="module", params=KINDS)
def cloud(request: pytest.FixtureRequest, servers: Servers) -> Iterator[Database]:
    """The drawing in a database of each kind, for the tests that write nothing."""
    with filled_database(request.param, servers, draw) as database:
        yield database


@pytest.fixture
def own_cloud(database: Database) -> Database:
    """The drawing in a database of the test's own."""
    database.write(draw)
    return database


def add_consumer(
    connection: sa.Connection, uuid: str, project: str, user: str, kind: str | None
) -> None:
    def number(table: sa.Table, column: sa.Column[str], name: str) -> int:
        found = connection.scalar(sa.select(table.c.id).where(column == name))
        if found is not None:
            return int(found)
        made = connection.execute(table.insert().values({column.name: name}))
        assert made.inserted_primary_key
        return int(made.inserted_primary_key[0])

    connection.execute(
        consumers.insert().values(
            uuid=uuid,
            project_id=number(projects, projects.c.external_id, project),
            user_id=number(users, users.c.external_id, user),
            consumer_type_id=kind and number(consumer_types, consumer_types.c.name, kind),
        )
    )


def names_of(cloud: Database, filters: TreeFilters) -> list[str]:
    page = cloud.read(operations.trees, filters, None, 50)
    return [tree.members[0].name for tree in page.trees]


def test_the_overview_adds_up_what_was_drawn(cloud: Database) -> None:
    found = cloud.read(operations.overview)
    assert found.counts._asdict() == {
        "trees": 4,
        "providers": 7,
        "consumers": 1,
        "allocations": 104,
    }
    classes = {each.resource_class: each for each in found.classes}
    assert classes.keys() == {"DISK_GB", "VCPU", "MEMORY_MB", "VGPU"}
    assert classes["VCPU"]._asdict() == {
        "resource_class": "VCPU",
        "providers": 3,
        "total": 20,
        "reserved": 1,
        "capacity": 4 + 17 + 8,
        "used": 4,
    }
    assert found.consumer_types == [("INSTANCE", 1)]
    assert found.projects == [("shop", 1)]


def test_the_map_has_a_cell_for_each_tree(cloud: Database) -> None:
    cells = cloud.read(operations.cells, "VCPU")
    assert [(each.name, each.capacity, each.used) for each in cells] == [
        ("cn1", 4, 1),
        ("cn2", 17, 0),
        ("cn3_50%", 8, 3),
        ("storage", 0, 0),
    ]
    assert set(cells[1].aggregates) == {uuid_of("rack"), uuid_of("north")}


def test_a_map_of_a_class_that_does_not_exist_is_refused(cloud: Database) -> None:
    with pytest.raises(errors.ResourceClassNotFound):
        cloud.read(operations.cells, "CUSTOM_NOTHING")


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        (TreeFilters(), ["cn1", "cn2", "cn3_50%", "storage"]),
        (TreeFilters(name="gpu"), ["cn1"]),
        (TreeFilters(name="_5"), ["cn3_50%"]),
        (TreeFilters(name="0%"), ["cn3_50%"]),
        (TreeFilters(uuid=uuid_of("nfs")), ["storage"]),
        (TreeFilters(uuid=uuid_of("nobody")), []),
        (TreeFilters(resource_class="DISK_GB"), ["cn1", "storage"]),
        (TreeFilters(trait="HW_NUMA_ROOT"), ["cn1"]),
        (TreeFilters(aggregate=uuid_of("north")), ["cn2", "storage"]),
        (TreeFilters(aggregate=uuid_of("rack"), resource_class="VGPU"), ["cn1"]),
        (TreeFilters(state="full"), ["cn1"]),
        (TreeFilters(state="over"), []),
    ],
)
def test_a_filter_keeps_the_trees_in_which_some_provider_meets_it(
    cloud: Database, filters: TreeFilters, expected: list[str]
) -> None:
    assert names_of(cloud, filters) == expected


def test_over_capacity_is_found_where_an_inventory_shrank(own_cloud: Database) -> None:
    smaller = inventories.update().where(inventories.c.total == 100).values(total=99)
    own_cloud.write(lambda connection: connection.execute(smaller))
    assert names_of(own_cloud, TreeFilters(state="over")) == ["cn1"]


def test_pages_follow_each_other_without_gap_or_repetition(cloud: Database) -> None:
    found: list[str] = []
    after = None
    for _ in range(4):
        page = cloud.read(operations.trees, TreeFilters(), after, 1)
        found += [tree.members[0].name for tree in page.trees]
        after = page.after
    assert found == ["cn1", "cn2", "cn3_50%", "storage"]
    assert after is None


def test_a_tree_is_whole(cloud: Database) -> None:
    [tree] = cloud.read(operations.trees, TreeFilters(uuid=uuid_of("cn1-gpu0")), None, 1).trees
    root, *others = tree.members
    assert (root.name, root.parent_uuid) == ("cn1", None)
    assert {each.name: each.parent_uuid for each in others} == {
        "cn1-numa0": uuid_of("cn1"),
        "cn1-gpu0": uuid_of("cn1-numa0"),
    }
    assert root.inventories["DISK_GB"].used == root.inventories["DISK_GB"].capacity == 100
    assert next(each for each in others if each.name == "cn1-numa0").traits == ["HW_NUMA_ROOT"]


def test_a_tree_tells_what_it_may_borrow_and_to_whom_it_lends(cloud: Database) -> None:
    trees = {
        tree.members[0].name: tree
        for tree in cloud.read(operations.trees, TreeFilters(), None, 50).trees
    }
    [borrowed] = trees["cn2"].borrows_from
    assert (borrowed.name, borrowed.resource_classes) == ("nfs", ["DISK_GB"])
    assert borrowed.aggregates == [uuid_of("rack")]
    assert borrowed.root_uuid == uuid_of("storage")
    assert trees["cn3_50%"].borrows_from == []
    assert trees["storage"].borrows_from == []
    [shared] = trees["storage"].lends_to
    assert (shared.uuid, shared.trees) == (uuid_of("nfs"), 2)


def test_consumers_come_with_all_that_they_hold(cloud: Database) -> None:
    [consumer] = cloud.read(operations.consumers, ConsumerFilters(), None, 10).consumers
    assert (consumer.project, consumer.user, consumer.consumer_type) == ("shop", "ann", "INSTANCE")
    held = {each.provider_name: dict(each.resources) for each in consumer.holdings}
    assert held.keys() == {"cn1", "cn1-numa0", "cn3_50%"}
    assert {each.root_uuid for each in consumer.holdings} == {uuid_of("cn1"), uuid_of("cn3_50%")}


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        (ConsumerFilters(project="shop"), True),
        (ConsumerFilters(project="other"), False),
        (ConsumerFilters(user="ann", consumer_type="INSTANCE"), True),
        (ConsumerFilters(consumer_type="unknown"), False),
        (ConsumerFilters(uuid=uuid_of("consumer")), True),
        (ConsumerFilters(tree=uuid_of("cn1-gpu0")), True),
        (ConsumerFilters(tree=uuid_of("cn2")), False),
    ],
)
def test_consumers_can_be_chosen(cloud: Database, filters: ConsumerFilters, found: bool) -> None:
    assert bool(cloud.read(operations.consumers, filters, None, 10).consumers) is found


def test_a_consumer_without_a_type_is_unknown(own_cloud: Database) -> None:
    own_cloud.write(
        lambda connection: connection.execute(consumers.update().values(consumer_type_id=None))
    )
    [consumer] = own_cloud.read(
        operations.consumers, ConsumerFilters(consumer_type="unknown"), None, 10
    ).consumers
    assert consumer.consumer_type == "unknown"
    assert own_cloud.read(operations.overview).consumer_types == [("unknown", 1)]


CHANGES: dict[str, Callable[[], sa.sql.dml.UpdateBase]] = {
    "a generation that counts up": lambda: resource_providers.update().values(generation=1),
    "a membership that is gone": lambda: resource_provider_aggregates.delete(),
    "a consumer that changed": lambda: consumers.update().values(generation=1),
    "a consumer that is gone": lambda: consumers.delete(),
}


@pytest.mark.parametrize("change", CHANGES)
def test_the_mark_changes_with_the_cloud(own_cloud: Database, change: str) -> None:
    before = own_cloud.read(operations.mark)
    assert own_cloud.read(operations.mark) == before
    own_cloud.write(lambda connection: connection.execute(CHANGES[change]()))
    assert own_cloud.read(operations.mark) != before
