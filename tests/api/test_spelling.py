# SPDX-License-Identifier: Apache-2.0
"""The query that is written for a request is read as that request, so an explanation can promise what a query has."""

from urllib.parse import parse_qsl

import pytest
from placedock.api import groups, spelling
from placedock.api.microversion import MAXIMUM
from placedock.model.candidates import CandidatesRequest
from topology import uuid_of
from webob.multidict import MultiDict

ZONE, RACK, HOST = map(uuid_of, ("zone", "rack", "host"))
QUERIES = [
    "resources=VCPU:1",
    "resources=VCPU:4,MEMORY_MB:8192&required=HW_CPU_X86_AVX,!CUSTOM_SLOW&limit=10",
    "resources=VCPU:1&required=CUSTOM_FAST&required=in:HW_CPU_X86_AVX,HW_CPU_X86_AVX2",
    f"resources=VCPU:1&member_of={ZONE}&member_of=in:{ZONE},{RACK}&member_of=!in:{HOST}",
    f"resources=VCPU:1&in_tree={HOST}",
    "resources=VCPU:1&resources_A=VGPU:1&required_A=CUSTOM_RED&resources_B=VGPU:1&group_policy=isolate",
    "resources_A=VGPU:1&resources_B=VGPU:1&required_C=HW_NUMA_ROOT&same_subtree=_A,_B,_C&group_policy=none",
    f"resources_A=VGPU:1&in_tree_A={HOST}&member_of_A={ZONE}",
    "resources=VCPU:1&root_required=HW_CPU_X86_AVX,!CUSTOM_SLOW",
]


def read(query: str) -> CandidatesRequest:
    return groups.read(MultiDict(parse_qsl(query)), MAXIMUM)


@pytest.mark.parametrize("query", QUERIES)
def test_what_is_written_is_read_again(query: str) -> None:
    request = read(query)
    written = spelling.query(request)
    assert read(written) == request
    assert spelling.query(read(written)) == written
