# SPDX-License-Identifier: Apache-2.0
"""Trees come out of the database as they were drawn, and a search batch by batch finds what one over everything finds."""

from collections.abc import Callable, Iterator

import pytest
import sqlalchemy as sa
from placedock import errors
from placedock.candidates import search
from placedock.candidates.answers import candidate
from placedock.model.candidates import CandidatesRequest, Group
from placedock.operations import candidates as operations
from placedock.store import forest as store
from placedock.store import prefilter, sync
from placedock.store.database import Database
from placedock.store.standards import CLASS_IDS
from placedock.store.tables import (
    allocations,
    inventories,
    placement_aggregates,
    resource_classes,
    resource_provider_aggregates,
    resource_provider_traits,
    resource_providers,
    traits,
)
from topology import Drawn, forest, parse, uuid_of

from .conftest import KINDS, Servers, empty_database

CLOUD = """
empty
cn1               DISK_GB:100                  +HW_CPU_X86_AVX   @rack
  cn1-numa0       VCPU:4,used=1  MEMORY_MB:64  +HW_NUMA_ROOT
    cn1-gpu0      VGPU:2,max_unit=1
  cn1-numa1       VCPU:4,used=4  MEMORY_MB:64  +HW_NUMA_ROOT
    cn1-gpu1      VGPU:1
cn2               VCPU:8,allocation_ratio=2.5,reserved=1  MEMORY_MB:64  @rack  @north
cn3               VCPU:8,min_unit=2,step_size=2  MEMORY_MB:64  DISK_GB:10  @north
cn4               VCPU:8 MEMORY_MB:4 DISK_GB:10  +HW_CPU_X86_AVX  +CUSTOM_ODD
cn5               VCPU:8,used=8 MEMORY_MB:64 DISK_GB:10
storage           @north
  nfs             DISK_GB:500  +MISC_SHARES_VIA_AGGREGATE  @rack
  nvme            CUSTOM_NVME:1 +CUSTOM_FAST
"""


def group(suffix: str = "", **wanted: object) -> Group:
    return Group(suffix, **wanted)


VCPU = {"VCPU": 2}
DISK = {"DISK_GB": 5}
NORTH = frozenset([uuid_of("north")])
RACK = frozenset([uuid_of("rack")])
AVX = frozenset(["HW_CPU_X86_AVX"])
NUMA = frozenset(["HW_NUMA_ROOT"])

REQUESTS = {
    "one class": CandidatesRequest((group(resources=VCPU),)),
    "two classes": CandidatesRequest((group(resources=VCPU | DISK),)),
    "a custom class": CandidatesRequest((group(resources={"CUSTOM_NVME": 1} | DISK),)),
    "too much": CandidatesRequest((group(resources={"VCPU": 500}),)),
    "more than an inventory can hold": CandidatesRequest((group(resources={"VCPU": 2**70}),)),
    "one provider alone": CandidatesRequest((group("_A", resources=VCPU | DISK),)),
    "a trait": CandidatesRequest((group(resources=VCPU, required=(AVX,)),)),
    "a trait elsewhere in the tree": CandidatesRequest(
        (group(resources=VCPU | DISK, required=(AVX, NUMA)),)
    ),
    "any of two traits": CandidatesRequest((group("_A", resources=VCPU, required=(AVX | NUMA,)),)),
    "no such trait": CandidatesRequest((group(resources=VCPU, forbidden=AVX),)),
    "none alone with the trait": CandidatesRequest((group("_A", resources=VCPU, forbidden=NUMA),)),
    "member": CandidatesRequest((group(resources=VCPU | DISK, member_of=(RACK,)),)),
    "member alone": CandidatesRequest((group("_A", resources=DISK, member_of=(RACK,)),)),
    "member of both": CandidatesRequest((group(resources=VCPU, member_of=(RACK, NORTH)),)),
    "member of either": CandidatesRequest((group(resources=VCPU, member_of=(RACK | NORTH,)),)),
    "not a member": CandidatesRequest((group(resources=VCPU, forbidden_aggregates=RACK),)),
    "not a member alone": CandidatesRequest(
        (group("_A", resources=DISK, forbidden_aggregates=RACK),)
    ),
    "member of what does not exist": CandidatesRequest(
        (group(resources=VCPU, member_of=(frozenset([uuid_of("nowhere")]),)),)
    ),
    "in a tree": CandidatesRequest((group(resources=VCPU, in_tree=uuid_of("cn1-gpu0")),)),
    "in the tree of who shares": CandidatesRequest(
        (group(resources=VCPU), group("_A", resources=DISK, in_tree=uuid_of("nvme")))
    ),
    "in no tree": CandidatesRequest((group(resources=VCPU, in_tree=uuid_of("nowhere")),)),
    "the root's trait": CandidatesRequest((group(resources=VCPU | DISK),), root_required=AVX),
    "not the root's trait": CandidatesRequest((group(resources=VCPU | DISK),), root_forbidden=AVX),
    "one subtree": CandidatesRequest(
        (
            group("_N", required=(NUMA,)),
            group("_C", resources={"VCPU": 1}),
            group("_G", resources={"VGPU": 1}),
        ),
        same_subtree=(frozenset(["_N", "_C", "_G"]),),
    ),
    "isolated": CandidatesRequest(
        (group("_A", resources={"VGPU": 1}), group("_B", resources={"VGPU": 1})), isolate=True
    ),
    "no trees known": CandidatesRequest((group(resources=VCPU | DISK),), nested=False),
}


