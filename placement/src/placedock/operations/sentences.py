# SPDX-License-Identifier: Apache-2.0
"""Puts explanations into words. Providers are named by their names, which the candidates package does not know."""

from collections.abc import Mapping, Sequence
from itertools import takewhile

from placedock.candidates.explaining import Change, Counted, Explanation, Judged, Stage
from placedock.model.refusal import Reason, Refusal

Names = Mapping[str, str]
"""The names of providers, by uuid."""

_OF_PROVIDER = {
    Reason.NO_INVENTORY: "has no inventory of {what}",
    Reason.BELOW_MIN_UNIT: "gives no less than {min_unit:,} {what} to a claim, and {asked:,} are asked for",
    Reason.ABOVE_MAX_UNIT: "gives no more than {max_unit:,} {what} to a claim, and {asked:,} are asked for",
    Reason.OFF_STEP_SIZE: "gives {what} in multiples of {step_size:,}, and {asked:,} are asked for",
    Reason.NOT_ENOUGH_LEFT: "has {free:,} {what} left, and {asked:,} are asked for ({total:,} total, {reserved:,} "
    "reserved, {used:,} used, ratio {allocation_ratio:g})",
    Reason.MISSING_TRAIT: "does not have {what}",
    Reason.FORBIDDEN_TRAIT: "has the forbidden {what}",
    Reason.WRONG_AGGREGATE: "is not in the aggregate {what}",
    Reason.FORBIDDEN_AGGREGATE: "is in the forbidden aggregate {what}",
    Reason.OTHER_TREE: "is not in the tree {what}",
    Reason.ASKED_NOTHING: "cannot serve a group that asks for neither resources, nor a trait, nor an aggregate",
    Reason.ROOT_MISSING_TRAIT: "does not have {what}, which the root must have",
    Reason.ROOT_FORBIDDEN_TRAIT: "has {what}, which the root must not have",
    Reason.NOBODY: "has no provider in its tree that serves the group",
    Reason.TOGETHER_TOO_MUCH: "has less {what} left in its tree than all groups together ask for",
    Reason.TOGETHER_MISSING_TRAIT: "has no providers in its tree that together have {what}",
    Reason.NOT_ISOLATED: "has too few providers in its tree for groups that must be isolated",
    Reason.NOT_ONE_SUBTREE: "has no subtree that serves the groups {what}",
    Reason.NOT_FLAT: "would serve by several providers of its tree, which a client before 1.29 cannot be told",
}


def of_refusal(name: str, why: Refusal) -> str:
    """A sentence about the provider called `name`."""
    known = why._asdict() | {"what": _either(why.what)}
    if why.reason is Reason.TOGETHER_TOO_MUCH and not why.what:
        known["what"] = "of a class"
    said = _OF_PROVIDER[why.reason].format(**known)
    return f"{name} {said}{_for_group(why.group)}."


def _either(what: str) -> str:
    return what.replace("|", " or ")


