# SPDX-License-Identifier: Apache-2.0
"""An explanation as JSON: its schema, and the function that makes it."""

from collections.abc import Callable
from typing import Any

from placedock.console.endpoint import TEXT, Schema
from placedock.console.shapes import listed, record
from placedock.model.candidates import CandidatesRequest
from placedock.model.refusal import Refusal
from placedock.operations import sentences
from placedock.operations.explanations import EXAMPLES, MANY, MOST_SHOWN, TREES, Explained

Spell = Callable[[CandidatesRequest], str]
"""Writes the query that asks for a request."""

COUNT: Schema = {"type": "integer", "minimum": 0}
FIGURE: Schema = {"type": ["integer", "null"]}
SUFFIX: Schema = {
    "type": ["string", "null"],
    "description": "The suffix of the group, null for the root and for what must hold between groups.",
}
STOPPED: Schema = {"type": "boolean", "description": "Whether there may be more."}
COUNTS = {
    "type": "object",
    "required": ["in", "out", "alone"],
    "properties": {"in": COUNT, "out": COUNT, "alone": COUNT},
}
PROVIDER = record(uuid=TEXT, name=TEXT)
INVENTORY = {
    "asked": FIGURE,
    "free": FIGURE,
    "capacity": FIGURE,
    "used": FIGURE,
    "total": FIGURE,
    "reserved": FIGURE,
    "allocation_ratio": {"type": "number"},
    "min_unit": FIGURE,
    "max_unit": FIGURE,
    "step_size": FIGURE,
}
MISS: Schema = {
    "type": "object",
    "description": "A refusal of one provider; with the figures of its inventory where one was looked at.",
    "required": ["provider", "reason", "group", "what", "text"],
    "properties": {
        "provider": PROVIDER,
        "reason": TEXT,
        "group": TEXT,
        "what": TEXT,
        "text": {**TEXT, "description": "One sentence."},
        **INVENTORY,
    },
}
ONE_CHANGE = {
    "group": SUFFIX,
    "clause": {**TEXT, "description": "The kind of the clause, as in a stage."},
    "what": TEXT,
    "asked": FIGURE,
    "fits": {**FIGURE, "description": "The largest amount with which there is a candidate."},
    "fits_stopped": {
        "type": "boolean",
        "description": "Whether a larger amount may fit, because not all trees were tried.",
    },
}
CHANGE: Schema = {
    "type": "object",
    "required": ["kind", "text"],
    "properties": {
        "kind": {
            "enum": ["drop", "amount", "in_tree", "group_policy", "same_subtree", "limit", "pair"]
        },
        "text": {**TEXT, "description": "One sentence that says what to do."},
        **ONE_CHANGE,
        "changes": listed(
            {"type": "object"}, description="The two changes of a pair; each is like this one."
        ),
    },
}
EXPLANATION: Schema = record(
    summary={**TEXT, "description": "One to three sentences."},
    candidates=record(
        count={**COUNT, "description": f"Counted up to {MANY:,}, and up to the limit."},
        stopped=STOPPED,
    ),
    stages=listed(
        record(
            group=SUFFIX,
            kind=TEXT,
            what=TEXT,
            asked=FIGURE,
            providers=COUNTS,
            trees=COUNTS,
            text={**TEXT, "description": "One line."},
        ),
        description="What is asked for, in order: how many providers and trees came in and went out, and how many meet it "
        "alone. The kinds `together`, `group_policy`, `nested` and `same_subtree` are what must hold between groups.",
    ),
    reasons=listed(
        record(
            reason=TEXT,
            says=TEXT,
            group=TEXT,
            what=TEXT,
            providers={**FIGURE, "description": "null for a reason of whole trees."},
            trees=COUNT,
            text={**TEXT, "description": "One line."},
            examples=listed(MISS, maxItems=EXAMPLES),
        ),
        description="Why providers are refused, and why trees have no candidate. A tree counts for each reason that was met.",
    ),
    relax=listed(
        record(change=CHANGE, query=TEXT, candidates=COUNT, stopped=STOPPED),
        description="What would help, the best first: the changed query, and how many candidates it has. It was really asked.",
        maxItems=MOST_SHOWN,
    ),
    relax_tried=record(
        helped={
            **COUNT,
            "description": "How many changes help in all; the best of them are shown.",
        },
        tried={
            **COUNT,
            "description": "Changes that were given up half-way, with nothing found, do not count.",
        },
        of={**COUNT, "description": "How many changes are possible."},
        pairs={
            "type": "boolean",
            "description": "Whether pairs of changes were tried, which is when no single one helps.",
        },
    ),
    nearest=listed(
        record(root=PROVIDER, misses=listed(MISS)),
        description="The trees that miss least, when there are no candidates.",
        maxItems=TREES,
    ),
    hosts=listed(
        record(
            uuid=TEXT,
            name=TEXT,
            root=PROVIDER,
            clauses=listed(
                {
                    "type": "object",
                    "required": ["group", "clause", "what", "met", "text"],
                    "properties": {
                        "group": SUFFIX,
                        "clause": {
                            **TEXT,
                            "description": "The kind, as in a stage; `group` is all that a group asks for.",
                        },
                        "what": TEXT,
                        "met": {"type": "boolean"},
                        "text": {**TEXT, "description": "One sentence."},
                        "provider": PROVIDER,
                        "reason": TEXT,
                        **INVENTORY,
                    },
                }
            ),
            candidates=COUNT,
            stopped=STOPPED,
        ),
        description="For each `host` of the query all clauses, judged in its tree, whatever else is asked.",
    ),
)


