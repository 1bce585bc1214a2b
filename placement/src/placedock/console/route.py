# SPDX-License-Identifier: Apache-2.0
"""A row of the route table, and the table in which requests are looked up."""

from collections.abc import Mapping, Sequence
from enum import Enum
from typing import NamedTuple

from placedock.console.endpoint import Endpoint

PREFIX = "/-/"


class Access(Enum):
    OPEN = "no token is needed"


OPEN = Access.OPEN


class Route(NamedTuple):
    """A method of a path. `guard` is the name of a policy rule, without its `placedock:`, or OPEN."""

    method: str
    path: str
    guard: str | Access
    endpoint: Endpoint

    @property
    def rule(self) -> str | None:
        """The full name of the rule, None where no token is needed."""
        return None if isinstance(self.guard, Access) else f"placedock:{self.guard}"


Paths = Mapping[str, Mapping[str, Route]]
"""The routes by path, and there by method."""


def by_path(routes: Sequence[Route]) -> Paths:
    """The table for looking up a request.

    A row that could leave a door open raises ValueError, which ends the start of the service: a path outside of the
    console, a method twice, a guard that is no name, and a path that is open to some methods and guarded for others.
    """
    found: dict[str, dict[str, Route]] = {}
    for route in routes:
        path = found.setdefault(route.path, {})
        if not route.path.startswith(PREFIX):
            raise ValueError(f"{route.path} does not begin with {PREFIX}")
        if route.method in path:
            raise ValueError(f"{route.method} {route.path} has two rows")
        if not (route.guard is OPEN or (isinstance(route.guard, str) and route.guard)):
            raise ValueError(f"{route.method} {route.path} has neither a rule nor OPEN")
        path[route.method] = route
        if len({(one.guard is OPEN) for one in path.values()}) > 1:
            raise ValueError(f"{route.path} is open to some methods and not to others")
    return found