def plant(connection: sa.Connection, drawn: list[Drawn]) -> None:
    """Write a drawing into empty tables."""
    made = {name for provider in drawn for name in provider.inventories}
    classes = dict(
        connection.execute(sa.select(resource_classes.c.name, resource_classes.c.id)).all()
    )
    for number, name in enumerate(sorted(made - classes.keys()), start=10000):
        connection.execute(resource_classes.insert().values(id=number, name=name))
        classes[name] = number
    known = set(connection.scalars(sa.select(traits.c.name)))
    for name in sorted({trait for provider in drawn for trait in provider.traits} - known):
        connection.execute(traits.insert().values(name=name))
    trait_ids = dict(connection.execute(sa.select(traits.c.name, traits.c.id)).all())
    aggregates = sorted({name for provider in drawn for name in provider.aggregates})
    for number, name in enumerate(aggregates, start=1):
        connection.execute(placement_aggregates.insert().values(id=number, uuid=uuid_of(name)))
    ids: dict[str, int] = {}
    for number, provider in enumerate(drawn, start=3):
        ids[provider.name] = number
        connection.execute(
            resource_providers.insert().values(
                id=number,
                uuid=provider.uuid,
                name=provider.name,
                generation=0,
                parent_provider_id=ids[provider.parent] if provider.parent else None,
                root_provider_id=ids[provider.root],
            )
        )
        for name, inventory in provider.inventories.items():
            stock = {"resource_provider_id": number, "resource_class_id": classes[name]}
            connection.execute(inventories.insert().values(**stock, **inventory.body))
            for part in [1] * inventory.used:
                use = {"consumer_id": uuid_of("consumer"), "used": part}
                connection.execute(allocations.insert().values(**stock, **use))
        for trait in provider.traits:
            connection.execute(
                resource_provider_traits.insert().values(
                    resource_provider_id=number, trait_id=trait_ids[trait]
                )
            )
        for aggregate in provider.aggregates:
            connection.execute(
                resource_provider_aggregates.insert().values(
                    resource_provider_id=number, aggregate_id=aggregates.index(aggregate) + 1
                )
            )


@pytest.fixture(scope="module", params=KINDS)
def cloud(request: pytest.FixtureRequest, servers: Servers) -> Iterator[Database]:
    """The drawing in a database of each kind; nothing here writes to it, so all tests share it."""
    with empty_database(request.param, servers) as url:
        database = Database(url)
        sync.sync(database, say=lambda line: None)
        database.write(plant, parse(CLOUD))
        yield database
        database.close()


def described(trees: store.Trees) -> dict[str, object]:
    """Trees by what can be seen of them, without the ids that each database gives."""
    uuids = {provider.id: provider.uuid for tree in trees.values() for provider in tree}
    return {
        provider.uuid: (
            provider.parent and uuids[provider.parent],
            uuids[provider.root],
            tree[0].uuid,
            dict(provider.inventories),
            dict(provider.used),
            sorted(provider.traits),
            sorted(provider.aggregates),
        )
        for tree in trees.values()
        for provider in tree
    }


def everything(connection: sa.Connection) -> store.Trees:
    named = store.aggregate_names(connection, {uuid_of("rack"), uuid_of("north")})
    look = store.look(connection, 1, [], named)
    return store.between(connection, look.first, look.last, named)


def test_trees_are_read_as_they_were_drawn(cloud: Database) -> None:
    assert described(cloud.read(everything)) == described(forest(CLOUD).trees)


def test_chosen_trees_are_read_as_they_were_drawn(cloud: Database) -> None:
    """They lie at the two ends: what is between them is passed over."""

    def chosen(connection: sa.Connection) -> store.Trees:
        named = store.aggregate_names(connection, {uuid_of("rack"), uuid_of("north")})
        roots = store.look(connection, 1, list(map(uuid_of, ("cn1", "nvme"))), named).trees
        return store.below(connection, roots, named)

    drawn = forest(CLOUD).trees
    wanted = {
        root: tree
        for root, tree in drawn.items()
        if tree[0].uuid in map(uuid_of, ("cn1", "storage"))
    }
    assert described(cloud.read(chosen)) == described(wanted)


