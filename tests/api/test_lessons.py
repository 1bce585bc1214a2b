# SPDX-License-Identifier: Apache-2.0
"""The lessons: each file of lessons/ is one, and each of its requests a test.

A name in braces, such as {host}, stands for a uuid, the same one wherever it stands.
"""

import re
import tempfile
import unittest
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from gabbi import case, driver
from gabbi.reporter import PyTestResult
from gabbi.suite import GabbiSuite

from . import fixtures, handlers, stage

LESSONS = Path(__file__).parent / "lessons"
NAME = re.compile(r"\{([a-z][a-z0-9-]*)\}")


def uuid_of(name: str) -> str:
    return str(uuid.uuid5(uuid.NAMESPACE_DNS, name))


def lessons() -> list[GabbiSuite]:
    with tempfile.TemporaryDirectory() as folder:
        for lesson in sorted(LESSONS.glob("*.yaml")):
            text = NAME.sub(lambda found: uuid_of(found[1]), lesson.read_text())
            Path(folder, lesson.name).write_text(text)
        suites = driver.build_tests(
            folder,
            unittest.TestLoader(),
            intercept=lambda: stage.answer,
            test_loader_name="lessons",
            fixture_module=fixtures,
            response_handlers=[handlers.Error],
        )
    return sorted(suites, key=_name)


def _name(lesson: GabbiSuite) -> str:
    found: str = next(iter(lesson)).test_base_name
    return found


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    metafunc.parametrize(
        ("lesson", "request_of_it"),
        [
            pytest.param(lesson, one, id=f"{_name(lesson)}: {one.test_data['name']}")
            for lesson in lessons()
            for one in lesson
        ],
        indirect=["lesson"],
        scope="module",
    )


@pytest.fixture(scope="module")
def lesson(request: pytest.FixtureRequest) -> Iterator[GabbiSuite]:
    """Begins with an empty database. A request that is run alone runs those before it."""
    request.param.start(PyTestResult())
    yield request.param
    request.param.stop()


def test_lesson(lesson: GabbiSuite, request_of_it: case.HTTPTestCase) -> None:
    request_of_it(PyTestResult())
