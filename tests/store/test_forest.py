# SPDX-License-Identifier: Apache-2.0
"""Trees come out of the database as they were drawn, and a search batch by batch finds what one over everything finds."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

import pytest
import sqlalchemy as sa
from placedock import errors
from placedock.candidates import search
from placedock.candidates.answers import candidate
from placedock.model.candidates import Candidate, CandidatesRequest, Group
from placedock.model.forest import SHARES, Tree
from placedock.operations import batches
from placedock.operations import candidates as operations
from placedock.store import forest as store
from placedock.store import memberships, prefilter, sync
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

from .conftest import KINDS, Servers, filled_database

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


def group(suffix: str = "", **wanted: Any) -> Group:
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
    with filled_database(
        request.param, servers, lambda each: plant(each, parse(CLOUD))
    ) as database:
        yield database


@pytest.fixture(scope="module")
def unkept(cloud: Database) -> Iterator[Database]:
    """The same database, of which the process keeps nothing. So it is too large to do without the prefilter."""
    database = Database(cloud.url, snapshot_seconds=0)
    yield database
    database.close()


def described(trees: Mapping[int, Tree]) -> dict[str, object]:
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
            sorted(map(str, provider.aggregates)),
        )
        for tree in trees.values()
        for provider in tree
    }


def everything(connection: sa.Connection) -> store.Trees:
    named = memberships.named(connection, {uuid_of("rack"), uuid_of("north")})
    look = store.look(connection, 1, [], named, filled=False)
    return filled(connection, store.between(connection, look.first, look.last, named))


def filled(connection: sa.Connection, trees: store.Trees) -> store.Trees:
    store.fill(connection, trees.values())
    return trees


def test_trees_are_read_as_they_were_drawn(cloud: Database) -> None:
    assert described(cloud.read(everything)) == described(forest(CLOUD).trees)


def test_chosen_trees_are_read_as_they_were_drawn(cloud: Database) -> None:
    """They lie at the two ends: what is between them is passed over."""

    def chosen(connection: sa.Connection) -> store.Trees:
        named = memberships.named(connection, {uuid_of("rack"), uuid_of("north")})
        uuids = list(map(uuid_of, ("cn1", "nvme")))
        roots = store.look(connection, 1, uuids, named, filled=False).trees
        return filled(connection, store.below(connection, roots, named))

    drawn = forest(CLOUD).trees
    wanted = {
        root: tree
        for root, tree in drawn.items()
        if tree[0].uuid in map(uuid_of, ("cn1", "storage"))
    }
    assert described(cloud.read(chosen)) == described(wanted)


def test_an_empty_database_has_no_trees(database: Database) -> None:
    look = database.read(store.look, 16, [], {}, filled=True)
    assert look.last < look.first
    assert look.trees == {}
    assert database.read(store.between, 1, 100, {}) == {}


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
@pytest.mark.parametrize("at_once", [True, False], ids=["filled", "filled later"])
def test_the_first_look_brings_the_trees_that_are_asked_for(
    span: int, uuids: list[str], roots: set[str], at_once: bool, cloud: Database
) -> None:
    def looked(connection: sa.Connection) -> store.Trees:
        named = memberships.named(connection, {uuid_of("rack"), uuid_of("north")})
        trees = store.look(connection, span, list(map(uuid_of, uuids)), named, filled=at_once).trees
        return trees if at_once else filled(connection, trees)

    wanted = {
        root: tree
        for root, tree in forest(CLOUD).trees.items()
        if tree[0].uuid in map(uuid_of, roots)
    }
    assert described(cloud.read(looked)) == described(wanted)


def test_the_first_look_names_the_trees_that_lend(cloud: Database) -> None:
    look = cloud.read(store.look, 1, [uuid_of("storage")], {}, filled=True)
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


def test_only_memberships_in_the_aggregates_that_matter_are_read(cloud: Database) -> None:
    def members(connection: sa.Connection, *names: str) -> set[object]:
        named = memberships.named(connection, set(map(uuid_of, names)))
        trees = store.between(connection, 1, 100, named).values()
        return {aggregate for tree in trees for each in tree for aggregate in each.aggregates}

    assert cloud.read(members) == set()
    assert cloud.read(members, "rack") == {uuid_of("rack")}


def test_memberships_can_be_added_to_trees_later(cloud: Database) -> None:
    def members(connection: sa.Connection, others: bool) -> list[object]:
        named = memberships.named(connection, {uuid_of("rack")})
        trees = store.look(connection, 1, [uuid_of("cn2")], {}, filled=False).trees
        store.join(connection, trees.values(), named, others=others)
        ((cn2,),) = trees.values()
        return sorted(cn2.aggregates, key=str)

    assert cloud.read(members, others=False) == [uuid_of("rack")]
    rack, north = cloud.read(members, others=True), uuid_of("north")
    assert len(rack) == 2
    assert uuid_of("rack") in rack
    assert north not in rack


def test_mysql_grants_what_its_single_precision_ratio_leaves(on_mysql: Database) -> None:
    """7 of 10 times 0.7 are shown and 6 are granted, as by upstream, which compares in SQL."""
    on_mysql.write(plant, parse("cn VCPU:10,allocation_ratio=0.7"))
    trees = on_mysql.read(store.between, 1, 100, {})
    stock = next(iter(trees.values()))[0].inventories["VCPU"]
    assert (stock.capacity, stock.limit) == (7, 6)


def test_a_ratio_of_many_digits_is_exact_on_sqlite(
    sqlite_url: str, connect: Callable[..., Database]
) -> None:
    database = connect(sqlite_url)
    sync.sync(database, say=lambda line: None)
    database.write(plant, parse("cn VCPU:300000000,allocation_ratio=0.3333333333333333"))
    trees = database.read(store.between, 1, 100, {})
    stock = next(iter(trees.values()))[0].inventories["VCPU"]
    assert stock.capacity == int(300000000 * 0.3333333333333333)


def readable(found: Iterable[Candidate]) -> list[tuple[object, ...]]:
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
    for span in "FIRST_SPAN", "FILLED_SPAN", "LIMITED_SPAN", "LARGEST_SPAN":
        monkeypatch.setattr(batches, span, size)
    answer = cloud.read(operations.find, request_)
    assert readable(answer.candidates) == over_everything(request_)
    for breadth_first in ("depth-first", "breadth-first"):
        first = cloud.read(operations.find, request_, maximum=2, strategy=breadth_first)
        assert len(first.candidates) == min(2, len(answer.candidates))


@pytest.mark.parametrize("request_", REQUESTS.values(), ids=REQUESTS)
@pytest.mark.parametrize("scan", [0, 100], ids=["by index", "by scan"])
def test_no_good_root_falls_through_the_prefilter(
    request_: CandidatesRequest, scan: int, unkept: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    prefilter_at_once(monkeypatch)
    monkeypatch.setattr(batches, "SCAN", scan)
    answer = unkept.read(operations.find, request_)
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
    for span, size in {
        "FIRST_SPAN": 1,
        "FILLED_SPAN": 1,
        "LARGEST_SPAN": 2,
        "PREFILTERED_SPAN": 2,
        "POOR": 0,
    }.items():
        monkeypatch.setattr(batches, span, size)


@pytest.mark.parametrize(("name", "roots"), PREFILTERED.items(), ids=PREFILTERED)
def test_the_prefilter_keeps_few_but_good_roots(
    name: str, roots: set[str], unkept: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept: set[int] = set()

    real = prefilter.roots

    def spy(*arguments: Any) -> list[int]:
        found = real(*arguments)
        kept.update(found)
        return found

    monkeypatch.setattr(prefilter, "roots", spy)
    prefilter_at_once(monkeypatch)
    unkept.read(operations.find, REQUESTS[name])
    look = unkept.read(store.look, 1, list(map(uuid_of, roots)), {}, filled=False)
    assert kept == look.trees.keys()


def test_a_limit_reads_no_more_than_it_needs(
    cloud: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Here that is what the first look brings."""

    def never(*_: object) -> None:
        raise AssertionError("more was read")

    monkeypatch.setattr(batches, "FIRST_SPAN", 8)
    statements = (
        (store, "between"),
        (prefilter, "left"),
        (prefilter, "roots"),
    )
    for module, name in statements:
        monkeypatch.setattr(module, name, never)
    request = CandidatesRequest((group(resources={"VCPU": 1}),), limit=1)
    assert len(cloud.read(operations.find, request).candidates) == 1


