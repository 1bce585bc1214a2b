# SPDX-License-Identifier: Apache-2.0
"""The functions of the Placement API that the console is given: they read and write a query, read a body, and describe both.

The console knows no microversion. A question about a request of the API comes with a version header, and the API reads it.
"""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from placedock.model.candidates import CandidatesRequest
from placedock.model.claim import Claim


class Outside(NamedTuple):
    """`candidates` reads the query string of `GET /allocation_candidates`, `claim` the body of `PUT /allocations/{consumer}`.

    Both take the value of the version header, None when there is no header, and raise what the API would answer with.
    `spell` writes the query that asks for what was read, at the same version. `described` tells in OpenAPI, by method and URL
    of the API, which `parameters` and which `requestBody` the newest version takes.
    """

    candidates: Callable[[str, str | None], CandidatesRequest]
    claim: Callable[[str, Mapping[str, Any], str | None], Claim]
    spell: Callable[[CandidatesRequest], str]
    described: Callable[[str, str], Mapping[str, Any]]
