# SPDX-License-Identifier: Apache-2.0
"""Several stacks on one machine, several placements in one stack, and the client container of each kind."""

import pytest

from . import clients
from .compose import Stack
from .conftest import StackOf


def names(stack: Stack, url: str | None = None) -> set[str]:
    placement = clients.keystoneauth(stack)
    answer = placement.get((url or "") + "/resource_providers")
    return {provider["name"] for provider in answer.json()["resource_providers"]}


def test_two_stacks_know_nothing_of_each_other(stack_of: StackOf) -> None:
    """Of the same mode: only the project's name and the port differ."""
    here = stack_of("sqlite-noauth")
    with Stack("sqlite-noauth", name="second").running() as there:
        clients.keystoneauth(here).post("/resource_providers", json={"name": "only-here"})
        clients.keystoneauth(there).post("/resource_providers", json={"name": "only-there"})
        assert "only-here" in names(here) and "only-here" not in names(there)
        assert names(there) == {"only-there"}


def test_three_placements_serve_one_database(stack_of: StackOf) -> None:
    """The other replicas show what one of them has answered with 201."""
    stack = stack_of("mysql-noauth")
    # The first keeps the port that it has; the others take any.
    stack.up("--scale=placement=3", "--no-recreate", PLACEMENT_PORT="0")
    urls = [stack.address("placement", 8778, index) for index in (1, 2, 3)]
    assert len(set(urls)) == 3
    placement = clients.keystoneauth(stack)
    for number, url in enumerate(urls):
        body = {"name": f"written-by-{number}"}
        assert placement.post(f"{url}/resource_providers", json=body).status_code == 201
        assert all(f"written-by-{number}" in names(stack, other) for other in urls)


@pytest.mark.parametrize("mode", ["mysql-keystone", "mysql-real-keystone", "sqlite-noauth"])
def test_the_client_container_needs_no_configuration(stack_of: StackOf, mode: str) -> None:
    stack = stack_of(mode)
    clients.keystoneauth(stack).post("/resource_providers", json={"name": "seen-from-inside"})
    told = stack.compose("run", "--rm", "cli", "openstack", "resource", "provider", "list")
    assert "seen-from-inside" in told
