# SPDX-License-Identifier: Apache-2.0
"""ETags: a client that asks again while nothing has changed gets an empty 304, at the price of one statement."""

import hashlib

from placedock.console.endpoint import Request, Response
from placedock.operations import cloud


def unchanged(request: Request, response: Response) -> bool:
    """Whether the client has what it asks for already. Then the response is complete; else it has its ETag and needs a body.

    The tag follows from the state of the cloud and from the question. It is taken before the body is read: a change in
    between gives the body of the new state the tag of the old one, and the client reads once more.
    """
    asked = f"{request.db.read(cloud.mark)} {request.path_qs}"
    tag = hashlib.sha256(asked.encode()).hexdigest()[:24]
    response.etag = tag
    response.cache_control = "no-cache"
    if tag in request.if_none_match:
        response.status_int = 304
        return True
    return False
