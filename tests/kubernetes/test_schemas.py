# SPDX-License-Identifier: Apache-2.0
"""Every object is one that the cluster knows, without a field that it does not know."""

import kubernetes_validate
import pytest
import yaml
from kubernetes_validate.utils import all_versions, major_minor
from stack.compose import ROOT

from .manifests import Overlay, load_pod

NEWEST = sorted(set(map(major_minor, all_versions())), key=lambda one: int(one.split(".")[1]))[-3:]


@pytest.mark.parametrize("version", NEWEST)
def test_every_object_is_valid_strictly(overlay: Overlay, version: str) -> None:
    assert overlay.objects
    for each in overlay.objects:
        assert kubernetes_validate.validate(each, version, strict=True) == version


def test_a_field_that_there_is_not_would_be_noticed(overlay: Overlay) -> None:
    pod = overlay.pod("placement").workload
    with pytest.raises(kubernetes_validate.ValidationError):
        kubernetes_validate.validate(pod | {"spec": pod["spec"] | {"replica": 1}}, "1.36", True)


def test_the_version_of_the_cluster_that_it_is_meant_for_is_among_them() -> None:
    assert "1.36" in NEWEST


def test_the_example_of_a_secret_is_valid_and_has_the_keys_that_are_used() -> None:
    folder = ROOT / "kubernetes" / "overlays" / "production"
    example = yaml.safe_load((folder / "secret.example.yaml").read_text())
    kubernetes_validate.validate(example, NEWEST[-1], strict=True)
    settings = (folder / "settings.env").read_text()
    for key in example["stringData"]:
        assert f"_FILE=/run/secrets/{key}\n" in settings
    assert settings.count("=/run/secrets/") == len(example["stringData"])


@pytest.mark.parametrize("version", NEWEST)
def test_the_pod_that_makes_load_is_valid_strictly(version: str) -> None:
    assert kubernetes_validate.validate(load_pod().template, version, strict=True) == version
