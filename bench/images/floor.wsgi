# SPDX-License-Identifier: Apache-2.0
"""The floor that no application on this server can undercut: a constant answer, and an answer from a single query.

`/bare` is WSGI and nothing else. `/query/<uuid>` finds one provider by its unique index, with SQLAlchemy Core and PyMySQL
as the service does, on a pooled connection in autocommit mode: one round trip to the database, no BEGIN, no ROLLBACK.
"""

import json
import os

import sqlalchemy as sa

engine = sa.create_engine(
    os.environ["OS_PLACEMENT_DATABASE__CONNECTION"],
    isolation_level="AUTOCOMMIT",
    pool_reset_on_return=None,
    pool_size=20,
)
providers = sa.table(
    "resource_providers", sa.column("uuid"), sa.column("name"), sa.column("generation")
)
query = sa.select(providers).where(providers.c.uuid == sa.bindparam("uuid"))
BARE = json.dumps({"uuid": "0" * 36, "name": "host", "generation": 0}).encode()


def application(environ, start_response):
    body = BARE
    _, _, uuid = environ["PATH_INFO"].partition("/query/")
    if uuid:
        with engine.connect() as connection:
            body = json.dumps(dict(connection.execute(query, {"uuid": uuid}).one()._mapping)).encode()
    headers = [("Content-Type", "application/json"), ("Content-Length", str(len(body)))]
    start_response("200 OK", headers)
    return [body]
