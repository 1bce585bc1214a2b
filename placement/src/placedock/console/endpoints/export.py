# SPDX-License-Identifier: Apache-2.0
"""`GET /-/export` and `GET /-/cloud.schema.json`: a cloud as one file, and the form of such a file."""

from placedock import clouds
from placedock.clouds import anonymous, writing
from placedock.console.endpoint import TEXT, Endpoint, Parameter, Request, Response
from placedock.operations import exports

YAML = "application/yaml"


def _show(request: Request, response: Response) -> None:
    cloud, _ = request.db.read(
        exports.export,
        request.GET.getall("tree"),
        request.GET.getall("aggregate"),
        request.deadline,
    )
    if request.GET.get("anonymise") == "true":
        cloud = anonymous.anonymous(cloud)
    response.content_type = YAML
    lines = writing.lines(cloud, lambda count: request.deadline.check())
    response.body = "".join(lines).encode()


def _schema(request: Request, response: Response) -> None:
    response.send_json(clouds.schema())


SHOW = Endpoint(
    handler=_show,
    summary="The cloud, or some trees of it, as one YAML file that `placedock import` takes.",
    parameters={
        "tree": Parameter(
            "Only the tree that has this provider, by uuid or name.", repeatable=True
        ),
        "aggregate": Parameter(
            "Only the trees with a provider in this aggregate, by uuid.", repeatable=True
        ),
        "anonymise": Parameter(
            "Replace names, uuids, projects and users, and keep the structure.",
            {"enum": ["true", "false"]},
        ),
    },
    shows=TEXT,
    media_type=YAML,
    refuses=(exports.NoSuchTree, exports.EmptyAggregate),
)
SCHEMA = Endpoint(
    handler=_schema,
    summary="The JSON Schema of such a file, for editors.",
    shows={"type": "object"},
)
