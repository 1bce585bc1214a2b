# SPDX-License-Identifier: Apache-2.0
"""Inventories and traits are read once as long as nobody changes them, and every change by others is seen at once.

`near` searches, and `far` changes what `near` has kept. They are two processes as far as the database can tell.
"""

from collections.abc import Callable

import pytest
import sqlalchemy as sa
from placedock.model.candidates import Candidates, CandidatesRequest, Group
from placedock.model.claim import Claim
from placedock.model.inventory import Inventory
from placedock.operations import (
    aggregates,
    allocations,
    candidates,
    inventories,
    providers,
    reshaper,
    resource_classes,
    traits,
)
from placedock.operations.allocations import Incomplete
from placedock.store import sync
from placedock.store.database import Database
from topology import uuid_of

from .test_claims import counted

ROOT, CHILD = uuid_of("cn"), uuid_of("numa")
NOBODY = Incomplete("nobody", "nobody")
CONTENTS = "GROUP_CONCAT(resource_provider_traits.trait_id"
"""A part of the statement that reads inventories and traits, and of no other one."""


@pytest.fixture
def near(mysql_url: str, connect: Callable[..., Database]) -> Database:
    """A cloud of a root with a child, which has been searched once."""
    database = connect(mysql_url)
    sync.sync(database, say=lambda line: None)
    database.write(resource_classes.ensure, "CUSTOM_GOLD")
    database.write(providers.create, ROOT, "cn", None)
    database.write(providers.create, CHILD, "numa", ROOT)
    replace(database, CHILD, {"VCPU": 4, "CUSTOM_GOLD": 2})
    database.write(traits.replace, CHILD, generation(database, CHILD), ["HW_NUMA_ROOT"])
    assert len(search(database).candidates) == 1
    return database


@pytest.fixture
def far(near: Database, connect: Callable[..., Database]) -> Database:
    return connect(near.url)


def generation(database: Database, uuid: str) -> int:
    return database.query(providers.get, uuid).generation


def replace(database: Database, uuid: str, totals: dict[str, int]) -> None:
    stock = [Inventory(name, total=total) for name, total in totals.items()]
    database.write(
        inventories.replace, uuid, generation(database, uuid), stock, reserved_may_be_total=True
    )


def search(database: Database, **resources: int) -> Candidates:
    group = Group(resources=resources or {"VCPU": 1})
    return database.query(candidates.find, CandidatesRequest((group,)))


def test_inventories_and_traits_are_read_once(near: Database) -> None:
    with counted() as sent:
        found = search(near)
    assert found.summaries[CHILD]["traits"] == ["HW_NUMA_ROOT"]
    assert sent
    assert not [each for each in sent if CONTENTS in each]


def test_nothing_is_kept_when_the_setting_is_zero(
    near: Database, connect: Callable[..., Database]
) -> None:
    one = connect(near.url, snapshot_seconds=0)
    search(one)
    with counted() as sent:
        search(one)
    assert [each for each in sent if CONTENTS in each]


def claim(database: Database, amount: int) -> None:
    one = Claim(uuid_of("consumer"), {CHILD: {"VCPU": amount}}, project="project", user="user")
    database.write(allocations.claim, [one], NOBODY)


def make_again(database: Database) -> None:
    """The same provider once more, which has counted up to the same generation with other inventory."""
    before = generation(database, CHILD)
    replace(database, CHILD, {})
    database.write(providers.delete, CHILD)
    database.write(providers.create, CHILD, "numa", ROOT)
    for number in range(before - 1):
        replace(database, CHILD, {"VCPU": 1 + number})
    replace(database, CHILD, {"VCPU": 8})
    assert generation(database, CHILD) == before


def reshape(database: Database) -> None:
    wanted = {CHILD: (generation(database, CHILD), [Inventory("VCPU", total=8)])}
    database.write(reshaper.reshape, wanted, [], NOBODY)


CHANGES: dict[str, Callable[[Database], object]] = {
    "inventory is added": lambda far: replace(far, ROOT, {"VCPU": 1}),
    "inventory is changed": lambda far: replace(far, CHILD, {"VCPU": 9}),
    "inventory is removed": lambda far: far.write(inventories.remove, CHILD, "VCPU"),
    "a provider's tree is reshaped": reshape,
    "a trait is added": lambda far: far.write(
        traits.replace, CHILD, generation(far, CHILD), ["HW_NUMA_ROOT", "HW_CPU_X86_AVX"]
    ),
    "all traits are removed": lambda far: far.write(traits.remove_all, CHILD),
    "something is claimed": lambda far: claim(far, 2),
    "all is claimed": lambda far: claim(far, 4),
    "a provider is made": lambda far: far.write(providers.create, uuid_of("gpu"), "gpu", CHILD),
    "a provider is made again": make_again,
    "a class has another name": lambda far: far.write(
        resource_classes.rename, "CUSTOM_GOLD", "CUSTOM_SILVER"
    ),
    "a root goes below another": lambda far: [
        far.write(providers.create, uuid_of("rack"), "rack", None),
        far.write(providers.update, ROOT, "cn", uuid_of("rack"), reparent=True),
    ],
    "an aggregate is joined": lambda far: far.write(
        aggregates.replace, CHILD, [uuid_of("zone")], None
    ),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_a_change_by_others_is_seen(
    change: Callable[[Database], object],
    near: Database,
    far: Database,
    connect: Callable[..., Database],
) -> None:
    change(far)
    fresh = connect(near.url, snapshot_seconds=0)
    assert search(near) == search(fresh)
    member = Group(resources={"VCPU": 1}, member_of=(frozenset([uuid_of("zone")]),))
    request = CandidatesRequest((member,))
    assert near.query(candidates.find, request) == fresh.query(candidates.find, request)


def test_a_release_is_seen(near: Database, far: Database) -> None:
    claim(far, 4)
    assert not search(near).candidates
    far.write(allocations.release, uuid_of("consumer"))
    assert len(search(near).candidates) == 1


def test_what_changes_between_the_two_statements_is_kept_as_it_was_read(
    near: Database, far: Database
) -> None:
    """The first statement shows the child's old generation. The second one reads the contents with the new one."""
    replace(far, CHILD, {"VCPU": 5})
    waiting = [{"VCPU": 6}]

    def step_in(connection: sa.Connection, cursor: object, statement: str, *rest: object) -> None:
        if waiting and connection.engine is near._readers and CONTENTS in statement:
            replace(far, CHILD, waiting.pop())

    sa.event.listen(sa.Engine, "before_cursor_execute", step_in)
    try:
        found = search(near)
    finally:
        sa.event.remove(sa.Engine, "before_cursor_execute", step_in)
    assert not waiting
    assert found.summaries[CHILD]["resources"]["VCPU"]["capacity"] == 6
    with counted() as sent:
        assert search(near) == found
    assert not [each for each in sent if CONTENTS in each]
