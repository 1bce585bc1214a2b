# SPDX-License-Identifier: Apache-2.0
"""Every URL of the console: who may use it, and what answers. A path without a row here is a 404.

A new endpoint is a file in `endpoints` and a row in `ROUTES`. Policies, the description and the paths that need no token
follow from the rows.
"""

from collections.abc import Sequence

from placedock.console.endpoints import (
    audit,
    caller,
    claim,
    consumers,
    description,
    explain,
    export,
    overview,
    session,
    trees,
)
from placedock.console.route import OPEN, Route

ROUTES: Sequence[Route] = [
    Route("GET", "/-/openapi.json", OPEN, description.SHOW),
    Route("GET", "/-/session", OPEN, session.SHOW),
    Route("POST", "/-/token", OPEN, session.MAKE_TOKEN),
    Route("GET", "/-/caller", "caller", caller.SHOW),
    Route("GET", "/-/explain", "explain", explain.SHOW),
    Route("PUT", "/-/explain", "explain", claim.JUDGE),
    Route("GET", "/-/audit", "audit", audit.SHOW),
    Route("GET", "/-/overview", "overview", overview.SHOW),
    Route("GET", "/-/map", "overview", overview.SHOW_MAP),
    Route("GET", "/-/trees", "trees", trees.SHOW),
    Route("GET", "/-/consumers", "consumers", consumers.SHOW),
    Route("GET", "/-/export", "export", export.SHOW),
    Route("GET", "/-/cloud.schema.json", OPEN, export.SCHEMA),
]
