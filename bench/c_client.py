# SPDX-License-Identifier: Apache-2.0
"""A program of its own that times statements by MySQL's client in C, and the writing of an answer; `bare` starts it.

In the bench's own process the client's libssl would meet Python's. Standard input has a JSON object: `host`, `password`,
`database`, `statements`, `answer` and `times`. Standard output gets the seconds of each time as a JSON list.
"""

import json
import sys
from time import perf_counter
from typing import Any

import orjson
from _mysql_connector import MySQL


def main() -> None:
    asked = json.load(sys.stdin)
    client = MySQL()
    client.connect(
        host=asked["host"], user="root", password=asked["password"], database=asked["database"]
    )
    seconds = [_once(client, asked) for _ in range(1 + asked["times"])]
    # The first time fills the server's caches.
    json.dump(seconds[1:], sys.stdout)


def _once(client: Any, asked: dict[str, Any]) -> float:
    begin = perf_counter()
    for statement in asked["statements"]:
        client.query(statement)
        if client.have_result_set:
            while client.fetch_row():
                pass
            client.free_result()
    orjson.dumps(asked["answer"])
    return perf_counter() - begin


if __name__ == "__main__":
    main()
