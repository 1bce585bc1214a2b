# SPDX-License-Identifier: Apache-2.0
"""`GET /-/explain`: why there are so many candidates for a query of `GET /allocation_candidates`, or none."""

from urllib.parse import unquote_plus

from placedock import errors
from placedock.console.endpoint import Endpoint, Parameter, Request, Response
from placedock.console.explanation import EXPLANATION, as_json
from placedock.operations import explanations

HOST = "host"


def _show(request: Request, response: Response) -> None:
    hosts, query = split(request.query_string)
    header = request.headers.get("OpenStack-API-Version")
    wanted = request.outside.candidates(query, header)
    explained = request.db.query(explanations.of_request, wanted, hosts, request.deadline)
    response.send_json(as_json(explained, request.outside.spell))


def split(query: str) -> tuple[list[str], str]:
    """The values of `host`, which the API does not know, and the rest of the query as it was sent."""
    hosts, rest = [], []
    for pair in query.split("&"):
        name, _, value = pair.partition("=")
        if unquote_plus(name) == HOST:
            hosts.append(unquote_plus(value))
        else:
            rest.append(pair)
    return hosts, "&".join(rest)


VERSION = {
    "OpenStack-API-Version": Parameter(
        "The microversion that the request is read at; without it, the newest."
    )
}

SHOW = Endpoint(
    handler=_show,
    summary="Why there are so many candidates, or none: it takes the query of GET /allocation_candidates.",
    takes=("GET", "/allocation_candidates"),
    reads_query=True,
    parameters={
        HOST: Parameter(
            "The uuid or name of a provider: every clause is judged in its tree. At most "
            f"{explanations.MOST_HOSTS}.",
            repeatable=True,
        )
    },
    headers=VERSION,
    shows=EXPLANATION,
    refuses=(errors.UnknownResourceClass, errors.UnknownTraits, explanations.NoSuchHost),
)
