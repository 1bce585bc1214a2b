# SPDX-License-Identifier: Apache-2.0
"""A new image or setting is one line of an overlay, and may be applied over what runs."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from stack.compose import ROOT

from .manifests import Overlay

PUBLISHED = "registry.example.org:5000/somebody/placement"

Changed = Callable[[str, str, str], Overlay]


@pytest.fixture(params=["demo", "production"])
def changed(request: pytest.FixtureRequest, tmp_path: Path) -> Changed:
    """The overlay after a replacement of text in one of its files."""
    for folder in "kubernetes", "mysql", "env":
        shutil.copytree(ROOT / folder, tmp_path / folder)

    def changed(file: str, old: str, new: str) -> Overlay:
        path = tmp_path / "kubernetes" / "overlays" / request.param / file
        text = path.read_text()
        assert text.count(old) == 1
        path.write_text(text.replace(old, new))
        return Overlay(request.param, tmp_path)

    return changed


def job(overlay: Overlay) -> str:
    return overlay.pod("db-sync").name


def unchanged(changed: Changed) -> Overlay:
    return changed("kustomization.yaml", "namespace: placedock", "namespace: placedock")


@pytest.mark.parametrize(
    ("line", "image"),
    [
        (f"newName: {PUBLISHED}, newTag: 0.2.0", f"{PUBLISHED}:0.2.0"),
        (f"newName: {PUBLISHED}, digest: sha256:{'0' * 64}", f"{PUBLISHED}@sha256:{'0' * 64}"),
    ],
)
def test_one_line_says_which_image_runs_and_makes_another_job(
    changed: Changed, line: str, image: str
) -> None:
    before = unchanged(changed)
    after = changed(
        "kustomization.yaml",
        "{name: placedock/placement, newTag: dev}",
        f"{{name: placedock/placement, {line}}}",
    )
    for name in "placement", "db-sync":
        assert before.pod(name).container["image"] == "placedock/placement:dev"
        assert after.pod(name).container["image"] == image
    assert job(before) != job(after)


def test_another_setting_rolls_the_pods_and_makes_another_job(changed: Changed) -> None:
    before = unchanged(changed)
    after = changed("settings.env", "THREADS=10", "THREADS=20")
    for name in "placement", "db-sync":
        assert before.pod(name).spec != after.pod(name).spec
    assert job(before) != job(after)


def test_another_manifest_makes_another_job(changed: Changed) -> None:
    """A Job may not be changed: while it is there, an `apply` must send what it was made of."""
    before = unchanged(changed)
    after = changed(
        "../../several/db-sync.yaml", "limits: {memory: 256Mi}", "limits: {memory: 512Mi}"
    )
    assert before.pod("db-sync").spec != after.pod("db-sync").spec
    assert job(before) != job(after)


def test_what_is_of_no_concern_to_the_job_leaves_it_as_it_is(changed: Changed) -> None:
    before = unchanged(changed)
    after = changed(
        "../../several/horizontal-pod-autoscaler.yaml", "maxReplicas: 8", "maxReplicas: 9"
    )
    assert before.objects != after.objects
    assert before.pod("db-sync").workload == after.pod("db-sync").workload


def test_a_job_that_has_ended_is_cleared_away(scaled: Overlay) -> None:
    assert scaled.pod("db-sync").workload["spec"]["ttlSecondsAfterFinished"] > 0
