# SPDX-License-Identifier: Apache-2.0
"""A published image says what it is and what it is made of, and is the same for everybody who makes it."""

import json
import re
from datetime import UTC, datetime

import pytest
import requests
from packaging.utils import canonicalize_name
from stack import image as alone
from stack.compose import run

from .conftest import COMMIT, DATE, PREFIX, Built, build
from .test_locks import locked


def parts(built: Built, kind: str) -> dict[str, str]:
    """The packages of one kind that the bill names, with their versions."""
    bill = json.loads(built.bill)
    assert bill["bomFormat"] == "CycloneDX"
    rows = [each for each in bill["components"] if each.get("purl", "").startswith(f"pkg:{kind}/")]
    return {each["name"]: each["version"] for each in rows}


def test_its_labels_say_what_it_is_and_what_it_was_made_from(placement: Built) -> None:
    prefix = "org.opencontainers.image."
    labels = placement.inspected["Config"]["Labels"]
    said = {key.removeprefix(prefix): labels[key] for key in labels}
    assert said["title"] == "placedock"
    assert said["licenses"] == "Apache-2.0"
    assert said["version"] == "test"
    assert said["source"] == "https://example.org/somebody/placedock"
    assert said["revision"] == COMMIT
    assert said["created"] == datetime.fromtimestamp(int(DATE), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    assert said["base.name"] == "debian:trixie-slim"
    assert re.fullmatch(r"sha256:[0-9a-f]{64}", said["base.digest"])
    assert "description" in said


def test_its_bill_names_what_is_installed_and_nothing_else(placement: Built) -> None:
    listing = ("dpkg-query", "-W", "-f", "${Package} ${Version}\n")
    there = run("docker", "run", "--rm", placement.name, *listing).splitlines()
    assert parts(placement, "deb") == dict(line.split() for line in there)
    python = {
        canonicalize_name(name): version for name, version in parts(placement, "pypi").items()
    }
    # The installer of the environment and what builds the service do not go into the image.
    assert python.pop(canonicalize_name("placedock"))
    assert python == {name: v for name, v in locked("placement").items() if name != "setuptools"}


def test_it_is_dated_as_its_commit_throughout(placement: Built) -> None:
    """No file is younger than the commit, but for those of a base image of today, which stay as they are."""
    assert newer_than_the_commit(placement.name) <= newer_than_the_commit("debian:trixie-slim")
    own = ("/opt/venv", "/etc/placement", "/etc/placement/httpd.conf")
    told = run("docker", "run", "--rm", placement.name, "stat", "-c", "%Y", *own)
    assert told.split() == [DATE] * len(own)


def newer_than_the_commit(image: str) -> set[str]:
    """The paths in an image that are younger, with their dates."""
    places = ("/etc/passwd", "/opt", "/usr", "/var/lib", "/var/cache")
    newer = ("find", *places, "-newermt", f"@{DATE}", "-printf", "%T@ %p\n")
    return set(run("docker", "run", "--rm", "--user=0:0", image, *newer).splitlines())


def test_it_serves_like_any_other(placement: Built, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(alone, "IMAGE", placement.name)
    with alone.serving(alone.EMBEDDED, "--read-only", "--cap-drop=ALL", *writable()) as container:
        assert requests.get(f"{container.url}/readyz", timeout=20).status_code == 200


def writable() -> list[str]:
    owned = "uid=42424,gid=42424,mode=0755"
    return [f"--tmpfs={path}:{owned}" for path in ("/run/placement", "/var/lib/placement")]


def test_the_sizes_are_told(placement: Built) -> None:
    (row,) = [line for line in placement.told.splitlines() if line.startswith(placement.name)]
    size, packed, count = (float(field) for field in row.split()[1:4])
    # Of 1000 * 1000 bytes, as Docker counts them.
    assert size == pytest.approx(placement.inspected["Size"] / 1e6, abs=0.1)
    assert 20 < packed < size < 300
    assert count > 100


def anew(placement: Built) -> Built:
    """The same, with nothing taken from what was made before."""
    source = placement.inspected["Config"]["Labels"]["org.opencontainers.image.source"]
    built = build("placement", "test", SOURCE=source, PREFIX=f"{PREFIX}-anew", NO_CACHE="1")
    run("docker", "image", "rm", built.name)
    return built


def test_its_accounts_do_not_tell_the_day_of_the_build(placement: Built) -> None:
    """The field of /etc/shadow that tells when a password was changed: ours is a constant, and the base has its own."""
    shadow = run(
        "docker", "run", "--rm", "--user=0", "--entrypoint=cat", placement.name, "/etc/shadow"
    )
    days = {line.split(":")[0]: line.split(":")[2] for line in shadow.splitlines()}
    assert days["placement"] == "1"


def test_two_builds_of_one_commit_are_the_same_to_the_byte(placement: Built) -> None:
    """Debian's packages are the newest of the day, so a build of another day is only held against one of today."""
    first, second = placement, anew(placement)
    if parts(first, "deb") != parts(second, "deb"):
        first, second = second, anew(placement)
    layers = [each.inspected["RootFS"]["Layers"] for each in (first, second)]
    assert layers[0] == layers[1]
    assert first.inspected["Id"] == second.inspected["Id"]
    bills = [json.loads(each.bill)["components"] for each in (first, second)]
    assert bills[0] == bills[1]
