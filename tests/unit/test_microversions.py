# SPDX-License-Identifier: Apache-2.0
"""The table of features, and how a version is asked for."""

import re
from pathlib import Path

import placedock
import pytest
from placedock.api import microversion
from placedock.api.microversion import MAXIMUM, Feature, Version, requested

SOURCE = "\n".join(path.read_text() for path in Path(placedock.__file__).parent.rglob("*.py"))


def test_every_minor_version_has_one_feature() -> None:
    assert [feature.minor for feature in Feature] == list(range(1, 40))


def test_every_feature_is_asked_about_somewhere() -> None:
    unused = [name for name in Feature.__members__ if f"Feature.{name}" not in SOURCE]
    assert not unused


def test_a_feature_is_asked_about_only_where_the_page_says() -> None:
    page = Path(__file__).parents[2].joinpath("docs", "architecture.md").read_text()
    table = page.partition("| question | asked in |")[2].partition("\n\n")[0]
    said = {name for row in table.splitlines() for name in re.findall(r"`([a-z]+)`", row)}
    api = Path(placedock.__file__).parent / "api"
    asking = {
        path.relative_to(api).parts[0].removesuffix(".py")
        for path in api.rglob("*.py")
        if "Feature." in path.read_text()
    }
    assert asking - {"microversion"} == said


def test_a_version_has_the_features_up_to_its_own() -> None:
    assert Feature.MAPPINGS in Version(1, 34)
    assert Feature.MAPPINGS in MAXIMUM
    assert Feature.MAPPINGS not in Version(1, 33)


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        (None, "1.0"),
        ("placement 1.36", "1.36"),
        ("placement latest", "1.39"),
        ("compute 2.1, placement 1.4", "1.4"),
        ("compute 2.1", "1.0"),
        ("PLACEMENT 1.7", "1.7"),
    ],
)
def test_the_header_names_the_version(header: str | None, expected: str) -> None:
    assert str(requested(header)) == expected


@pytest.mark.parametrize("header", ["placement 1.40", "placement 2.0", "placement 0.9"])
def test_a_version_that_is_not_served_is_unacceptable(header: str) -> None:
    with pytest.raises(microversion.UnacceptableVersion):
        requested(header)


@pytest.mark.parametrize("header", ["placement pony", "placement 1", "placement 1.x"])
def test_a_version_that_is_none_is_malformed(header: str) -> None:
    with pytest.raises(microversion.MalformedVersion):
        requested(header)
