# SPDX-License-Identifier: Apache-2.0
"""Refuses a table of routes that is wrong, when the process starts.

Without these checks such a table would be an open door, or have a handler that nobody reaches: a method without a policy, a
policy with two defaults, a URL that hangs below no other, variables that are not the controller's, a handler without a route.
"""

import inspect
import re
from collections.abc import Iterator, Sequence

from placedock.api.route import OPEN, Route
from placedock.web.identity import OPEN_PATHS

METHODS = ("GET", "PUT", "POST", "DELETE")


class WrongRoute(Exception):
    """A row of the table that cannot be served; one line that names its URL."""


def check(routes: Sequence[Route]) -> None:
    """Raise `WrongRoute` for the first row that is wrong."""
    for route in routes:
        for reason in _wrong(route, routes):
            raise WrongRoute(f"{route.url}: {reason}")


def _wrong(route: Route, routes: Sequence[Route]) -> Iterator[str]:
    url, name = route.url, route.controller.__name__
    urls = [one.url for one in routes]
    if urls.count(url) > 1:
        yield "there are two such rows"
    if not re.fullmatch(r"/|(/[a-z_]+|/\{[a-z_]+\})+", url):
        yield "the URL is no template"
    if url.count("/") > 1 and url.rpartition("/")[0] not in urls:
        yield "the URL hangs below none of the others"
    if re.findall(r"\{(\w+)\}", url) != list(inspect.signature(route.controller).parameters):
        yield f"{name} takes other variables"
    handlers = {method for method in METHODS if hasattr(route.controller, method.lower())}
    if handlers != set(route.guards):
        yield f"there are policies for {sorted(route.guards)}; {name} handles {sorted(handlers)}"
    checks = {guard.name: guard.check for one in routes for guard in one.guards.values()}
    for method, guard in route.guards.items():
        if not guard.name:
            yield f"{method} has no policy, and it is not said to be {OPEN}"
        elif guard.name == OPEN and url not in OPEN_PATHS:
            yield f"{method} is said to be {OPEN}, but the auth strategies want a token here"
        elif guard.check != checks[guard.name]:
            yield f"the policy {guard.name} has another check elsewhere"
