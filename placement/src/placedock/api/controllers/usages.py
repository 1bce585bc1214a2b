# SPDX-License-Identifier: Apache-2.0
"""/usages and /resource_providers/{uuid}/usages"""

from placedock.api import representations
from placedock.api.controller import Controller
from placedock.api.controllers.of_provider import OfProvider
from placedock.api.marks import shows, takes_query
from placedock.api.microversion import Feature
from placedock.api.requests import Request, Response
from placedock.api.schemas import usages as schemas
from placedock.operations import usages as operations


class UsagesController(Controller):
    def policy_target(self, request: Request) -> dict[str, str | None]:
        """Readers of a project may see its usages, so the project asked for is what the policy looks at."""
        return {"project_id": request.GET.get("project_id")}

    @takes_query(schemas.LIST)
    @shows(schemas.USAGES)
    def get(self, request: Request, response: Response) -> None:
        query = request.GET
        project, user = query["project_id"], query.get("user_id")
        if Feature.CONSUMER_TYPES in request.version:
            found = request.db.read(operations.by_type, project, user, query.get("consumer_type"))
            response.send(representations.usages_by_type(found))
        else:
            used = request.db.query(operations.of_project, project, user)
            response.send(representations.usages(used))


class ProviderUsagesController(OfProvider):
    @shows(schemas.OF_PROVIDER)
    def get(self, request: Request, response: Response) -> None:
        generation, used = request.db.query(operations.of_provider, self.uuid)
        response.send(representations.provider_usages(used, generation))
