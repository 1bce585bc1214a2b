# SPDX-License-Identifier: Apache-2.0
"""Upstream's functional suite, every test of every file, and that it is all there."""

import pytest

from . import suite
from .files import Files
from .suite import Case


def test_upstreams_suite(case: Case, files: Files, impossible: set[tuple[str, str]]) -> None:
    """The server answers as upstream's test says."""
    complaints = files.run(case)
    if (case.file, case.name) in impossible:
        assert complaints, "the database holds more than it is said to"
    elif complaints:
        pytest.fail("\n".join(complaints), pytrace=False)


def test_the_wheel_has_all_files_and_all_tests() -> None:
    """The number of tests is that of upstream's wheel."""
    files = suite.file_names()
    assert len(files) == suite.FILES
    assert sum(len(suite.cases(file)) for file in files) == suite.TESTS
