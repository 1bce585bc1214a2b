# SPDX-License-Identifier: Apache-2.0
"""The lessons: each file of lessons/ is one, and each of its requests a test.

A name in braces, such as {host}, stands for a uuid, the same one wherever it stands.
"""

import re
import tempfile
import uuid
from pathlib import Path

import pytest
from gabbi import driver

from . import fixtures, handlers, stage

LESSONS = Path(__file__).parent / "lessons"
NAME = re.compile(r"\{([a-z][a-z0-9-]*)\}")

test_pytest = driver.test_pytest


def uuid_of(name: str) -> str:
    return str(uuid.uuid5(uuid.NAMESPACE_DNS, name))


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    with tempfile.TemporaryDirectory() as folder:
        for lesson in sorted(LESSONS.glob("*.yaml")):
            text = NAME.sub(lambda found: uuid_of(found[1]), lesson.read_text())
            Path(folder, lesson.name).write_text(text)
        driver.py_test_generator(
            folder,
            intercept=lambda: stage.answer,
            test_loader_name="lessons",
            fixture_module=fixtures,
            response_handlers=[handlers.Error],
            metafunc=metafunc,
        )
