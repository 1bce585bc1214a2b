# SPDX-License-Identifier: Apache-2.0
"""The overlays in turn, and the images that they name."""

import images as all_images
import pytest

from . import manifests
from .manifests import Overlay


@pytest.fixture(params=manifests.OVERLAYS)
def overlay(request: pytest.FixtureRequest) -> Overlay:
    return manifests.overlay(request.param)


@pytest.fixture(params=[name for name in manifests.OVERLAYS if name != "sqlite-noauth"])
def scaled(request: pytest.FixtureRequest) -> Overlay:
    """The overlays that have several replicas."""
    return manifests.overlay(request.param)


@pytest.fixture(scope="session")
def images() -> None:
    all_images.stack()