NOWHERE = frozenset(["HW_CPU_X86_AVX512F"])
NEEDS: dict[str, dict[str, Any]] = {
    "an amount": {"groups": (group(resources={"VCPU": 500}),)},
    "an amount in another unit": {"groups": (group("_G", resources={"VGPU": 2}),)},
    "a trait": {"groups": (group(resources=VCPU, required=(NOWHERE,)),)},
    "a trait of a suffix": {"groups": (group("_G", resources=VCPU, required=(NUMA, NOWHERE)),)},
    "a trait of the root": {"groups": (group(resources=VCPU),), "root_required": NOWHERE},
}


@pytest.mark.parametrize("limit", [None, 1000])
@pytest.mark.parametrize("need", NEEDS)
def test_where_a_need_is_met_nowhere_no_tree_is_read(
    need: str, limit: int | None, cloud: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    def never(*words: Any) -> None:
        raise AssertionError("trees are read")

    monkeypatch.setattr(store, "_trees", never)
    request = CandidatesRequest(**NEEDS[need], limit=limit)
    assert cloud.query(operations.find, request).candidates == []


def test_what_only_a_sharing_provider_has_is_somewhere(cloud: Database) -> None:
    groups = (
        group(resources=VCPU),
        group("_D", resources={"DISK_GB": 400}, required=(frozenset([SHARES]),)),
    )
    request = CandidatesRequest(groups, limit=1000)
    expected = map(candidate, search([forest(CLOUD)], request))
    assert readable(cloud.query(operations.find, request).candidates) == readable(expected) != []


ZONES = """
cn1     VCPU:8  @rack
  gpu1  VGPU:1  @north
cn2     VCPU:8  @rack  @north
  gpu2  VGPU:1
cn3     VCPU:8
  gpu3  VGPU:1  @rack
cn4     VCPU:8
"""
MEMBERS = {
    "one": CandidatesRequest((group(resources=VCPU, member_of=(RACK,)),)),
    "both": CandidatesRequest((group(resources=VCPU, member_of=(RACK, NORTH)),)),
    "either": CandidatesRequest((group(resources=VCPU, member_of=(RACK | NORTH,)),)),
    "of another group": CandidatesRequest(
        (
            group(resources=VCPU, member_of=(RACK,)),
            group("_G", resources={"VGPU": 1}, member_of=(NORTH,)),
        )
    ),
    "of a child": CandidatesRequest((group("_G", resources={"VGPU": 1}, member_of=(RACK,)),)),
    "none that exists": CandidatesRequest(
        (group(resources=VCPU, member_of=(frozenset([uuid_of("nowhere")]),)),)
    ),
    "one that exists": CandidatesRequest(
        (group(resources=VCPU, member_of=(RACK | {uuid_of("nowhere")},)),)
    ),
    "in a tree": CandidatesRequest(
        (group(resources=VCPU, member_of=(RACK,), in_tree=uuid_of("gpu1")),)
    ),
}


@pytest.mark.parametrize("size", [1, 10_000])
def test_trees_outside_of_the_aggregates_asked_for_are_not_read(
    size: int, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No tree shares with others here, so each tree must have a provider in some aggregate of each set."""
    for span in "FIRST_SPAN", "FILLED_SPAN", "LARGEST_SPAN":
        monkeypatch.setattr(batches, span, size)
    database.write(plant, parse(ZONES))
    whole = forest(ZONES)
    for name, request in MEMBERS.items():
        found = database.query(operations.find, request).candidates
        assert readable(found) == readable(map(candidate, search([whole], request))), name
    named = database.query(memberships.named, RACK)
    trees = database.query(store.between, 1, 100, named, [list(named)])
    assert [tree[0].uuid for tree in trees.values()] == list(map(uuid_of, ("cn1", "cn2", "cn3")))


def test_where_a_provider_shares_only_the_first_search_looks_in_vain(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    sharing = f"{ZONES}nfs  DISK_GB:100  +MISC_SHARES_VIA_AGGREGATE  @rack"
    database.write(plant, parse(sharing))
    whole, looks, look = forest(sharing), [], store.look

    def seen(*words: Any, **names: Any) -> store.Look:
        looks.append(words)
        return look(*words, **names)

    monkeypatch.setattr(store, "look", seen)
    for name, request in MEMBERS.items():
        found = database.query(operations.find, request).candidates
        assert readable(found) == readable(map(candidate, search([whole], request))), name
    assert len(looks) == len(MEMBERS) + 1


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
        with pytest.raises(errors.UnknownTraits) as unknown_traits:
            cloud.read(operations.find, request)
        assert str(unknown_traits.value) == "No such trait(s): CUSTOM_NO."
