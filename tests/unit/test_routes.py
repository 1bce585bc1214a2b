# SPDX-License-Identifier: Apache-2.0
"""The table of routes is complete, and one that is wrong does not get as far as serving."""

from collections.abc import Iterator, Sequence

import pytest
from placedock.api.controller import Controller
from placedock.api.microversion import Feature, Version
from placedock.api.requests import Request, Response
from placedock.api.route import OPEN, SERVICE, Guard, Route
from placedock.api.route_checks import WrongRoute
from placedock.api.router import Router
from placedock.api.routes import ROUTER, ROUTES
from placedock.web.errors import NoSuchUrl


class Reader(Controller):
    """Has one handler and no variable."""

    def get(self, request: Request, response: Response) -> None:
        raise NotImplementedError


class Named(Reader):
    def __init__(self, name: str) -> None:
        self.name = name


GUARDED = {"GET": Guard("things:list")}
THINGS = Route("/things", Reader, GUARDED)


def controllers(below: type[Controller]) -> Iterator[type[Controller]]:
    for kind in below.__subclasses__():
        if kind.__module__.startswith("placedock."):
            yield kind
        yield from controllers(kind)


def test_every_controller_that_has_handlers_is_in_the_table() -> None:
    served = {route.controller for route in ROUTES}
    handlers = ("get", "put", "post", "delete")
    assert served == {
        one for one in controllers(Controller) if any(hasattr(one, name) for name in handlers)
    }


def test_only_the_version_document_is_open() -> None:
    assert [(one.method, one.url) for one in ROUTER.operations if one.policy is None] == [
        ("GET", "/")
    ]


def test_every_url_of_the_table_is_found_with_the_values_of_its_variables() -> None:
    for route in ROUTES:
        path = route.url.replace("{", "a-").replace("}", "-value")
        url, values = ROUTER.find(path)
        assert url.template == route.url
        assert values == [part for part in path.split("/") if part.startswith("a-")]


@pytest.mark.parametrize(
    "path",
    ["//", "/traits/", "/traits//", "//traits", "traits", "/Traits", "/traits/A/B", "/nothing"],
)
def test_a_path_that_is_not_exactly_that_of_a_url_is_none(path: str) -> None:
    with pytest.raises(NoSuchUrl):
        ROUTER.find(path)


def test_a_rule_lists_all_that_it_guards() -> None:
    rules = {rule.name: rule for rule in ROUTER.rules()}
    below = "/resource_providers/{uuid}/inventories"
    assert rules["placement:resource_providers:inventories:delete"].operations == [
        ("DELETE", below),
        ("DELETE", f"{below}/{{resource_class}}"),
    ]


def test_a_method_can_be_younger_than_its_url() -> None:
    url, _ = ROUTER.find("/resource_providers/{uuid}/inventories")
    assert url.since is None
    since = url.endpoints["DELETE"].since
    assert since is Feature.DELETE_ALL_INVENTORIES
    assert since not in Version(1, 4)


@pytest.mark.parametrize(
    ("routes", "url"),
    [
        pytest.param([Route("/things", Reader, {"GET": Guard("")})], "/things", id="no policy"),
        pytest.param([Route("/things", Reader, {})], "/things", id="a handler without a policy"),
        pytest.param([Route("/things", Reader, {"GET": Guard(OPEN)})], "/things", id="half open"),
        pytest.param(
            [Route("/things", Reader, GUARDED | {"PUT": Guard("things:put")})],
            "/things",
            id="no handler",
        ),
        pytest.param(
            [THINGS, Route("/thing/{name}", Named, GUARDED)], "/thing/{name}", id="misspelt"
        ),
        pytest.param(
            [THINGS, Route("/things/{nmae}", Named, GUARDED)], "/things/{nmae}", id="wrong variable"
        ),
        pytest.param(
            [THINGS, Route("/things/name", Named, GUARDED)], "/things/name", id="no variable"
        ),
        pytest.param([Route("things", Reader, GUARDED)], "things", id="no template"),
        pytest.param([THINGS, THINGS], "/things", id="twice"),
        pytest.param(
            [THINGS, Route("/others", Reader, {"GET": Guard("things:list", SERVICE)})],
            "/things",
            id="two defaults of one policy",
        ),
    ],
)
def test_a_wrong_table_is_refused_with_the_url_of_the_row(
    routes: Sequence[Route], url: str
) -> None:
    with pytest.raises(WrongRoute, match=f"^{url.replace('{', '[{]')}: "):
        Router(routes)