def test_an_empty_database_has_no_trees(database: Database) -> None:
    look = database.read(store.look, 16, [], {})
    assert look.last < look.first
    assert look.trees == {}
    assert database.read(store.between, 1, 100, None) == {}


@pytest.mark.parametrize(
    ("span", "uuids", "roots"),
    [
        (1, [], {"empty"}),
        (2, [], {"empty", "cn1"}),
        (100, [], {"empty", "cn1", "cn2", "cn3", "cn4", "cn5", "storage"}),
        (100, ["cn1-gpu0", "cn1", "nvme"], {"cn1", "storage"}),
        (100, ["nowhere"], set()),
    ],
)
def test_the_first_look_brings_the_trees_that_are_asked_for(
    span: int, uuids: list[str], roots: set[str], cloud: Database
) -> None:
    def looked(connection: sa.Connection) -> store.Look:
        named = store.aggregate_names(connection, {uuid_of("rack"), uuid_of("north")})
        return store.look(connection, span, list(map(uuid_of, uuids)), named)

    wanted = {
        root: tree
        for root, tree in forest(CLOUD).trees.items()
        if tree[0].uuid in map(uuid_of, roots)
    }
    assert described(cloud.read(looked).trees) == described(wanted)


def test_the_first_look_names_the_trees_that_lend(cloud: Database) -> None:
    look = cloud.read(store.look, 1, [uuid_of("storage")], {})
    assert look.sharing == list(look.trees)


@pytest.mark.parametrize(
    ("amounts", "left"),
    [
        ({"VCPU": 8}, True),
        ({"VCPU": 8, "DISK_GB": 500}, True),
        ({"VCPU": 18}, False),
        ({"VCPU": 8, "DISK_GB": 501}, False),
        ({"VGPU": 2}, False),
        ({"FPGA": 1}, False),
    ],
)
def test_the_prefilter_tells_what_is_left_nowhere(
    amounts: dict[str, int], left: bool, cloud: Database
) -> None:
    asked = [(CLASS_IDS[name], amount) for name, amount in amounts.items()]
    assert cloud.read(prefilter.left, asked) is left


def test_memberships_are_only_read_when_they_are_asked_for(cloud: Database) -> None:
    trees = cloud.read(store.between, 1, 100, None)
    providers = [provider for tree in trees.values() for provider in tree]
    assert providers
    assert not any(provider.aggregates for provider in providers)


def test_mysql_grants_what_its_single_precision_ratio_leaves(on_mysql: Database) -> None:
    """7 of 10 times 0.7 are shown and 6 are granted, as by upstream, which compares in SQL."""
    on_mysql.write(plant, parse("cn VCPU:10,allocation_ratio=0.7"))
    trees = on_mysql.read(store.between, 1, 100, None)
    stock = next(iter(trees.values()))[0].inventories["VCPU"]
    assert (stock.capacity, stock.limit) == (7, 6)


def test_a_ratio_of_many_digits_is_exact_on_sqlite(sqlite_url: str, connect: Callable) -> None:
    database = connect(sqlite_url)
    sync.sync(database, say=lambda line: None)
    database.write(plant, parse("cn VCPU:300000000,allocation_ratio=0.3333333333333333"))
    trees = database.read(store.between, 1, 100, None)
    stock = next(iter(trees.values()))[0].inventories["VCPU"]
    assert stock.capacity == int(300000000 * 0.3333333333333333)


def readable(found: object) -> list[tuple[object, ...]]:
    """Candidates that compare without regard to order."""
    return sorted(
        (
            sorted(
                (uuid, sorted(taken["resources"].items()))
                for uuid, taken in each["allocations"].items()
            ),
            sorted((suffix, sorted(uuids)) for suffix, uuids in each["mappings"].items()),
        )
        for each in found
    )


def over_everything(request: CandidatesRequest) -> list[tuple[object, ...]]:
    return readable(map(candidate, search([forest(CLOUD)], request)))


