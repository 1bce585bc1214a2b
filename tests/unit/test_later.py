# SPDX-License-Identifier: Apache-2.0
"""What is put off is executed once, whole, when something is first looked up in it, and not before."""

import importlib
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from placedock import later

SLOW = """
import time
begun = globals().get("begun", 0) + 1
time.sleep(0.1)
answer = 42
"""


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A package that takes a while, with a module inside that needs it executed."""
    name = f"slow_{tmp_path.name}"
    folder = tmp_path / name
    folder.mkdir()
    (folder / "__init__.py").write_text(SLOW)
    (folder / "inner.py").write_text(f"import {name}\nvalue = {name}.answer + 1\n")
    monkeypatch.syspath_prepend(tmp_path)
    yield name
    for each in [name, f"{name}.inner"]:
        sys.modules.pop(each, None)


def executed(name: str) -> bool:
    return "answer" in vars(sys.modules[name])


def test_imports_do_not_execute_it_and_a_look_does(package: str) -> None:
    later.put_off(package)
    for _ in range(2):
        module = importlib.import_module(package)
        assert not executed(package)
    assert module.answer == 42
    assert type(module) is type(sys)


def test_a_module_inside_of_it_finds_it_executed(package: str) -> None:
    later.put_off(package)
    assert importlib.import_module(f"{package}.inner").value == 43


def test_a_module_inside_of_a_package_is_found_by_the_package(package: str) -> None:
    later.put_off(f"{package}.inner")
    assert "value" not in vars(sys.modules[f"{package}.inner"])
    assert importlib.import_module(package).inner.value == 43


def test_threads_that_look_at_once_wait_for_one_execution(package: str) -> None:
    later.put_off(package)
    module = sys.modules[package]
    found: list[int] = []
    threads = [threading.Thread(target=lambda: found.append(module.answer)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (found, module.begun) == ([42] * 4, 1)


def test_what_a_module_does_not_have_is_an_attribute_error(package: str) -> None:
    later.put_off(package)
    with pytest.raises(AttributeError, match="nothing"):
        _ = sys.modules[package].nothing


def test_what_is_not_installed_stays_unknown() -> None:
    later.put_off("there_is_no_such_module")
    assert "there_is_no_such_module" not in sys.modules


def test_the_settings_are_loaded_without_what_is_put_off() -> None:
    """So the list says the truth about the libraries that are installed."""
    program = (
        "import sys; from placedock import config, later; config.load();"
        "print(*[n for n in later.SELDOM if n in sys.modules and type(sys.modules[n]) is not later.Later])"
    )
    environment = {
        "OS_API__AUTH_STRATEGY": "noauth2",
        "OS_PLACEMENT_DATABASE__CONNECTION": "sqlite://",
    }
    done = subprocess.run(
        [sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == []
