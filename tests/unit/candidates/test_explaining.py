# SPDX-License-Identifier: Apache-2.0
"""An explanation counts what anybody counts who tries everything.

The clouds and requests are random, and the counts are made again here from the definition of a candidate.
"""

from dataclasses import replace

from placedock.candidates.explaining import Stage
from placedock.model.candidates import CandidatesRequest, Group

from . import definition
from .conftest import Explained
from .trying import both, meets, parts, reaching, refused_for, roots, serving

NO_TRAITS: frozenset[str] = frozenset()


def numbers(stage: Stage) -> tuple[tuple[int, ...], tuple[int, ...]]:
    return tuple(stage.providers), tuple(stage.trees)


def test_the_candidates_are_as_many_as_there_are(explained: Explained) -> None:
    for seed, whole, request, told in explained:
        assert told.candidates == len(definition.candidates(whole, request)), seed
        assert not told.stopped


def test_each_stage_of_a_root_or_a_group_counts_what_trying_everything_counts(
    explained: Explained,
) -> None:
    for seed, whole, request, told in explained:
        there, stages = roots(whole), iter(told.stages)
        for kind, asked in (
            ("root_required", request.root_required),
            ("root_forbidden", request.root_forbidden),
        ):
            for trait in sorted(asked):
                wanted = kind == "root_required"
                left = [one for one in there if (trait in one.traits) == wanted]
                alone = [one for one in roots(whole) if (trait in one.traits) == wanted]
                counts = (len(there), len(left), len(alone))
                assert numbers(next(stages)) == (counts, counts), seed
                there = left
        for group in request.groups:
            known = {(kind, what): clause for kind, what, clause in parts(group)}
            so_far, came = Group(group.suffix), len(reaching(whole, there))
            of_group = len(list(parts(group)))
            if group.suffix and not (group.resources or group.required or group.member_of):
                of_group += 1
            for _ in range(of_group):
                stage = next(stages)
                assert stage.group == group.suffix
                if stage.kind == "nothing":
                    assert (stage.trees.went_out, stage.trees.alone) == (0, 0), seed
                    there, came = [], 0
                    continue
                clause = known[stage.kind, stage.what]
                so_far = both(so_far, clause)
                one_group = CandidatesRequest((so_far,))
                left = [root for root in there if definition.under(whole, one_group, root)]
                spread = stage.kind == "resources" and not group.suffix
                if spread:
                    came = len(reaching(whole, there))
                    went = len(
                        [
                            one
                            for one in reaching(whole, left)
                            if definition.admits(one, stage.what, [group.resources[stage.what]])
                        ]
                    )
                else:
                    went = len(serving(whole, one_group, left))
                meeting = {
                    (root.id, one.id)
                    for root in roots(whole)
                    for one in reaching(whole, [root])
                    if meets(one, clause, root, whole)
                }
                assert numbers(stage) == (
                    (came, went, len({one for _, one in meeting})),
                    (len(there), len(left), len({root for root, _ in meeting})),
                ), (seed, stage)
                there, came = left, went


