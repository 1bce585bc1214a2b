# SPDX-License-Identifier: Apache-2.0
"""The bench holds a read against the floor that it could reach."""

import pytest

from bench.clouds import Cloud, flat, nested
from bench.real import real as real_cloud
from bench.run import Read
from bench.work import candidates, hard, reads, real, scale

SEARCHES = [
    *candidates.flat_reads(flat(100)),
    *candidates.nested_reads(nested(100)),
    *real.candidates(real_cloud(10)),
    *hard.reads(),
]
OTHERS = [*reads.small(flat(100)), *reads.lists(), *real.periodic(real_cloud(10))]


@pytest.mark.parametrize("read", SEARCHES, ids=lambda read: read.name)
def test_a_search_is_held_against_its_own_statements(read: Read) -> None:
    assert read.searches


@pytest.mark.parametrize("read", OTHERS, ids=lambda read: read.name)
def test_any_other_read_is_held_against_the_one_query(read: Read) -> None:
    assert not read.searches


@pytest.mark.parametrize("cloud", [flat(100), nested(100)], ids=lambda cloud: cloud.name)
def test_both_kinds_are_measured_in_growing_clouds(cloud: Cloud) -> None:
    assert [read.name for read in scale.reads(cloud) if not read.searches] == ["provider"]
