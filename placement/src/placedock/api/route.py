# SPDX-License-Identifier: Apache-2.0
"""A row of the table of routes, and the operations that it makes."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from placedock.api.controller import Controller
from placedock.api.microversion import Feature

OPEN = "OPEN"
"""In the place of a policy: anybody may call this, also without a token."""

ADMIN_OR_SERVICE = "rule:admin_or_service_api"
SERVICE = "rule:service_api"
PROJECT_READER = "rule:admin_or_project_reader_or_service_api"


class Guard(NamedTuple):
    """The guard of a method: the name of a policy without its `placement:`, or `OPEN`; and the policy's default.

    `since` is the microversion that brought the method, when it is younger than its URL.
    """

    name: str
    check: str = ADMIN_OR_SERVICE
    since: Feature | None = None


class Operation(NamedTuple):
    """A method of a URL, with all that its row says. `policy` is the whole name of the policy, None for what is open."""

    method: str
    url: str
    controller: type[Controller]
    policy: str | None
    check: str
    since: Feature | None

    @property
    def handler(self) -> Any:
        """The controller's function of the method's name, with its marks; None when there is none."""
        return getattr(self.controller, self.method.lower(), None)

    @property
    def negotiated(self) -> bool:
        """Whether the client must accept JSON."""
        return self.method == "GET" and getattr(self.handler, "negotiated", True)


class Route(NamedTuple):
    """A URL template, as the API reference writes it, the controller that answers there, and what guards each method.

    `since` is the microversion that brought the URL, None for 1.0.
    """

    url: str
    controller: type[Controller]
    guards: Mapping[str, Guard]
    since: Feature | None = None

    def operations(self) -> Iterator[Operation]:
        for method, (name, check, since) in self.guards.items():
            policy = None if name == OPEN else f"placement:{name}"
            yield Operation(method, self.url, self.controller, policy, check, since or self.since)
