# SPDX-License-Identifier: Apache-2.0
"""The numbers of a pod's end fit the image's own."""

import re

from stack.compose import ROOT

from .manifests import Overlay

HTTPD = (ROOT / "placement" / "httpd.conf").read_text()


def told(pattern: str) -> str:
    found: list[str] = re.findall(pattern, HTTPD, re.MULTILINE)
    (one,) = found
    return one


def test_a_pod_is_given_the_time_that_it_takes_to_end(overlay: Overlay) -> None:
    pod = overlay.pod("placement")
    (script,) = re.findall(
        r"sleep (\d+)$", pod.container["lifecycle"]["preStop"]["exec"]["command"][-1]
    )
    apache = int(told(r"^GracefulShutdownTimeout (\d+)$"))
    processes = int(told(r"shutdown-timeout=(\d+)\b"))
    grace = pod.spec["terminationGracePeriodSeconds"]
    assert int(script) + apache + processes < grace


def test_draining_is_told_to_apache_by_the_file_that_it_looks_for(overlay: Overlay) -> None:
    file = told(r"^SetEnvIfExpr \"-f '(.+)'\" nokeepalive$")
    lifecycle = overlay.pod("placement").container["lifecycle"]
    assert file in lifecycle["preStop"]["exec"]["command"][-1].split()
    # A restarted container in the same pod finds its volumes as they were.
    assert lifecycle["postStart"]["exec"]["command"] == ["rm", "-f", file]
    mounts = [each["mountPath"] for each in overlay.pod("placement").container["volumeMounts"]]
    assert file.rpartition("/")[0] in mounts


def test_an_endpoint_is_gone_before_its_pod_stops(overlay: Overlay) -> None:
    """Proxies on other nodes learn of it within a few seconds; a draining pod answers for ten."""
    command = overlay.pod("placement").container["lifecycle"]["preStop"]["exec"]["command"]
    assert command[:2] == ["sh", "-c"]
    assert int(command[-1].rpartition(" ")[2]) >= 5
