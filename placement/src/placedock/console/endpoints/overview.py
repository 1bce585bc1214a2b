# SPDX-License-Identifier: Apache-2.0
"""`GET /-/overview` and `GET /-/map`: the cloud in sums, and a cell for each tree."""

from placedock import errors
from placedock.console.endpoint import TEXT, Endpoint, Parameter, Request, Response
from placedock.console.fresh import unchanged
from placedock.console.shapes import NUMBER, listed, record
from placedock.operations import cloud

OVERVIEW = record(
    counts=record(trees=NUMBER, providers=NUMBER, consumers=NUMBER, allocations=NUMBER),
    classes=listed(
        record(
            resource_class=TEXT,
            providers=NUMBER,
            total=NUMBER,
            reserved=NUMBER,
            capacity=NUMBER,
            used=NUMBER,
        )
    ),
    consumer_types=listed(record(consumer_type=TEXT, consumers=NUMBER)),
    projects=listed(
        record(project_id=TEXT, consumers=NUMBER),
        description=f"The {cloud.LARGEST_PROJECTS} projects with most consumers.",
    ),
)
MAP = record(
    resource_class=TEXT,
    aggregates=listed(TEXT),
    trees=listed(
        {
            "type": "array",
            "prefixItems": [TEXT, TEXT, NUMBER, NUMBER, listed(NUMBER)],
            "description": "The root's uuid and name, capacity and use of the class in the whole tree, and the root's "
            "aggregates as positions in `aggregates`.",
        }
    ),
)


def _show_overview(request: Request, response: Response) -> None:
    if unchanged(request, response):
        return
    found = request.db.read(cloud.overview)
    response.send_json(
        {
            "counts": found.counts._asdict(),
            "classes": [each._asdict() for each in found.classes],
            "consumer_types": [
                {"consumer_type": name, "consumers": number}
                for name, number in found.consumer_types
            ],
            "projects": [
                {"project_id": name, "consumers": number} for name, number in found.projects
            ],
        }
    )


def _show_map(request: Request, response: Response) -> None:
    if unchanged(request, response):
        return
    resource_class = request.GET["resource_class"]
    cells = request.db.read(cloud.cells, resource_class)
    aggregates = sorted({aggregate for cell in cells for aggregate in cell.aggregates})
    position = {aggregate: at for at, aggregate in enumerate(aggregates)}
    response.send_json(
        {
            "resource_class": resource_class,
            "aggregates": aggregates,
            "trees": [
                [
                    cell.uuid,
                    cell.name,
                    cell.capacity,
                    cell.used,
                    [position[aggregate] for aggregate in cell.aggregates],
                ]
                for cell in cells
            ],
        }
    )


SHOW = Endpoint(
    handler=_show_overview,
    summary="The cloud in sums: what there is of each class, and how many of everything.",
    shows=OVERVIEW,
    tagged=True,
)
SHOW_MAP = Endpoint(
    handler=_show_map,
    summary="Every tree with what it has of one resource class.",
    parameters={"resource_class": Parameter("The class, by name.", required=True)},
    shows=MAP,
    tagged=True,
    refuses=(errors.ResourceClassNotFound,),
)
