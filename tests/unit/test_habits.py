# SPDX-License-Identifier: Apache-2.0
"""The files that tell people how to work here are true."""

import re
from datetime import date
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text()
CHANGELOG = (ROOT / "CHANGELOG.md").read_text()
KINDS = ["Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"]
"""The sections that Keep a Changelog knows, in its order."""


def named_files() -> list[str]:
    """The paths that CONTRIBUTING.md links to, or names with a folder of the repository."""
    links = re.findall(r"\]\(((?!https?:)[^)#]+)", CONTRIBUTING)
    folders = "|".join(path.name for path in ROOT.iterdir() if path.is_dir())
    spoken = re.findall(rf"(?<![\w/(.-])((?:{folders})/[\w./*-]*[\w*])", CONTRIBUTING)
    return sorted({*links, *spoken})


@pytest.mark.parametrize("path", named_files())
def test_every_file_that_is_named_exists(path: str) -> None:
    assert list(ROOT.glob(path)), path


def test_every_kind_of_addition_has_its_list_of_files() -> None:
    for kind in "a microversion", "a setting", "a resource", "a command", "a console endpoint":
        (steps,) = re.findall(rf"### … {kind}\n\n(.*?)\n\n##", CONTRIBUTING, re.DOTALL)
        assert len(re.findall(r"^\d\. ", steps, re.MULTILINE)) >= 2, kind


def test_the_changelog_has_the_form_that_it_names() -> None:
    assert "https://keepachangelog.com/en/1.1.0/" in CHANGELOG
    versions = re.findall(r"^## (.*)$", CHANGELOG, re.MULTILINE)
    assert versions[0] == "[Unreleased]"
    for version in versions[1:]:
        number, _, day = version.partition(" - ")
        assert re.fullmatch(r"\[\d+\.\d+\.\d+\]", number), version
        assert date.fromisoformat(day).isoformat() == day, version
    for section in re.split(r"^## ", CHANGELOG, flags=re.MULTILINE)[1:]:
        kinds = re.findall(r"^### (.*)$", section, re.MULTILINE)
        assert kinds == [kind for kind in KINDS if kind in kinds], section[:20]
        # Between a release and the next change nothing is unreleased.
        assert kinds or section.startswith("[Unreleased]"), section[:20]


def test_the_changelog_has_the_version_of_the_service() -> None:
    project = (ROOT / "placement" / "pyproject.toml").read_text()
    (version,) = re.findall(r'^version = "(.*)"$', project, re.MULTILINE)
    assert f"## [{version}]" in CHANGELOG


def test_a_commit_hook_runs_what_the_check_script_runs() -> None:
    hooks = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text())
    (repository,) = hooks["repos"]
    (hook,) = repository["hooks"]
    assert repository["repo"] == "local"
    assert hook["entry"] == "scripts/check"
    assert hook["pass_filenames"] is False
