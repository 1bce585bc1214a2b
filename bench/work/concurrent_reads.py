# SPDX-License-Identifier: Apache-2.0
"""Measures small reads by several clients at the same time."""

from collections.abc import Iterator

from ..client import request
from ..clients import Work
from ..clouds import flat
from ..rows import Row
from ..run import Run

CLIENTS = 1, 2, 4, 8, 16


def measure(run: Run) -> Iterator[Row]:
    cloud = flat(100 if run.quick else 1000)
    run.load(cloud)
    for clients in CLIENTS:
        each = max(run.effort.claims // clients, 2) * 2

        def queues(turn: int, clients: int = clients, each: int = each) -> list[list[Work]]:
            return [
                [
                    [
                        request(
                            "GET", f"/resource_providers/{cloud.provider(0, place % cloud.width)}"
                        )
                    ]
                    for place in range(turn, turn + each)
                ]
                for _ in range(clients)
            ]

        name = f"provider, {clients} client{'s' if clients > 1 else ''}"
        yield from run.works("reads at once", name, queues, clients=clients)
