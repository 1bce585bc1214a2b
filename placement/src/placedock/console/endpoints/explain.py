# SPDX-License-Identifier: Apache-2.0
"""`GET /-/explain`: why there are so many candidates for a query of `GET /allocation_candidates`, or none."""

from typing import Any

from placedock import errors
from placedock.console.endpoint import TEXT, Endpoint, Parameter, Request, Response, Schema
from placedock.operations import explanations
from placedock.operations.explanations import MANY, Explained

NUMBER: Schema = {"type": "integer", "minimum": 0}
COUNTS: Schema = {
    "type": "object",
    "required": ["in", "out", "alone"],
    "properties": {"in": NUMBER, "out": NUMBER, "alone": NUMBER},
}
EXPLANATION: Schema = {
    "type": "object",
    "required": ["summary", "candidates", "stages", "reasons"],
    "properties": {
        "summary": {**TEXT, "description": "One to three sentences."},
        "candidates": {
            "type": "object",
            "required": ["count", "stopped"],
            "properties": {
                "count": {**NUMBER, "description": f"Counted up to {MANY:,}."},
                "stopped": {"type": "boolean", "description": "Whether there may be more."},
            },
        },
        "stages": {
            "type": "array",
            "description": "What is asked for, in order: how many providers and trees came in and went out, "
            "and how many meet it alone.",
            "items": {
                "type": "object",
                "required": ["group", "kind", "what", "asked", "providers", "trees"],
                "properties": {
                    "group": {"type": ["string", "null"], "description": "null is the root."},
                    "kind": TEXT,
                    "what": TEXT,
                    "asked": {"type": ["integer", "null"]},
                    "providers": COUNTS,
                    "trees": COUNTS,
                },
            },
        },
        "reasons": {
            "type": "array",
            "description": "Why trees have no candidate. A tree counts for each reason that was met there.",
            "items": {
                "type": "object",
                "required": ["reason", "says", "group", "what", "trees"],
                "properties": {
                    "reason": TEXT,
                    "says": TEXT,
                    "group": TEXT,
                    "what": TEXT,
                    "trees": NUMBER,
                },
            },
        },
    },
}


def as_json(explained: Explained) -> dict[str, Any]:
    found = explained.explanation
    names = ("in", "out", "alone")
    return {
        "summary": explained.summary,
        "candidates": {"count": found.candidates, "stopped": found.stopped},
        "stages": [
            {
                "group": stage.group,
                "kind": stage.kind,
                "what": stage.what,
                "asked": stage.asked,
                "providers": dict(zip(names, stage.providers, strict=True)),
                "trees": dict(zip(names, stage.trees, strict=True)),
            }
            for stage in found.stages
        ],
        "reasons": [
            {
                "reason": refusal.reason.name,
                "says": refusal.reason.value,
                "group": refusal.group,
                "what": refusal.what,
                "trees": trees,
            }
            for refusal, trees in sorted(found.dropped.items(), key=lambda item: -item[1])
        ],
    }


def _show(request: Request, response: Response) -> None:
    header = request.headers.get("OpenStack-API-Version")
    wanted = request.outside.candidates(request.query_string, header)
    explained = request.db.query(explanations.of_request, wanted, request.deadline)
    response.send_json(as_json(explained))


SHOW = Endpoint(
    handler=_show,
    summary="Why there are so many candidates, or none: it takes the query of GET /allocation_candidates.",
    reads_query=True,
    headers={
        "OpenStack-API-Version": Parameter(
            "The microversion that the query is read at; without it, the newest."
        )
    },
    shows=EXPLANATION,
    refuses=(errors.UnknownResourceClass, errors.UnknownTraits),
)
