# SPDX-License-Identifier: Apache-2.0
"""What the documentation promises to be complete is complete."""

import ast
from pathlib import Path

from placedock import config
from placedock.config.declared import OURS
from runner.rings import RINGS

ROOT = Path(__file__).parents[2]
TESTS = ROOT / "tests"
README = (ROOT / "README.md").read_text()


def test_every_setting_is_in_the_readme_with_its_default_and_meaning() -> None:
    for group, options in OURS.items():
        for option in options:
            name = config.variable(group, option.name)
            default = "" if option.default in (None, "") else f"`{option.default}`"
            meaning = " ".join((option.help or "").split())
            assert f"| `{name}` | {default} | {meaning} |" in README, name


def test_every_difference_that_the_comparison_excuses_is_documented() -> None:
    documented = (ROOT / "docs" / "differences.md").read_text()
    rules = ast.parse((ROOT / "tests" / "differential" / "deliberate.py").read_text())
    excused = [
        rule for rule in rules.body if isinstance(rule, ast.FunctionDef) and rule.decorator_list
    ]
    assert excused
    for rule in excused:
        name = rule.name.replace("_", " ")
        assert f"| {name} | {ast.get_docstring(rule)} |" in documented, name


def test_every_script_has_a_line_in_their_readme() -> None:
    table = (ROOT / "scripts" / "README.md").read_text()
    for script in (ROOT / "scripts").iterdir():
        if script.name != "README.md" and script.is_file():
            assert f"| `{script.name}" in table, script.name


def test_every_mode_is_in_the_readme() -> None:
    modes = list((ROOT / "env").glob("*.env"))
    assert modes
    for mode in modes:
        assert f"`{mode.stem}`" in README, mode.name


def test_every_folder_of_tests_is_run_by_a_ring() -> None:
    words = {word for ring in RINGS for command in ring.commands for word in command}
    folders = {path.relative_to(TESTS).parts[0] for path in TESTS.glob("*/**/test_*.py")}
    assert folders
    assert {f"tests/{folder}" for folder in folders} <= words


def test_every_ring_has_a_line_in_the_architecture_page() -> None:
    """A ring that runs twice, on different databases, has one line."""
    page = (ROOT / "docs" / "architecture.md").read_text()
    for ring in RINGS:
        (folder,) = {
            word.removeprefix("tests/") for word in ring.commands[0] if word.startswith("tests/")
        }
        assert f"| `{folder}` |" in page or f"| `{ring.name}` |" in page, ring.name
