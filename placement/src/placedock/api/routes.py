# SPDX-License-Identifier: Apache-2.0
"""The root URL, and what lies below it."""

from placedock.api import representations
from placedock.api.controllers.allocations import Allocations
from placedock.api.controllers.candidates import AllocationCandidates
from placedock.api.controllers.providers import Providers
from placedock.api.controllers.reshaper import Reshaper
from placedock.api.controllers.resource_classes import ResourceClasses
from placedock.api.controllers.traits import Traits
from placedock.api.controllers.usages import Usages
from placedock.api.marks import shows
from placedock.api.requests import Request, Response
from placedock.api.resource import Resource
from placedock.api.schemas import versions as schemas
from placedock.web.errors import NoSuchUrl

BELOW = {
    "resource_classes": ResourceClasses,
    "resource_providers": Providers,
    "allocations": Allocations,
    "allocation_candidates": AllocationCandidates,
    "traits": Traits,
    "usages": Usages,
    "reshaper": Reshaper,
}


class Root(Resource):
    """The version document, which needs no token."""

    path = "/"

    def child(self, segment: str) -> Resource:
        if segment not in BELOW:
            raise NoSuchUrl()
        return BELOW[segment]()

    @shows(schemas.VERSIONS)
    def get(self, request: Request, response: Response) -> None:
        response.send(representations.root())
