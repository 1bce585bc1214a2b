# SPDX-License-Identifier: Apache-2.0
"""Finds the URL that a path means, among those of a table of routes."""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from placedock.api import route_checks
from placedock.api.controller import Controller
from placedock.api.microversion import Feature
from placedock.api.route import Operation, Route
from placedock.web.errors import NoSuchUrl
from placedock.web.identity import OPEN_PATHS
from placedock.web.rule import Rule


class Endpoint(NamedTuple):
    """A method of a URL, with all that a request needs of its row and of its handler's marks, looked up once."""

    handler: Callable[..., None]
    policy: str | None
    since: Feature | None
    body: Any
    query: Any
    negotiated: bool


class Url:
    """A URL template, since when it exists, and its methods."""

    def __init__(self, route: Route) -> None:
        self.template = route.url
        self.controller: Callable[..., Controller] = route.controller
        self.since = route.since
        self.endpoints = {one.method: _endpoint(one) for one in route.operations()}
        self.allowed = list(self.endpoints)


class _Node:
    """The meaning of a path as far as it has been walked, and the parts that may follow."""

    def __init__(self) -> None:
        self.url: Url | None = None
        self.literals: dict[str, _Node] = {}
        self.variable: _Node | None = None


class Router:
    """The URLs of a table of routes. A wrong table is refused as a whole (`route_checks`)."""

    def __init__(self, routes: Sequence[Route]) -> None:
        route_checks.check(routes)
        self.operations = [operation for route in routes for operation in route.operations()]
        self._root = _Node()
        for route in routes:
            self._node(route.url).url = Url(route)

    def rules(self) -> list[Rule]:
        """The policies that guard the routes, each with all that it guards."""
        checks = {one.policy: one.check for one in self.operations if one.policy is not None}
        return [
            Rule(name, check, [(o.method, o.url) for o in self.operations if o.policy == name])
            for name, check in checks.items()
        ]

    def find(self, path: str) -> tuple[Url, list[str]]:
        """The URL that `path` means, and the values that it has for the variables in the URL's template.

        The empty path is the root, as "/" is. No other path ends with a slash or has an empty segment. One newline at the end
        is not looked at, since the expressions that upstream finds its routes by end with a `$`.
        """
        node, values = self._root, []
        for segment in _segments(path.removesuffix("\n")):
            below = node.literals.get(segment)
            if below is None:
                below = node.variable
                if below is None or not segment:
                    raise NoSuchUrl()
                values.append(segment)
            node = below
        if node.url is None:
            raise NoSuchUrl()
        return node.url, values

    def _node(self, template: str) -> _Node:
        node = self._root
        for segment in _segments(template):
            if segment.startswith("{"):
                node.variable = node.variable or _Node()
                node = node.variable
            else:
                node = node.literals.setdefault(segment, _Node())
        return node


def _segments(path: str) -> list[str]:
    if path in OPEN_PATHS:
        return []
    if not path.startswith("/"):
        raise NoSuchUrl()
    return path.split("/")[1:]


def _endpoint(operation: Operation) -> Endpoint:
    handler = operation.handler
    body, query = getattr(handler, "body", None), getattr(handler, "query", None)
    return Endpoint(handler, operation.policy, operation.since, body, query, operation.negotiated)
