# SPDX-License-Identifier: Apache-2.0
"""What the URLs of a provider, and below it, have in common."""

from typing import Any

from placedock import errors
from placedock.api.controller import Controller
from placedock.api.marks import refuses
from placedock.api.requests import Request
from placedock.operations import providers as operations


@refuses(errors.NotFound)
class OfProvider(Controller):
    """A URL that names a provider by its uuid."""

    def __init__(self, uuid: str) -> None:
        self.uuid = uuid

    def read_body(self, request: Request) -> Any:
        """The JSON body. That there is no such provider goes before what is wrong with the body.

        Only then is the provider looked for here: else the operation finds it, in its own transaction.
        """
        try:
            return request.read_body()
        except errors.Invalid:
            request.db.query(operations.get, self.uuid)
            raise
