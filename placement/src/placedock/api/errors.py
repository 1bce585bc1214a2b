# SPDX-License-Identifier: Apache-2.0
"""What an error's answer tells in addition to its status, its code and the versions, in the form of the client's version."""

import webob.exc
from placedock.api import microversion
from placedock.api.microversion import Feature, Version
from placedock.web import envelope
from placedock.web.errors import told


def as_response(
    error: Exception, version: Version | None, request_id: str | None
) -> webob.exc.HTTPException:
    """The response to a request that ended in `error`; `version` is None when the request's version is not known."""
    details = {}
    if version is not None and Feature.ERROR_CODES in version:
        details["code"] = told(type(error)).code
    if isinstance(error, microversion.UnacceptableVersion):
        details["min_version"] = str(microversion.MINIMUM)
        details["max_version"] = str(microversion.MAXIMUM)
    return envelope.refusal(error, request_id, details)
