# SPDX-License-Identifier: Apache-2.0
"""The command line offers every section."""

from bench.options import SECTIONS, parse
from bench.sections import MEASURES


def test_every_section_that_is_offered_is_measured_in_that_order() -> None:
    assert list(MEASURES) == list(SECTIONS)


def test_chosen_sections_keep_their_order() -> None:
    assert parse(["--only", "memory,claims"]).only == ["claims", "memory"]
