# SPDX-License-Identifier: Apache-2.0
"""`GET /-/audit`: what is odd in the whole cloud, with the commands that would mend it."""

from itertools import islice
from typing import Any

from placedock.console.endpoint import TEXT, Endpoint, Parameter, Request, Response, Schema
from placedock.model.audit import KINDS, Audit
from placedock.operations import audit as operations

FEW = 100
"""The number of findings of each kind that are shown, unless the client asks for another number."""

FINDING: Schema = {
    "type": "object",
    "required": ["subject", "says", "mend", "mend_with"],
    "properties": {
        "subject": {
            **TEXT,
            "description": "The uuid of a provider, consumer or aggregate, or a name.",
        },
        "says": {**TEXT, "description": "What was found, in figures."},
        "mend": {**TEXT, "description": "The command that would mend it. Nobody has run it."},
        "mend_with": {
            "enum": ["openstack", "sql"],
            "description": "Whether the command is one for a shell, or SQL for the database.",
        },
    },
}
KIND: Schema = {
    "type": "object",
    "required": ["kind", "about", "count", "findings"],
    "properties": {
        "kind": {"enum": list(KINDS)},
        "about": TEXT,
        "count": {"type": "integer", "minimum": 1},
        "findings": {
            "type": "array",
            "items": FINDING,
            "description": "The first of them, at most as many as `limit` says.",
        },
    },
}
HOLDER: Schema = {
    "type": "object",
    "required": ["resource_class", "consumer", "project", "used"],
    "properties": {
        "resource_class": TEXT,
        "consumer": TEXT,
        "project": {"type": ["string", "null"]},
        "used": {"type": "integer"},
    },
}
AUDIT: Schema = {
    "type": "object",
    "required": ["live", "kinds", "largest_holders"],
    "properties": {
        "live": {
            "type": "boolean",
            "description": "Whether a list of the consumers that exist was given. Without one, as on this URL, nobody looked "
            "whether consumers still exist; `placedock audit --live` takes the list.",
        },
        "kinds": {
            "type": "array",
            "items": KIND,
            "description": "The kinds of which there is any.",
        },
        "largest_holders": {
            "type": "array",
            "items": HOLDER,
            "description": f"For each resource class the {operations.HOLDERS} consumers that hold most.",
        },
    },
}


def as_json(audit: Audit, few: int | None) -> dict[str, Any]:
    """The answer; of each kind the first `few` findings, None for all."""
    kinds = []
    for kind, about in KINDS.items():
        findings = [finding for finding in audit.findings if finding.kind == kind]
        if findings:
            shown = [
                {
                    "subject": one.subject,
                    "says": one.says,
                    "mend": one.mend,
                    "mend_with": one.mend_with,
                }
                for one in islice(findings, few)
            ]
            kinds.append({"kind": kind, "about": about, "count": len(findings), "findings": shown})
    holders = [holder._asdict() for holder in audit.largest_holders]
    return {"live": audit.live, "kinds": kinds, "largest_holders": holders}


def _show(request: Request, response: Response) -> None:
    few = int(request.GET.get("limit", FEW))
    response.send_json(as_json(request.db.read(operations.audit, None, request.deadline), few))


SHOW = Endpoint(
    handler=_show,
    summary="What is odd in this cloud, each with the command that would mend it.",
    parameters={
        "limit": Parameter(
            f"How many findings of each kind are shown ({FEW}).",
            {"type": "string", "pattern": "^[1-9][0-9]{0,5}$"},
        )
    },
    shows=AUDIT,
)
