# SPDX-License-Identifier: Apache-2.0
"""Clouds as a database has them, among them the large ones of the bench, for a service that already runs."""

from placedock.model.carried import Cloud as Carried
from placedock.model.carried import CloudAllocation, CloudConsumer, CloudProvider
from placedock.model.inventory import Inventory
from placedock.operations import imports
from placedock.store.database import Database

from bench.clouds import PROJECTS, Cloud, uuid_of


def fill(database_url: str, cloud: Carried) -> None:
    """Write the cloud into an empty database that has its tables: 7,000 providers take two seconds."""
    database = Database(database_url)
    try:
        database.write(imports.put, cloud)
    finally:
        database.close()


def carried(cloud: Cloud) -> Carried:
    """The cloud of the bench, as an import takes it."""
    providers: list[CloudProvider] = []
    consumers: list[CloudConsumer] = []
    for repetition in range(cloud.repetitions):
        first = len(providers)
        providers += _providers(cloud, repetition, first)
        consumers += _consumers(cloud, repetition, first)
    return Carried(providers, consumers, cloud.custom_classes, cloud.custom_traits)


def _providers(cloud: Cloud, repetition: int, first: int) -> list[CloudProvider]:
    return [
        CloudProvider(
            cloud.provider(repetition, place),
            f"provider-{first + place + 1:06}",
            generation=1,
            parent=None if each.parent is None else first + each.parent,
            inventories=[
                Inventory(
                    name,
                    total=stock.total,
                    reserved=stock.reserved,
                    min_unit=stock.min_unit,
                    max_unit=stock.max_unit,
                    step_size=stock.step_size,
                    allocation_ratio=stock.allocation_ratio,
                )
                for name, stock in (each.inventories or {}).items()
            ],
            traits=each.traits,
            aggregates=_aggregates(cloud, repetition) if each.parent is None else (),
        )
        for place, each in enumerate(cloud.pattern)
    ]


def _aggregates(cloud: Cloud, repetition: int) -> list[str]:
    """One of each kind."""
    found, before = [], 1
    for number in cloud.aggregates:
        found.append(uuid_of("aggregate", before + repetition % number))
        before += number
    return found


def _consumers(cloud: Cloud, repetition: int, first: int) -> list[CloudConsumer]:
    """The instances of each root, with what each uses of the providers below the root."""
    held: dict[tuple[int, int], list[CloudAllocation]] = {}
    for place, each in enumerate(cloud.pattern):
        for name, stock in (each.inventories or {}).items():
            holders = cloud.instances if stock.holders is None else stock.holders
            for number in range(holders if stock.used else 0):
                allocation = CloudAllocation(first + place, name, stock.used)
                held.setdefault((each.root, number), []).append(allocation)
    consumers = []
    for (root, number), allocations in sorted(held.items()):
        instance = (first + root) * cloud.instances + number + 1
        owner = 1 + instance % PROJECTS
        project, user = uuid_of("project", owner), uuid_of("user", owner)
        uuid = uuid_of("consumer", instance)
        consumers.append(CloudConsumer(uuid, project, user, "INSTANCE", 1, allocations))
    return consumers
