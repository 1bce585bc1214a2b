# SPDX-License-Identifier: Apache-2.0
"""The base class of every controller: what a URL does for each HTTP method, as a handler of the method's name.

A controller holds nothing but its handlers. The table in `routes` says which URL and method leads to it, `marks` say what
its handlers take and send, and `admission` acts on both before a handler is called.

Pecan's own lookup is not used, by design: it binds query and body fields to arguments, cuts extensions, redirects, runs
GET where DELETE is missing, and inspects argument lists on every request. Here none of that can happen.
"""

from collections.abc import Callable
from typing import ClassVar

from placedock.api.requests import Request, Response

Handler = Callable[[Request, Response], None]


class Controller:
    """One is made for each request, from the values that the request's path has for the variables of the URL."""

    refuses: ClassVar[tuple[type[Exception], ...]] = ()

    def policy_target(self, request: Request) -> dict[str, str | None] | None:
        """The project and user that the policy compares with the caller; None stands for the caller's own."""
        return None
