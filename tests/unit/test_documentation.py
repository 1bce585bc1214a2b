# SPDX-License-Identifier: Apache-2.0
"""The lists of the documentation are complete."""

import ast
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

from oslo_config import cfg
from placedock import config
from placedock.config.declared import OURS
from placedock.console.policies import rules
from placedock.console.routes import ROUTES
from runner.rings import RINGS

ROOT = Path(__file__).parents[2]
TESTS = ROOT / "tests"
NO_TEXT = {".png", ".svg", ".lock", ".htm", ".json", ".css"}
COMMENTS = {".js": ("// ", "/** ", "* "), ".c": ("// ", "/* ", "* ")}
"""How a line of a comment begins, where it does not begin with `# `."""
README = (ROOT / "README.md").read_text()


def test_every_setting_is_in_the_readme_with_its_default_and_meaning() -> None:
    for group, options in OURS.items():
        for option in options:
            name = config.variable(group, option.name)
            default = "" if option.default in (None, "") else f"`{option.default}`"
            meaning = " ".join((option.help or "").split())
            assert f"| `{name}` | {default} | {meaning} |" in README, name


def test_every_policy_of_the_console_is_in_the_readme_with_its_default_and_operations() -> None:
    for rule in rules(ROUTES):
        guards = ", ".join(f"`{method} {path}`" for method, path in rule.operations)
        assert f"| `{rule.name}` | `{rule.check}` | {guards} |" in README, rule.name


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


WIDTH = 128
"""Columns of the widest line of prose, as in pyproject.toml for docstrings and comments."""


def prose() -> Iterator[tuple[str, int, str]]:
    """Each line of a page outside of code and tables, and each comment elsewhere: its file, its number, its text."""
    listed = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    for file in map(Path, listed.stdout.splitlines()):
        page = file.suffix == ".md"
        if file.suffix in NO_TEXT or "vendor" in file.parts or not (ROOT / file).is_file():
            continue
        code = False
        for number, line in enumerate((ROOT / file).read_text().splitlines(), 1):
            code ^= page and line.lstrip().startswith("```")
            comment = not page and line.lstrip().startswith(COMMENTS.get(file.suffix, "# "))
            if comment or (page and not (code or line.startswith("|"))):
                # What JSDoc says of types is code.
                yield str(file), number, re.split(r"\s@\w+ \{", line)[0]


def test_prose_has_one_width() -> None:
    """A line without a blank before the width, such as a long address, cannot be folded."""
    wide = [
        f"{file}:{number}"
        for file, number, line in prose()
        if len(line) > WIDTH and " " in line.lstrip(" -*#>/")[:WIDTH] and not line.startswith("![")
    ]
    assert wide == []


SECURITY = (ROOT / "docs" / "security.md").read_text()
BOUNDS = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in SECURITY.splitlines()
    if line.startswith("| ") and line.count("|") == 7
][1:]
"""The rows of the table of bounds: the bound, its default, its setting, what a client sees, its tests, why it is there."""


def test_every_bound_of_the_security_page_has_tests_that_exist() -> None:
    assert len(BOUNDS) > 10
    for row in BOUNDS:
        for test in row[4].split(", "):
            assert (TESTS / test).is_file(), row


def test_every_bound_of_the_security_page_has_a_reason() -> None:
    table = [line for line in SECURITY.splitlines() if line.startswith("| ")]
    assert len(BOUNDS) == len(table) - 1
    for row in BOUNDS:
        assert len(row[5].split()) > 5, row


def test_every_setting_of_the_security_page_exists_and_has_the_default_that_it_tells() -> None:
    ours = {
        config.variable(group, option.dest): option
        for group, options in OURS.items()
        for option in options
    }
    for row in BOUNDS:
        for name in re.findall(r"`(OS_PLACE\w+)`", row[2]):
            assert f"{ours[name].default:,}" in row[1], row


def test_every_bound_that_can_be_set_is_in_the_security_page() -> None:
    for option in OURS["placedock"]:
        name = config.variable("placedock", option.dest)
        if isinstance(option, (cfg.IntOpt, cfg.FloatOpt)):
            assert name in SECURITY, name
