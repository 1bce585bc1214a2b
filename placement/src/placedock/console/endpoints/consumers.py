# SPDX-License-Identifier: Apache-2.0
"""`GET /-/consumers`: who holds what, a page at a time."""

from typing import Any

from placedock.console.endpoint import TEXT, Endpoint, Parameter, Request, Response
from placedock.console.endpoints.trees import LIMIT, MARKER, PAGE
from placedock.console.fresh import unchanged
from placedock.console.shapes import NUMBER, listed, record
from placedock.model.cloud import Consumer, ConsumerFilters
from placedock.operations import cloud

CONSUMERS = record(
    consumers=listed(
        record(
            uuid=TEXT,
            project_id=TEXT,
            user_id=TEXT,
            consumer_type=TEXT,
            generation=NUMBER,
            allocations=listed(
                record(
                    provider=TEXT,
                    name=TEXT,
                    root=TEXT,
                    resources={"type": "object", "additionalProperties": NUMBER},
                )
            ),
        )
    ),
    next={"type": ["string", "null"], "description": "The marker of the next page."},
)


def _consumer(consumer: Consumer) -> dict[str, Any]:
    return {
        "uuid": consumer.uuid,
        "project_id": consumer.project,
        "user_id": consumer.user,
        "consumer_type": consumer.consumer_type,
        "generation": consumer.generation,
        "allocations": [
            {
                "provider": each.provider_uuid,
                "name": each.provider_name,
                "root": each.root_uuid,
                "resources": each.resources,
            }
            for each in consumer.holdings
        ],
    }


def _show(request: Request, response: Response) -> None:
    if unchanged(request, response):
        return
    given = request.GET
    filters = ConsumerFilters(
        project=given.get("project_id"),
        user=given.get("user_id"),
        consumer_type=given.get("consumer_type"),
        uuid=given.get("uuid"),
        tree=given.get("tree"),
    )
    page = request.db.read(
        cloud.consumers, filters, given.get("marker"), int(given.get("limit", PAGE))
    )
    response.send_json(
        {"consumers": [_consumer(each) for each in page.consumers], "next": page.after}
    )


SHOW = Endpoint(
    handler=_show,
    summary="The consumers that hold something, with all that each holds, in the order in which they were made.",
    parameters={
        "project_id": Parameter("The consumer's project."),
        "user_id": Parameter("The consumer's user."),
        "consumer_type": Parameter("The consumer's type; `unknown` for those that have none."),
        "uuid": Parameter("The consumer itself."),
        "tree": Parameter("The uuid of a provider: consumers that hold something in its tree."),
        "marker": MARKER,
        "limit": LIMIT,
    },
    shows=CONSUMERS,
    tagged=True,
)