@pytest.mark.parametrize("request_", REQUESTS.values(), ids=REQUESTS)
@pytest.mark.parametrize("size", [1, 2, 10_000])
def test_batch_by_batch_finds_what_a_search_over_everything_finds(
    request_: CandidatesRequest, size: int, cloud: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(operations, "FIRST_BATCH", size)
    monkeypatch.setattr(operations, "LARGEST_BATCH", size)
    answer = cloud.read(operations.find, request_)
    assert readable(answer.candidates) == over_everything(request_)
    for breadth_first in ("depth-first", "breadth-first"):
        first = cloud.read(operations.find, request_, maximum=2, strategy=breadth_first)
        assert len(first.candidates) == min(2, len(answer.candidates))


@pytest.mark.parametrize("request_", REQUESTS.values(), ids=REQUESTS)
@pytest.mark.parametrize("scan", [0, 100], ids=["by index", "by scan"])
def test_no_good_root_falls_through_the_prefilter(
    request_: CandidatesRequest, scan: int, cloud: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    prefilter_at_once(monkeypatch)
    monkeypatch.setattr(operations, "SCAN", scan)
    answer = cloud.read(operations.find, request_)
    assert readable(answer.candidates) == over_everything(request_)


PREFILTERED = {
    "one class": {"cn1", "cn2", "cn3", "cn4", "cn5"},
    "two classes": {"cn1", "cn2", "cn3", "cn4", "cn5"},
    "one provider alone": {"cn1", "cn3", "cn4", "cn5"},
    "a trait": {"cn1", "cn4"},
    "a trait elsewhere in the tree": {"cn1"},
    "member of both": {"cn2"},
    "not a member": {"cn3", "cn4", "cn5"},
    "the root's trait": {"cn1", "cn4"},
    "not the root's trait": {"cn2", "cn3", "cn5"},
    "one subtree": {"cn1"},
}


def prefilter_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have all roots pass through the prefilter but the first, which is empty."""
    monkeypatch.setattr(operations, "FIRST_BATCH", 1)
    monkeypatch.setattr(operations, "LARGEST_BATCH", 2)
    monkeypatch.setattr(operations, "POOR", 0)
    monkeypatch.setattr(operations, "FIRST_PREFILTERED", 2)


@pytest.mark.parametrize(("name", "roots"), PREFILTERED.items(), ids=PREFILTERED)
def test_the_prefilter_keeps_few_but_good_roots(
    name: str, roots: set[str], cloud: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept: set[int] = set()

    def spy(connection, wanted, first, last, scan, real=prefilter.roots):
        found = real(connection, wanted, first, last, scan)
        kept.update(found)
        return found

    monkeypatch.setattr(prefilter, "roots", spy)
    prefilter_at_once(monkeypatch)
    cloud.read(operations.find, REQUESTS[name])
    assert kept == cloud.read(store.look, 1, list(map(uuid_of, roots)), {}).trees.keys()


def test_a_limit_reads_no_more_than_it_needs(
    cloud: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Here that is what the first look brings."""

    def never(*_: object) -> None:
        raise AssertionError("more was read")

    monkeypatch.setattr(operations, "FIRST_BATCH", 8)
    for module, name in (store, "between"), (prefilter, "left"), (prefilter, "roots"):
        monkeypatch.setattr(module, name, never)
    request = CandidatesRequest((group(resources={"VCPU": 1}),), limit=1)
    assert len(cloud.read(operations.find, request).candidates) == 1


@pytest.mark.parametrize("resources", [{"VCPU": 1}, {}])
def test_in_a_tree_that_does_not_exist_there_is_nothing(
    resources: dict[str, int], cloud: Database
) -> None:
    nowhere = group("_A", resources=resources, required=(NUMA,), in_tree=uuid_of("nowhere"))
    request = CandidatesRequest((group(resources={"VCPU": 1}), nowhere))
    assert cloud.read(operations.find, request).candidates == []


def test_with_randomize_any_of_all_candidates_are_taken(cloud: Database) -> None:
    request = CandidatesRequest((group(resources={"VCPU": 1}),), limit=1)
    seen = {str(cloud.read(operations.find, request, randomize=True).candidates) for _ in range(40)}
    assert len(seen) > 1


def test_at_least_one_candidate_is_made_whatever_the_maximum(cloud: Database) -> None:
    request = CandidatesRequest((group(resources={"VCPU": 1}),))
    assert len(cloud.read(operations.find, request, maximum=0).candidates) == 1
    assert len(cloud.read(operations.find, request, maximum=-1).candidates) > 2


def test_an_unknown_class_and_an_unknown_trait_are_complained_of(cloud: Database) -> None:
    with pytest.raises(errors.UnknownResourceClass) as refusal:
        cloud.read(operations.find, CandidatesRequest((group(resources={"CUSTOM_NO": 1}),)))
    said = "Invalid resource class in resources parameter: No such resource class CUSTOM_NO."
    assert str(refusal.value) == said
    unknown = frozenset(["CUSTOM_NO"])
    for request in (
        CandidatesRequest((group(resources=VCPU, required=(unknown,)),)),
        CandidatesRequest((group(resources=VCPU, forbidden=unknown),)),
        CandidatesRequest((group(resources=VCPU),), root_required=unknown),
    ):
        with pytest.raises(errors.UnknownTraits) as refusal:
            cloud.read(operations.find, request)
        assert str(refusal.value) == "No such trait(s): CUSTOM_NO."
