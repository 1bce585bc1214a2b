# SPDX-License-Identifier: Apache-2.0
"""Every object is one that the cluster knows, without a field that it does not know."""

import kubernetes_validate
import pytest
import yaml
from stack.compose import ROOT

from .manifests import Overlay, load_job

VERSIONS = ("1.34", "1.35", "1.36")
"""The last is that of the cluster that it is meant for."""


@pytest.mark.parametrize("version", VERSIONS)
def test_every_object_is_valid_strictly(overlay: Overlay, version: str) -> None:
    assert overlay.objects
    for each in overlay.objects:
        assert kubernetes_validate.validate(each, version, strict=True) == version


def test_a_field_that_there_is_not_would_be_noticed(overlay: Overlay) -> None:
    pod = overlay.pod("placement").workload
    with pytest.raises(kubernetes_validate.ValidationError):
        kubernetes_validate.validate(
            pod | {"spec": pod["spec"] | {"replica": 1}}, VERSIONS[-1], True
        )


def test_the_example_of_a_secret_is_valid_and_has_the_keys_that_are_used() -> None:
    folder = ROOT / "kubernetes" / "overlays" / "production"
    example = yaml.safe_load((folder / "secret.example.yaml").read_text())
    kubernetes_validate.validate(example, VERSIONS[-1], strict=True)
    lines = (folder / "settings.env").read_text().splitlines(keepends=True)
    settings = "".join(line for line in lines if not line.startswith("#"))
    for key in example["stringData"]:
        assert f"_FILE=/run/secrets/{key}\n" in settings
    assert settings.count("=/run/secrets/") == len(example["stringData"])


@pytest.mark.parametrize("version", VERSIONS)
def test_the_job_that_makes_load_is_valid_strictly(version: str) -> None:
    assert kubernetes_validate.validate(load_job(), version, strict=True) == version
