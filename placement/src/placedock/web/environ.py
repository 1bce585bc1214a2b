# SPDX-License-Identifier: Apache-2.0
"""The types of WSGI, and the keys under which one layer leaves something for another in a request's environ."""

from collections.abc import Callable, Iterable
from typing import Any

Environ = dict[str, Any]
StartResponse = Callable[..., Any]
Application = Callable[[Environ, StartResponse], Iterable[bytes]]

REQUEST_ID = "openstack.request_id"
"""The id of the request, by `request_log`."""

MICROVERSION = "placedock.version"
"""The microversion that the request is served at, by an application that knows microversions."""
