# SPDX-License-Identifier: Apache-2.0
"""The smallest overlay under scripts/load, from inside the cluster and from outside."""

import re
import subprocess
from collections.abc import Iterator

import pytest
import requests
from stack.compose import ROOT, run

from . import manifests
from .cluster import Cluster, Running, cluster
from .manifests import load_job, load_pod
from .test_confinement import confined

LINE = re.compile(
    r" +\d+ s +\d+ requests +0 lost +\d+ sent again( +p50 +[\d.]+ ms +p95 +[\d.]+ ms)?"
)
ADMIN = {"X-Auth-Token": "admin", "OpenStack-API-Version": "placement 1.39"}
SCRIPT = ROOT / "scripts" / "load"


@pytest.fixture(scope="module")
def alone(images: None) -> Iterator[Cluster]:
    with cluster(manifests.overlay("sqlite-noauth")) as made:
        yield made


@pytest.fixture(scope="module")
def placement(alone: Cluster) -> Running:
    pod = alone.start("placement")
    pod.wait("startupProbe")
    return pod


def test_it_answers_with_nothing_beside_it(placement: Running) -> None:
    answer = requests.get(f"{placement.url}/resource_classes", headers=ADMIN, timeout=20)
    assert answer.status_code == 200
    assert placement.asked(placement.pod.probes["livenessProbe"])


def test_load_is_made_by_a_confined_pod_and_told_each_second(
    alone: Cluster, placement: Running
) -> None:
    confined(load_pod())
    pod = alone.run(load_pod())
    words = ["--url", "http://placement:8778", "--seconds", "3", "--clients", "4"]
    done = subprocess.run(
        ["docker", "exec", "--interactive", pod.id, "python3", "-", *words],
        stdin=SCRIPT.open(),
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    *seconds, summary = done.stdout.splitlines()
    assert len(seconds) == 3
    assert all(LINE.fullmatch(each) for each in seconds), seconds
    assert summary.endswith(" 0 lost")
    left = requests.get(f"{placement.url}/resource_providers", headers=ADMIN, timeout=20).json()
    assert left == {"resource_providers": []}


def test_a_lost_request_is_told_and_fails(alone: Cluster, placement: Running) -> None:
    started = subprocess.Popen(
        [SCRIPT, "--url", placement.url, "--seconds", "6", "--clients", "2", "--providers", "4"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert started.stdout is not None
    assert LINE.fullmatch(started.stdout.readline().rstrip("\n"))
    run("docker", "kill", placement.id)
    told, complaints = started.communicate(timeout=60)
    assert started.returncode == 1
    assert not told.splitlines()[-1].endswith(" 0 lost")
    assert "load: lost: " in complaints


def test_load_can_be_made_again_and_again() -> None:
    """A Job has an end, and cannot run twice: each `create` makes another one, and old ones go by themselves."""
    job = load_job()
    assert job["kind"] == "Job"
    assert "name" not in job["metadata"]
    assert job["metadata"]["generateName"]
    assert job["spec"]["activeDeadlineSeconds"] > 0
    assert job["spec"]["ttlSecondsAfterFinished"] > 0
    readme = (ROOT / "kubernetes" / "README.md").read_text()
    assert "apply -f kubernetes/load.yaml" not in readme
    assert "kubernetes/load.yaml | kubectl create -f -" in readme
