# SPDX-License-Identifier: Apache-2.0
"""The types of WSGI, and the keys under which one layer leaves something for another in a request's environ."""

from collections.abc import Callable, Iterable
from typing import Any

Environ = dict[str, Any]
StartResponse = Callable[..., Any]
Application = Callable[[Environ, StartResponse], Iterable[bytes]]

REQUEST_ID = "openstack.request_id"
"""The id of the request, by `request_log`."""

GLOBAL_REQUEST_ID = "openstack.global_request_id"
"""The id that the client gave to what the request is a part of, when it gave one, by `request_log`."""

CALLER = "placedock.caller"
"""The oslo.context of who sent the request, by `identity`."""

QUEUED = "placedock.queued"
"""The time at which the whole request had arrived, in seconds since 1970; by `serving`."""

MICROVERSION = "placedock.version"
"""The microversion that the request is served at, by an application that knows microversions."""
