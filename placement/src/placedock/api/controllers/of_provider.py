# SPDX-License-Identifier: Apache-2.0
"""The base class of the controllers for a provider and for the URLs below it."""

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
        """The JSON body. When the provider does not exist and the body is wrong too, the client is told of the provider.

        So a wrong body makes this look for the provider. With a good body the operation looks, in its own transaction.
        """
        try:
            return request.read_body()
        except errors.Invalid:
            request.db.query(operations.get, self.uuid)
            raise