def test_each_stage_between_groups_counts_what_trying_everything_counts(
    explained: Explained,
) -> None:
    for seed, whole, request, told in explained:
        wide = [stage for stage in told.stages if stage.group is None and "root" not in stage.kind]
        bare = replace(request, root_required=NO_TRAITS, root_forbidden=NO_TRAITS)
        so_far = replace(bare, isolate=False, same_subtree=(), nested=True)
        there = [
            root
            for root in roots(whole)
            if definition.may_be_root(root, request)
            and all(
                definition.under(whole, CandidatesRequest((group,)), root)
                for group in request.groups
            )
        ]
        for stage in wide:
            alone = replace(so_far, isolate=False, same_subtree=(), nested=True)
            if stage.kind == "together":
                classes = set(stage.what.split(","))
                groups = tuple(
                    Group(
                        each.suffix,
                        {name: n for name, n in each.resources.items() if name in classes},
                    )
                    for each in request.groups
                    if classes & set(each.resources)
                )
                alone = replace(alone, groups=groups)
            elif stage.kind == "group_policy":
                so_far = replace(so_far, isolate=True)
                suffixed = tuple(each for each in request.groups if each.suffix)
                alone = replace(alone, groups=suffixed, isolate=True)
            elif stage.kind == "nested":
                so_far, alone = replace(so_far, nested=False), replace(alone, nested=False)
            else:
                suffixes = frozenset(stage.what.split(","))
                so_far = replace(so_far, same_subtree=(*so_far.same_subtree, suffixes))
                members = tuple(each for each in request.groups if each.suffix in suffixes)
                alone = replace(alone, groups=members, same_subtree=(suffixes,))
            left = [root for root in there if definition.under(whole, so_far, root)]
            meeting = [root for root in roots(whole) if definition.under(whole, alone, root)]
            assert tuple(stage.trees) == (len(there), len(left), len(meeting)), (seed, stage)
            there = left
        # All that could be in the way has been told.
        assert len(there) == sum(
            bool(definition.under(whole, request, root))
            for root in roots(whole)
            if definition.may_be_root(root, request)
        ), seed


def test_reasons_count_the_providers_and_trees_for_which_a_rule_is_the_first_to_be_broken(
    explained: Explained,
) -> None:
    for seed, whole, request, told in explained:
        counted: dict[tuple[str, str, str], set[tuple[int, int]]] = {}
        for root in roots(whole):
            if not definition.may_be_root(root, request):
                continue
            for group in request.groups:
                slots = [{name: n} for name, n in group.resources.items()]
                for slot in [group.resources] if group.suffix else slots:
                    for one in reaching(whole, [root]):
                        if why := refused_for(one, group, slot, root, whole):
                            key = (why[0], group.suffix, why[1])
                            counted.setdefault(key, set()).add((one.id, root.id))
        shown = {
            (one.refusal.reason.name, one.refusal.group, one.refusal.what): (
                one.providers,
                one.trees,
            )
            for one in told.reasons
            if one.providers is not None
        }
        assert shown == {
            key: (len({one for one, _ in pairs}), len({root for _, root in pairs}))
            for key, pairs in counted.items()
        }, seed


def test_the_figures_of_examples_are_those_of_the_provider(explained: Explained) -> None:
    for seed, _, _, told in explained:
        for reason in told.reasons:
            assert 1 <= len(reason.examples) <= 3
            if reason.providers is None:
                continue
            for one, why in reason.examples:
                if why.free is not None:
                    stock, used = one.inventories[why.what], one.used.get(why.what, 0)
                    assert (why.free, why.used, why.total, why.reserved) == (
                        stock.limit - used,
                        used,
                        stock.total,
                        stock.reserved,
                    ), seed


def test_each_tree_without_a_candidate_has_a_reason(explained: Explained) -> None:
    for seed, whole, request, told in explained:
        empty = [
            root
            for root in roots(whole)
            if not definition.may_be_root(root, request)
            or not definition.under(whole, request, root)
        ]
        trees = [one.trees for one in told.reasons if one.providers is None]
        assert max(trees, default=0) <= len(empty) <= sum(trees), seed


def test_a_host_has_the_candidates_and_meets_the_clauses_that_it_does(
    explained: Explained,
) -> None:
    for seed, whole, request, told in explained:
        for host in told.hosts:
            root = host.root
            there = definition.may_be_root(root, request)
            found = definition.under(whole, request, root) if there else ()
            assert host.candidates == len(found), seed
            judged = {(one.group, one.kind, one.what): one.met for one in host.clauses}
            for group in request.groups:
                for kind, what, clause in parts(group):
                    assert judged[group.suffix, kind, what] == any(
                        meets(one, clause, root, whole) for one in reaching(whole, [root])
                    ), (seed, kind, what)
            if found:
                assert all(judged.values()), seed
