# SPDX-License-Identifier: Apache-2.0
"""The forge's workflows are valid, safe, and run what is here."""

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from stack.compose import ROOT, finish

WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
TOOLS = Path(sys.executable).parent


def workflow(name: str) -> dict[Any, Any]:
    found: dict[Any, Any] = yaml.safe_load(
        (ROOT / ".github" / "workflows" / f"{name}.yml").read_text()
    )
    return found


def steps(name: str) -> list[dict[str, Any]]:
    jobs = workflow(name)["jobs"].values()
    return [step for job in jobs for step in job.get("steps", [])]


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_it_is_a_workflow_as_the_forge_defines_it(path: Path) -> None:
    known = ("--builtin-schema", "vendor.github-workflows")
    done = finish(TOOLS / "check-jsonschema", *known, path)
    assert done.returncode == 0, done.stdout + done.stderr


def test_nobody_can_smuggle_anything_into_them() -> None:
    """zizmor knows the ways: code in names of branches, actions that move, rights that are not needed."""
    done = finish(TOOLS / "zizmor", "--offline", "--quiet", "--min-severity=medium", *WORKFLOWS)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_each_script_is_sound_and_every_file_that_it_names_is_here(path: Path) -> None:
    ran = [step["run"] for step in steps(path.stem) if "run" in step]
    assert ran
    for script in ran:
        checked = subprocess.run(["bash", "-n"], input=script, text=True, capture_output=True)
        assert checked.returncode == 0, checked.stderr
        for named in re.findall(r"(?<![\w/$])(?:scripts|placement|\.ci)/[\w./-]+", script):
            assert (ROOT / named).is_file(), named
    text = path.read_text()
    for called in re.findall(r"uses: \./(\S+)", text):
        assert (ROOT / called).is_file(), called


def test_every_change_runs_what_people_run_at_home() -> None:
    """.ci/run runs the checks and all rings one after another or side by side; here each is a job."""
    check = workflow("check")
    # YAML 1.1 takes the word `on` for the value true.
    assert {"push", "pull_request"} <= set(check[True])
    assert "exec scripts/test --check" in (ROOT / ".ci" / "run").read_text()
    jobs = check["jobs"]
    assert [step["run"] for step in jobs["check"]["steps"] if "run" in step] == ["scripts/check"]
    assert jobs["ring"]["strategy"]["matrix"] == {
        "ring": "${{ fromJSON(needs.list.outputs.rings) }}"
    }
    (ring,) = [step for step in jobs["ring"]["steps"] if "run" in step]
    assert ring == {"env": {"RING": "${{ matrix.ring }}"}, "run": 'sudo scripts/test "$RING"'}
    (listing,) = [step for step in jobs["list"]["steps"] if "run" in step]
    assert listing["run"].startswith('echo "names=$(scripts/test --list | jq ')
    assert jobs["list"]["outputs"] == {"rings": "${{ steps.rings.outputs.names }}"}


def test_the_rings_are_listed_one_a_line() -> None:
    """The workflow makes a job of each line."""
    listed = finish(ROOT / "scripts" / "test", "--list").stdout.splitlines()
    assert "unit" in listed and "publishing" in listed
    assert all(re.fullmatch(r"[a-z-]+", ring) for ring in listed)


def test_every_python_that_the_service_supports_is_tested() -> None:
    job = workflow("check")["jobs"]["python"]
    versions = job["strategy"]["matrix"]["version"]
    script = (ROOT / "scripts" / "pythons").read_text()
    assert f"versions=({' '.join(versions)})" in script
    readme = " ".join((ROOT / "README.md").read_text().split())
    assert f"Python {versions[0]} to {versions[-1]}" in readme
    (ran,) = [step["run"] for step in job["steps"] if "run" in step]
    assert ran == 'scripts/pythons "$VERSION"'


def test_nothing_is_published_that_was_not_tested() -> None:
    jobs = workflow("publish")["jobs"]
    assert jobs["check"]["uses"] == "./.github/workflows/check.yml"
    assert jobs["publish"]["needs"] == "check"
    assert workflow("publish")[True] == {"push": {"tags": ["v*"]}}


def test_every_image_of_ours_is_published_with_where_it_comes_from_and_what_it_is_made_of() -> None:
    job = workflow("publish")["jobs"]["publish"]
    assert set(job["strategy"]["matrix"]["image"]) == {"placement", "keystone-stub", "cli"}
    attested = [step["with"] for step in job["steps"] if "attest@" in step.get("uses", "")]
    assert ["sbom-path" in each for each in attested] == [False, True]
    assert {each["subject-digest"] for each in attested} == {"${{ steps.push.outputs.digest }}"}
    # scripts/build writes the bill under this name.
    assert "dist/$image-$version.cdx.json" in (ROOT / "scripts" / "build").read_text()
    named = (
        attested[1]["sbom-path"].replace("matrix.image", "i").replace("steps.names.outputs.", "")
    )
    assert named == "dist/${{ i }}-${{ version }}.cdx.json"
