# SPDX-License-Identifier: Apache-2.0
"""`GET /-/trees`: whole trees with everything on them, a page at a time."""

from typing import Any

from placedock.console.endpoint import TEXT, Endpoint, Parameter, Request, Response
from placedock.console.fresh import unchanged
from placedock.console.shapes import NUMBER, listed, record
from placedock.model.cloud import Tree, TreeFilters
from placedock.operations import cloud

PAGE = 50
LIMIT = Parameter(
    f"How many are on a page, 1 to 200 ({PAGE}).",
    {"type": "string", "pattern": "^([1-9][0-9]?|1[0-9][0-9]|200)$"},
)
MARKER = Parameter("The `next` of the page before.")

STOCK = record(
    total=NUMBER,
    reserved=NUMBER,
    allocation_ratio={"type": "number"},
    min_unit=NUMBER,
    max_unit=NUMBER,
    step_size=NUMBER,
    capacity=NUMBER,
    used=NUMBER,
)
PROVIDER = record(
    uuid=TEXT,
    name=TEXT,
    generation=NUMBER,
    parent_provider_uuid={"type": ["string", "null"]},
    inventories={"type": "object", "additionalProperties": STOCK},
    traits=listed(TEXT),
    aggregates=listed(TEXT),
)
TREES = record(
    trees=listed(
        record(
            root=TEXT,
            providers=listed(PROVIDER, description="The root first."),
            borrows_from=listed(
                record(
                    uuid=TEXT,
                    name=TEXT,
                    root=TEXT,
                    aggregates=listed(TEXT),
                    resource_classes=listed(TEXT),
                ),
                description="Sharing providers of other trees that this tree may take from.",
            ),
            lends_to=listed(
                record(uuid=TEXT, aggregates=listed(TEXT), trees=NUMBER),
                description="Sharing providers of this tree, and how many other trees may take from each.",
            ),
        )
    ),
    next={"type": ["string", "null"], "description": "The marker of the next page."},
)


def _tree(tree: Tree) -> dict[str, Any]:
    return {
        "root": tree.members[0].uuid,
        "providers": [
            {
                "uuid": member.uuid,
                "name": member.name,
                "generation": member.generation,
                "parent_provider_uuid": member.parent_uuid,
                "inventories": {
                    name: stock._asdict() for name, stock in member.inventories.items()
                },
                "traits": member.traits,
                "aggregates": member.aggregates,
            }
            for member in tree.members
        ],
        "borrows_from": [
            {
                "uuid": each.uuid,
                "name": each.name,
                "root": each.root_uuid,
                "aggregates": each.aggregates,
                "resource_classes": each.resource_classes,
            }
            for each in tree.borrows_from
        ],
        "lends_to": [each._asdict() for each in tree.lends_to],
    }


def _show(request: Request, response: Response) -> None:
    if unchanged(request, response):
        return
    given = dict(request.GET)
    after, most = given.pop("marker", None), int(given.pop("limit", PAGE))
    page = request.db.read(cloud.trees, TreeFilters(**given), after, most)
    response.send_json({"trees": [_tree(each) for each in page.trees], "next": page.after})


SHOW = Endpoint(
    handler=_show,
    summary="Whole trees with everything on them, by the names of their roots.",
    parameters={
        "name": Parameter("A part of a provider's name."),
        "uuid": Parameter("A provider of the tree."),
        "resource_class": Parameter("A class of which a provider has inventory."),
        "trait": Parameter("A trait of a provider."),
        "aggregate": Parameter("The uuid of an aggregate that a provider is in."),
        "state": Parameter(
            "`full`: nothing is left of some class of a provider. `over`: more is used than the capacity.",
            {"enum": ["full", "over"]},
        ),
        "marker": MARKER,
        "limit": LIMIT,
    },
    shows=TREES,
    tagged=True,
)
