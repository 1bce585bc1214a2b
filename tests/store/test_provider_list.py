# SPDX-License-Identifier: Apache-2.0
"""A list of providers is whole and shows who is above whom, however many statements it takes."""

import uuid
from collections.abc import Iterator
from datetime import datetime

import pytest
import sqlalchemy as sa
from placedock.model.provider import ProviderFilters, ProviderList, Traits
from placedock.operations import providers as operations
from placedock.store import provider_list as store
from placedock.store.database import Database
from placedock.store.tables import resource_provider_traits, resource_providers, traits

from .conftest import KINDS, Servers, filled_database

# By id: the parent, and the root. The ids that are left out make gaps larger than the pages below.
TREES = {3: (None, 3), 4: (3, 3), 40: (4, 3), 41: (None, 41), 90: (41, 41), 91: (None, 91)}


# By id: when the provider was made and when it was changed, of those of which anybody knows it.
CHANGED = {3: datetime(2026, 3, 1, 12, 0, 7), 41: datetime(2026, 2, 28, 23, 59, 59)}
MADE = {41: datetime(2026, 1, 1), 90: datetime(2026, 2, 1, 8)}


def uuid_of(number: int) -> str:
    return str(uuid.UUID(int=number))


def plant(connection: sa.Connection) -> None:
    """The trees; the leaves have a trait."""
    vmx = connection.scalar(sa.select(traits.c.id).where(traits.c.name == "HW_CPU_X86_VMX"))
    for number, (parent, root) in TREES.items():
        connection.execute(
            resource_providers.insert().values(
                id=number,
                uuid=uuid_of(number),
                name=f'"{number}" é',
                generation=number + 1,
                parent_provider_id=parent,
                root_provider_id=root,
                created_at=MADE.get(number),
                updated_at=CHANGED.get(number),
            )
        )
    for leaf in 40, 90:
        connection.execute(
            resource_provider_traits.insert().values(resource_provider_id=leaf, trait_id=vmx)
        )


@pytest.fixture(scope="module", params=KINDS)
def cloud(request: pytest.FixtureRequest, servers: Servers) -> Iterator[Database]:
    """The trees in a database of each kind; nothing here writes to it."""
    with filled_database(request.param, servers, plant) as database:
        yield database


def described(found: ProviderList) -> dict[str, tuple[object, ...]]:
    return {uuid: tuple(rest) for uuid, *rest in found.providers}


def planted(*numbers: int) -> dict[str, tuple[object, ...]]:
    return {
        uuid_of(number): (
            f'"{number}" é',
            number + 1,
            uuid_of(parent) if (parent := TREES[number][0]) else None,
            uuid_of(TREES[number][1]),
        )
        for number in numbers
    }


@pytest.mark.parametrize("page", [1, 2, 7, 10_000])
def test_a_list_is_whole_whatever_the_pages(
    page: int, cloud: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store, "_PAGE", page)
    found = cloud.read(operations.find, ProviderFilters())
    assert len(found.providers) == len(TREES)
    assert described(found) == planted(*TREES)
    assert found.modified == CHANGED[3]


@pytest.mark.parametrize("page", [1, 10_000])
def test_a_provider_shows_those_above_it_that_are_not_in_the_list(
    page: int, cloud: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store, "_PAGE", page)
    wanted = ProviderFilters(traits=Traits([frozenset(["HW_CPU_X86_VMX"])]))
    leaves = cloud.read(operations.find, wanted)
    assert described(leaves) == planted(40, 90)
    assert leaves.modified == MADE[90]
    tree = ProviderFilters(in_tree=uuid_of(40))
    assert described(cloud.read(operations.find, tree)) == planted(3, 4, 40)


def test_an_empty_cloud_has_an_empty_list(database: Database) -> None:
    assert database.read(operations.find, ProviderFilters()) == ([], None)
