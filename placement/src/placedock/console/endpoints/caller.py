# SPDX-License-Identifier: Apache-2.0
"""`GET /-/caller`: what the caller may do, so that a page offers nobody what would be refused."""

from placedock.console.endpoint import TEXT, Endpoint, Request, Response
from placedock.console.shapes import listed, record

CALLER = record(
    user_id=TEXT,
    project_id={"type": ["string", "null"]},
    roles=listed(TEXT),
    may=listed(
        TEXT,
        description="The operations that the policy allows this caller, such as `PUT /allocations/{consumer_uuid}`.",
    ),
    read_only={
        "type": ["string", "null"],
        "description": "Why nothing can be changed, whoever asks; null where changes are taken.",
    },
)


def _show(request: Request, response: Response) -> None:
    caller = request.caller
    may = {
        f"{method} {path}"
        for rule in request.policy.rules
        if request.policy.allows(rule.name, caller)
        for method, path in rule.operations
    }
    response.cache_control = "no-store"
    response.send_json(
        {
            "user_id": caller.user_id,
            "project_id": caller.project_id,
            "roles": sorted(caller.roles),
            "may": sorted(may),
            "read_only": request.db.refusal,
        }
    )


SHOW = Endpoint(
    handler=_show,
    summary="Who the caller is to this service, and what the policy lets the caller do.",
    shows=CALLER,
)
