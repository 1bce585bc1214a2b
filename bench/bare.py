# SPDX-License-Identifier: Apache-2.0
"""The floor of a search: the statements that placedock sends for it, without placedock.

MySQL's general log tells the statements of one request. MySQL's client in C sends them again and fetches the rows as they
come, and the answer is written as JSON once (`c_client`). No service that reads and answers the same can take less.
"""

import json
import subprocess
import sys
from typing import Any

from .measure import Effort, Figure
from .servers import PASSWORD, MySQL, Service

TIMES = 4
"""The number of times that the statements are looked at, and in each turn of the bench are sent."""


def floor(mysql: MySQL, service: Service, request: bytes, effort: Effort) -> Figure:
    """The milliseconds of the request's statements and of writing its answer."""
    statements, answer = _statements(mysql, service, request)
    asked = {
        "host": mysql.host,
        "password": PASSWORD,
        "database": service.name,
        "statements": statements,
        "answer": answer,
        "times": TIMES * effort.turns,
    }
    done = subprocess.run(
        [sys.executable, "-m", "bench.c_client"],
        input=json.dumps(asked),
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    return Figure.of(json.loads(done.stdout), 1000)


def _statements(mysql: MySQL, service: Service, request: bytes) -> tuple[list[str], Any]:
    """The statements of the request when the service has kept what it keeps, and the answer.

    Any process of the service may answer, one that has kept nothing yet too, so the shortest list counts.
    """
    found = []
    with service.connect() as connection, mysql.connect() as log, log.cursor() as cursor:
        cursor.execute("SET GLOBAL log_output = 'TABLE'")
        for _ in range(TIMES):
            cursor.execute("TRUNCATE TABLE mysql.general_log")
            cursor.execute("SET GLOBAL general_log = ON")
            answer = connection.ask(request)
            cursor.execute("SET GLOBAL general_log = OFF")
            cursor.execute(
                "SELECT CONVERT(argument USING utf8mb4) FROM mysql.general_log"
                " WHERE command_type = 'Query' AND thread_id <> CONNECTION_ID() ORDER BY event_time"
            )
            found.append([statement for (statement,) in cursor.fetchall()])
    return min(found, key=len), json.loads(answer.body)