def many(number: int, noun: str) -> str:
    """`1 tree`, `2 trees`."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def _for_group(group: str | None) -> str:
    return f" (group {group})" if group else ""


def of_changes(changes: tuple[Change, ...]) -> str:
    """One sentence that says what a person should do."""
    said = ", and ".join(_of_change(change) for change in changes)
    return f"{said[0].upper()}{said[1:]}."


def _of_change(change: Change) -> str:
    what, group = _either(change.what), _for_group(change.group)
    if change.kind == "amount":
        more = " (more may fit: not all trees were tried)" if change.fits_stopped else ""
        return f"ask for {change.fits:,} {what} instead of {change.asked:,}{group}{more}"
    named = {
        "resources": f"{change.asked or 0:,} {what}",
        "required": f"the required {what}",
        "forbidden": f"the forbidden {what}",
        "member_of": f"the aggregate {what}",
        "forbidden_aggregates": f"the forbidden aggregate {what}",
        "in_tree": f"the tree {what}",
        "nothing": "the group",
        "root_required": f"{what}, which the root must have",
        "root_forbidden": f"{what}, which the root must not have",
        "group_policy": "group_policy=isolate",
        "same_subtree": f"same_subtree={what}",
        "limit": f"limit={change.asked}",
    }
    said = f"drop {named[change.clause]}{group}"
    gone = [f"group {suffix or 'without a suffix'}" for suffix in change.gone]
    return f"{said}, and with it {' and '.join(gone)}" if gone else said


def needs(kind: str, what: str, asked: int | None, group: str | None) -> str:
    """A clause as what a tree may have: `4 VCPU left`."""
    what = _either(what)
    said = {
        "resources": f"{asked or 0:,} {what} left",
        "required": f"a provider with {what}",
        "forbidden": f"a provider without {what}",
        "member_of": f"a provider in the aggregate {what}",
        "forbidden_aggregates": f"a provider outside of the aggregate {what}",
        "in_tree": f"a provider in the tree {what}",
        "nothing": "a provider for a group that asks for nothing",
        "group": "providers that serve all that is asked",
        "root_required": f"a root with {what}",
        "root_forbidden": f"a root without {what}",
        "together": f"as much {what.replace(',', ' and ')} left as all groups together ask for",
        "group_policy": "a provider of its own for each group with a suffix",
        "nested": "one provider for all that is asked",
        "same_subtree": f"a subtree that serves the groups {what}",
    }[kind]
    return f"{said} for group {group}" if group else said


def of_judged(judged: Judged, names: Names, tree: str) -> str:
    """A sentence about a clause that a tree meets or does not meet."""
    if judged.refusal is not None and judged.provider is not None:
        return of_refusal(names[judged.provider.uuid], judged.refusal)
    said = needs(judged.kind, judged.what, judged.asked, judged.group)
    if judged.met and judged.provider is not None and judged.figures is not None:
        by = names[judged.provider.uuid]
        free = judged.figures["free"]
        return f"{by} has {free:,} {judged.what} left, and {judged.asked:,} are asked for{_for_group(judged.group)}."
    return f"{tree} has {said}." if judged.met else f"{tree} does not have {said}."


def of_stage(stage: Stage) -> str:
    """One line, as in a log."""
    amount = f":{stage.asked:,}" if stage.asked is not None else ""
    where = "all groups" if stage.group is None else f"group {stage.group or '-'}"
    if stage.kind.startswith("root_"):
        where = "root"
    trees, of = stage.trees, stage.providers
    return (
        f"{where}: {stage.kind}={stage.what}{amount}: {many(trees.came_in, 'tree')} in, {trees.went_out:,} out, "
        f"{trees.alone:,} meet it alone (providers: {of.came_in:,} in, {of.went_out:,} out, {of.alone:,} alone)"
    )


def of_reason(reason: Counted) -> str:
    """One line: for how many a reason was met."""
    who = "" if reason.providers is None else f"{many(reason.providers, 'provider')} in "
    said = f"{reason.refusal.reason.value} {_either(reason.refusal.what)}".rstrip()
    return f"{who}{many(reason.trees, 'tree')}: {said}{_for_group(reason.refusal.group)}"


def summary(found: Explanation, names: Names) -> str:
    """One to three sentences that a person can act on."""
    if found.candidates:
        more = "At least " if found.stopped else ""
        count = many(found.candidates, "candidate")
        return f"{more}{count} in a cloud of {many(found.trees, 'tree')}."
    said = ["No candidates.", *narrowed(found.trees, found.stages, names)]
    if found.relax.found:
        best = found.relax.found[0]
        more = "at least " if best.stopped else ""
        said.append(f"{of_changes(best.changes)[:-1]}: that has {more}{best.candidates:,}.")
    return " ".join(said)


def narrowed(trees: int, stages: Sequence[Stage], names: Names) -> list[str]:
    """The stage at which the last trees go out, and the largest amount that is left there."""
    if not trees:
        return ["The cloud has no providers."]
    empty = next((stage for stage in stages if not stage.trees.went_out), None)
    if empty is None:
        return []
    wanted = needs(empty.kind, empty.what, empty.asked, empty.group)
    before = list(takewhile(lambda stage: stage is not empty, stages))
    narrowing = [stage for stage in before if stage.trees.went_out < stage.trees.came_in]
    if narrowing:
        last = narrowing[-1]
        had = needs(last.kind, last.what, last.asked, last.group)
        have = "has" if empty.trees.came_in == 1 else "have"
        left = f"{empty.trees.came_in:,} {have} {had}"
        said = f"Of {many(trees, 'tree')} {left}; none of these has {wanted}"
    else:
        said = f"None of {many(empty.trees.came_in, 'tree')} has {wanted}"
    if empty.best is None:
        return [f"{said}."]
    provider, why = empty.best
    figures = f"{why.total:,} total, {why.reserved:,} reserved, {why.used:,} used"
    return [f"{said}: most is {why.free:,} on {names[provider.uuid]} ({figures})."]


def examples(found: Explanation) -> set[str]:
    """The uuids of all providers that are named."""
    uuids = {stage.best[0].uuid for stage in found.stages if stage.best is not None}
    uuids |= {one.uuid for reason in found.reasons for one, _ in reason.examples}
    for near in found.nearest:
        uuids |= {near.root.uuid, *(one.uuid for one, _ in near.misses)}
    for host in found.hosts:
        uuids.add(host.root.uuid)
        uuids |= {one.provider.uuid for one in host.clauses if one.provider is not None}
    return uuids