def as_json(explained: Explained, spell: Spell) -> dict[str, Any]:
    found, names = explained.explanation, explained.names

    def provider(uuid: str) -> dict[str, str]:
        return {"uuid": uuid, "name": names[uuid]}

    def miss(uuid: str, why: Refusal) -> dict[str, Any]:
        return {
            "provider": provider(uuid),
            "reason": why.reason.name,
            "group": why.group,
            "what": why.what,
            "text": sentences.of_refusal(names[uuid], why),
            **figures(why),
        }

    return {
        "summary": explained.summary,
        "candidates": {"count": found.candidates, "stopped": found.stopped},
        "stages": [
            {
                "group": stage.group,
                "kind": stage.kind,
                "what": stage.what,
                "asked": stage.asked,
                "providers": dict(zip(("in", "out", "alone"), stage.providers, strict=True)),
                "trees": dict(zip(("in", "out", "alone"), stage.trees, strict=True)),
                "text": sentences.of_stage(stage),
            }
            for stage in found.stages
        ],
        "reasons": [
            {
                "reason": one.refusal.reason.name,
                "says": one.refusal.reason.value,
                "group": one.refusal.group,
                "what": one.refusal.what,
                "providers": one.providers,
                "trees": one.trees,
                "text": sentences.of_reason(one),
                "examples": [miss(example.uuid, why) for example, why in one.examples],
            }
            for one in found.reasons
        ],
        "relax": [
            {
                "change": _change(one.changes),
                "query": spell(one.request),
                "candidates": one.candidates,
                "stopped": one.stopped,
            }
            for one in found.relax.found
        ],
        "relax_tried": {
            "helped": found.relax.helped,
            "tried": found.relax.tried,
            "of": found.relax.possible,
            "pairs": found.relax.pairs,
        },
        "nearest": [
            {
                "root": provider(near.root.uuid),
                "misses": [miss(one.uuid, why) for one, why in near.misses],
            }
            for near in found.nearest
        ],
        "hosts": [
            {
                "uuid": called.uuid,
                "name": called.name,
                "root": provider(host.root.uuid),
                "clauses": [
                    {
                        "group": judged.group,
                        "clause": judged.kind,
                        "what": judged.what,
                        "asked": judged.asked,
                        "met": judged.met,
                        "text": sentences.of_judged(judged, names, names[host.root.uuid]),
                        **({"provider": provider(judged.provider.uuid)} if judged.provider else {}),
                        **({"reason": judged.refusal.reason.name} if judged.refusal else {}),
                        **(judged.figures or {}),
                    }
                    for judged in host.clauses
                ],
                "candidates": host.candidates,
                "stopped": host.stopped,
            }
            for called, host in zip(explained.hosts, found.hosts, strict=True)
        ],
    }


def figures(why: Refusal) -> dict[str, float]:
    """The figures of the inventory that refused, without those that were not looked at."""
    known = why._asdict()
    return {name: known[name] for name in INVENTORY if known[name] is not None}


def _change(changes: tuple[Any, ...]) -> dict[str, Any]:
    text = sentences.of_changes(changes)
    if len(changes) > 1:
        return {"kind": "pair", "text": text, "changes": [_change((one,)) for one in changes]}
    (one,) = changes
    figures = {name: getattr(one, name) for name in ONE_CHANGE}
    return {"kind": one.kind, "text": text, **figures}
