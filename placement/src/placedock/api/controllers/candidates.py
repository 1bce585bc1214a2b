# SPDX-License-Identifier: Apache-2.0
"""/allocation_candidates"""

import logging

from placedock import errors
from placedock.api import groups, representations
from placedock.api.controller import Controller
from placedock.api.marks import refuses, shows, takes_query
from placedock.api.requests import Request, Response
from placedock.api.schemas import candidates as schemas
from placedock.model.candidates import CandidatesRequest
from placedock.operations import candidates as operations

LOG = logging.getLogger(__name__)


class CandidatesController(Controller):
    @takes_query(schemas.LIST)
    @shows(schemas.CANDIDATES)
    @refuses(errors.BadValue, errors.RepeatedParameter, errors.MissingValue)
    def get(self, request: Request, response: Response) -> None:
        wanted = groups.read(request.GET, request.version)
        settings = request.settings.placement
        found = request.db.query(
            operations.find,
            wanted,
            request.deadline,
            randomize=settings.randomize_allocation_candidates,
            maximum=settings.max_allocation_candidates,
            strategy=settings.allocation_candidates_generation_strategy,
            largest=request.settings.placedock.answer_mib,
        )
        if not found.candidates and LOG.isEnabledFor(logging.DEBUG):
            _log_why(request, wanted)
        requested = {name for group in wanted.groups for name in group.resources}
        response.send(representations.candidates(found, requested, request.version))


def _log_why(request: Request, wanted: CandidatesRequest) -> None:
    """Follow an empty answer with the reasons. The answer is given, whatever becomes of the reasons."""
    from placedock.operations import explanations

    try:
        lines = request.db.query(explanations.in_lines, wanted, request.deadline)
    except errors.PlacedockError as error:
        lines = [f"No candidates. They could not be explained: {error}"]
    for line in lines:
        LOG.debug("%s", line)
