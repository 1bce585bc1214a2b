# SPDX-License-Identifier: Apache-2.0
"""The figures and commands of kubernetes/README.md are those of the manifests."""

import math
import re

from stack.compose import ROOT

from .manifests import Overlay, Pod

README = (ROOT / "kubernetes" / "README.md").read_text()


def cores(pod: Pod) -> float:
    return int(pod.container["resources"]["requests"]["cpu"].removesuffix("m")) / 1000


def row(overlay: Overlay) -> list[str]:
    """The row of the table of processor requests."""
    (found,) = re.findall(rf"^\| `{overlay.name}` \| (\d\.\d[^\n]*) \|$", README, re.MULTILINE)
    return [cell.strip() for cell in found.split("|")]


def test_the_requests_of_processor_time_are_those_of_the_manifests(overlay: Overlay) -> None:
    placement = overlay.pod("placement")
    scalers = overlay.all("HorizontalPodAutoscaler")
    fewest = scalers[0]["spec"]["minReplicas"] if scalers else 1
    others = [pod for pod in overlay.pods if pod.kind != "Job" and pod != placement]
    at_rest = sum(map(cores, others)) + fewest * cores(placement)
    least, further, rolled = row(overlay)
    assert float(least) == round(at_rest, 3)
    if not scalers:
        assert further == rolled == ""
        return
    surge = placement.workload["spec"]["strategy"]["rollingUpdate"]["maxSurge"]
    more = math.ceil(fewest * int(surge.removesuffix("%")) / 100)
    assert more == 1
    assert float(further) == cores(placement)
    assert float(rolled) == round(at_rest + cores(placement), 3)


def test_the_command_that_keeps_the_secret_takes_every_other_kind_of_object_away() -> None:
    production = Overlay("production")
    (kinds,) = re.findall(r"^  (deployment,\S+)$", README, re.MULTILINE)
    named = set(kinds.split(","))
    there = {each["kind"].lower() for each in production.objects}
    assert there - named == {"namespace"}
    assert "secret" not in named


def test_a_quarter_of_the_replicas_goes_each_minute() -> None:
    """The autoscaler keeps the whole part of three quarters, so a quarter, rounded up, may go."""
    (scaler,) = Overlay("production").all("HorizontalPodAutoscaler")
    policies = scaler["spec"]["behavior"]["scaleDown"]["policies"]
    assert {"type": "Percent", "value": 25, "periodSeconds": 60} in policies
    assert 5 - int(5 * (1 - 25 / 100)) == 2
    assert "a quarter of them, rounded up, within each minute: two of five" in " ".join(
        README.split()
    )
