# SPDX-License-Identifier: Apache-2.0
"""Reads requests of this API for others: they know no microversion, and hand on the header that names one.

Each function raises what the API would answer with, if the request had been sent to it.
"""

from collections.abc import Mapping
from typing import Any

from placedock import errors
from placedock.api import groups, microversion
from placedock.api.controllers.allocations import read_claim
from placedock.api.microversion import Version
from placedock.api.requests import Request
from placedock.api.routes import ROUTER
from placedock.api.schemas import allocations
from placedock.api.schemas import candidates as schemas
from placedock.model.candidates import CandidatesRequest
from placedock.model.claim import Claim
from placedock.web.errors import MalformedBody
from webob.request import BaseRequest


def candidates(query: str, header: str | None) -> CandidatesRequest:
    """The request of `GET /allocation_candidates?query` at the version that `header` names; the newest without one."""
    request = Request(BaseRequest.blank("/", query_string=query).environ)
    request.version = _version(header)
    url, _ = ROUTER.find("/allocation_candidates")
    if url.since is not None and url.since not in request.version:
        raise errors.Invalid(
            reason=f"{request.version} has no {url.template}: that came with 1.{url.since.minor}"
        )
    request.check_query(schemas.LIST)
    return groups.read(request.GET, request.version)


def claim(consumer: str, body: Mapping[str, Any], header: str | None) -> Claim:
    """The claim of `PUT /allocations/{consumer}` with `body` at the version that `header` names; the newest without one."""
    version = _version(header)
    problem = allocations.PUT.problem(body, version)
    if problem is not None:
        raise MalformedBody(reason=problem)
    return read_claim(consumer, body, version)


def _version(header: str | None) -> Version:
    return microversion.requested(header or f"{microversion.SERVICE_TYPE} latest")
