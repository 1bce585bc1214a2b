# SPDX-License-Identifier: Apache-2.0
"""Measures claims: one or several clients send `PUT /allocations/{consumer}` for new consumers, on many hosts or one."""

from collections.abc import Iterator
from typing import NamedTuple

from ..client import request
from ..clients import Work
from ..clouds import PROJECTS, Cloud, flat, uuid_of
from ..rows import NONE, Row, Target
from ..run import Run


class Case(NamedTuple):
    """The number of clients, and whether all claims go to one hot host or each claim to the next host."""

    name: str
    clients: int
    hot: bool = False
    target: Target = NONE


CASES = (
    Case("1 client, spread", 1, target=Target(5)),
    Case("2 clients, spread", 2),
    Case("4 clients, spread", 4),
    Case("8 clients, spread", 8, target=Target(8, without_errors=True)),
    Case("16 clients, spread", 16),
    Case("8 clients, one hot host", 8, hot=True, target=Target(8, without_errors=True)),
)


def measure(run: Run) -> Iterator[Row]:
    cloud = flat(100 if run.quick else 1000)
    for case in CASES:
        run.load(cloud)

        def queues(turn: int, case: Case = case) -> list[list[Work]]:
            each = max(run.effort.claims // case.clients, 2)
            first = turn * case.clients * each
            return [
                [
                    [claim(cloud, case, first + number * case.clients + client)]
                    for number in range(each)
                ]
                for client in range(case.clients)
            ]

        # These paths show what was claimed. Both services must answer them alike.
        seen = [
            f"/usages?project_id={uuid_of('project', 1 + number)}" for number in range(PROJECTS)
        ]
        seen.append(f"/resource_providers/{cloud.provider(0)}/usages")
        yield from run.works(
            "claims", case.name, queues, target=case.target, clients=case.clients, seen=seen
        )


def claim(cloud: Cloud, case: Case, number: int) -> bytes:
    """The claim of a new consumer. The claim's number chooses the host, unless the case has one hot host."""
    place = 0 if case.hot else number % cloud.providers
    provider = cloud.provider(*divmod(place, cloud.width))
    owner = 1 + number % PROJECTS
    body = {
        "allocations": {provider: {"resources": {"VCPU": 1, "MEMORY_MB": 64, "DISK_GB": 1}}},
        "project_id": uuid_of("project", owner),
        "user_id": uuid_of("user", owner),
        "consumer_generation": None,
        "consumer_type": "INSTANCE",
    }
    return request("PUT", f"/allocations/{uuid_of('claimant', number)}", body)
