# SPDX-License-Identifier: Apache-2.0
"""What the console is given from outside: how the Placement API reads a query or a body.

The console knows no microversion. A question about a request of the API comes with a version header, and the API reads it.
"""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from placedock.model.candidates import CandidatesRequest
from placedock.model.claim import Claim


class Outside(NamedTuple):
    """`candidates` reads the query string of `GET /allocation_candidates`, `claim` the body of `PUT /allocations/{consumer}`.

    Both take the value of the version header, None when there is no header, and raise what the API would answer with.
    """

    candidates: Callable[[str, str | None], CandidatesRequest]
    claim: Callable[[str, Mapping[str, Any], str | None], Claim]
