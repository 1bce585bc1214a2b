# SPDX-License-Identifier: Apache-2.0
"""/"""

from placedock.api import representations
from placedock.api.controller import Controller
from placedock.api.marks import ignores_accept, shows
from placedock.api.requests import Request, Response
from placedock.api.schemas import versions as schemas


class VersionsController(Controller):
    """The version document."""

    @ignores_accept
    @shows(schemas.VERSIONS)
    def get(self, request: Request, response: Response) -> None:
        response.send(representations.root())
