# SPDX-License-Identifier: Apache-2.0
"""`placedock explain`: why there are so many candidates for a query, or none, from the configured database."""

import argparse
import json
import sys
from typing import Any
from urllib.parse import urlsplit

from placedock import config
from placedock.errors import PlacedockError


def add(commands: Any) -> None:
    command = commands.add_parser(
        "explain", help="say why a query of GET /allocation_candidates finds so much, or nothing"
    )
    command.add_argument("query", metavar="QUERY", help="the query string, or a whole URL")
    command.add_argument(
        "--version", default="latest", help="a microversion, such as 1.36 (latest)"
    )
    command.add_argument("--json", action="store_true", help="as GET /-/explain answers it")
    command.set_defaults(command=run)


def run(asked: argparse.Namespace) -> int:
    from placedock import service
    from placedock.api import asked as api
    from placedock.console.endpoints.explain import as_json
    from placedock.operations import explanations

    query = urlsplit(asked.query).query if "?" in asked.query else asked.query
    try:
        request = api.candidates(query, f"placement {asked.version}")
        with service.database(config.load()).unhurried() as database:
            answer = as_json(database.query(explanations.of_request, request))
    except PlacedockError as error:
        print(f"placedock: {error}", file=sys.stderr)
        return 2
    if asked.json:
        print(json.dumps(answer, indent=2))
        return 0
    print(answer["summary"])
    for stage in answer["stages"]:
        amount = f":{stage['asked']:,}" if stage["asked"] is not None else ""
        trees = stage["trees"]
        print(
            f"  group {stage['group'] or '-'}: {stage['kind']}={stage['what']}{amount}: "
            f"{trees['in']:,} trees in, {trees['out']:,} out, {trees['alone']:,} meet it alone"
        )
    for reason in answer["reasons"]:
        where = f" (group {reason['group']})" if reason["group"] else ""
        print(f"  {reason['trees']:,} trees: {reason['says']} {reason['what']}{where}".rstrip())
    return 0
