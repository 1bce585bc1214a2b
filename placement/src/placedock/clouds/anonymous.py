# SPDX-License-Identifier: Apache-2.0
"""Takes out of a cloud what tells whose it is, and leaves what happens in it as it is.

Names and uuids are replaced by others that follow from their position, so that the same cloud gives the same file, and
nobody can compute what they were. Kept are amounts, generations, standard names, the order of everything, and consumer types
that nova uses.
"""

import uuid
from collections.abc import Iterable

from placedock.model.carried import Cloud, CloudConsumer, CloudProvider, Unused

KEPT_TYPES = {"INSTANCE", "MIGRATION"}
NAMESPACE = uuid.UUID("5b1f3a54-5d0c-4c55-8f0b-6e5f6f0b9d0e")


class _Renaming:
    """New names for one kind of thing, numbered as the old ones come."""

    def __init__(self, form: str) -> None:
        self.form = form
        self.new: dict[str, str] = {}

    def __call__(self, old: str) -> str:
        return self.new.setdefault(old, self.form.format(len(self.new) + 1))


class _NewUuids:
    """Gives new uuids for old ones. Another `kind` of things gets other uuids."""

    def __init__(self, kind: str) -> None:
        self.kind = kind
        self.new: dict[str, str] = {}

    def __call__(self, old: str) -> str:
        if old not in self.new:
            self.new[old] = str(uuid.uuid5(NAMESPACE, f"{self.kind} {len(self.new) + 1}"))
        return self.new[old]


def anonymous(cloud: Cloud) -> Cloud:
    """The cloud under other names."""
    providers, consumers, aggregates = map(_NewUuids, ("provider", "consumer", "aggregate"))
    classes, traits = _Renaming("CUSTOM_CLASS_{}"), _Renaming("CUSTOM_TRAIT_{}")
    projects, users, types = map(_Renaming, ("project-{}", "user-{}", "TYPE_{}"))
    for name in KEPT_TYPES:
        types.new[name] = name
    new_classes = {name: classes(name) for name in cloud.resource_classes}
    new_traits = {name: traits(name) for name in cloud.traits}

    def renamed(provider: CloudProvider, name: str) -> CloudProvider:
        return provider._replace(
            uuid=providers(provider.uuid),
            name=None if provider.name is None else name,
            inventories=[
                one._replace(resource_class=new_classes.get(one.resource_class, one.resource_class))
                for one in provider.inventories
            ],
            traits=sorted(new_traits.get(trait, trait) for trait in provider.traits),
            aggregates=sorted(map(aggregates, provider.aggregates)),
        )

    def known_as(consumer: CloudConsumer) -> CloudConsumer:
        return consumer._replace(
            uuid=consumers(consumer.uuid),
            project=None if consumer.project is None else projects(consumer.project),
            user=None if consumer.user is None else users(consumer.user),
            consumer_type=None if consumer.consumer_type is None else types(consumer.consumer_type),
            allocations=[
                one._replace(resource_class=new_classes.get(one.resource_class, one.resource_class))
                for one in consumer.allocations
            ],
        )

    names = _names(cloud.providers)
    return Cloud(
        [renamed(one, name) for one, name in zip(cloud.providers, names, strict=True)],
        [known_as(one) for one in cloud.consumers],
        list(new_classes.values()),
        sorted(new_traits.values()),
        Unused(
            sorted(map(aggregates, cloud.unused.aggregates)),
            sorted(map(projects, cloud.unused.projects)),
            sorted(map(users, cloud.unused.users)),
            sorted(map(types, cloud.unused.consumer_types)),
        ),
    )


def _names(providers: Iterable[CloudProvider]) -> list[str]:
    """Names that show where a provider stands: node-7, and below it node-7-1, node-7-2, node-7-2-1."""
    names: list[str] = []
    children: dict[int | None, int] = {}
    for provider in providers:
        number = children[provider.parent] = children.get(provider.parent, 0) + 1
        above = "node" if provider.parent is None else names[provider.parent]
        names.append(f"{above}-{number}")
    return names
