# SPDX-License-Identifier: Apache-2.0
"""No pod runs as root, can write to its image, could gain a right, or is known to the cluster."""

from typing import Any

from .manifests import Overlay, Pod


def users(pod: Pod) -> dict[str, Any]:
    return {key: pod.spec["securityContext"].get(key) for key in ("runAsUser", "runAsGroup")}


def confined(pod: Pod) -> None:
    """A pod meets the cluster's strictest profile, and cannot write to its image."""
    assert pod.spec["securityContext"]["runAsNonRoot"] is True
    assert pod.spec["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    assert pod.container["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }
    for shared in ("hostNetwork", "hostPID", "hostIPC", "hostUsers", "shareProcessNamespace"):
        assert shared not in pod.spec
    assert "initContainers" not in pod.spec
    for volume in pod.spec.get("volumes", []):
        assert set(volume) & {"emptyDir", "secret", "configMap", "persistentVolumeClaim"}
    assert pod.spec["automountServiceAccountToken"] is False
    assert pod.spec["enableServiceLinks"] is False


def test_every_pod_is_an_ordinary_user_that_the_image_knows(overlay: Overlay) -> None:
    known = {"mysql": 999, "keystone-stub": 42425, "memcached": 11211}
    for pod in overlay.pods:
        user = known.get(pod.labels["app.kubernetes.io/name"], 42424)
        assert users(pod) == {"runAsUser": user, "runAsGroup": user}
        assert pod.spec["securityContext"].get("fsGroup", user) == user


def test_every_pod_is_confined_and_the_cluster_asked_to_insist_on_it(overlay: Overlay) -> None:
    (namespace,) = overlay.all("Namespace")
    assert namespace["metadata"]["labels"]["pod-security.kubernetes.io/enforce"] == "restricted"
    for pod in overlay.pods:
        confined(pod)


def test_no_account_has_a_token(overlay: Overlay) -> None:
    for account in overlay.all("ServiceAccount"):
        assert account["automountServiceAccountToken"] is False


def test_every_pod_says_what_it_needs_and_where_its_memory_ends(overlay: Overlay) -> None:
    for pod in overlay.pods:
        resources = pod.container["resources"]
        assert set(resources["requests"]) == {"cpu", "memory"}
        # A limit of the processor would throttle where there is processor time to be had.
        assert set(resources["limits"]) == {"memory"}
        for volume in pod.spec.get("volumes", []):
            if "emptyDir" in volume:
                assert volume["emptyDir"]["sizeLimit"]


def test_secrets_are_files_for_the_group_of_the_service_alone(overlay: Overlay) -> None:
    for pod in overlay.pods:
        for volume in pod.spec.get("volumes", []):
            if "secret" in volume:
                assert volume["secret"]["defaultMode"] == 0o440
                assert pod.spec["securityContext"]["fsGroup"]


def test_a_replica_that_has_been_ready_stays_in_the_service_while_the_database_is_away(
    overlay: Overlay,
) -> None:
    """All replicas share the database: one check of it before the first request, and none after that."""
    pod = overlay.pod("placement")
    asked = {name: probe["httpGet"]["path"] for name, probe in pod.probes.items()}
    assert asked == {
        "startupProbe": "/readyz",
        "readinessProbe": "/livez",
        "livenessProbe": "/livez",
    }
    # The kubelet delays the restarts of a container that ran for less than ten minutes.
    startup = pod.probes["startupProbe"]
    assert startup["periodSeconds"] * startup["failureThreshold"] > 10 * 60


def test_what_runs_for_long_is_watched(overlay: Overlay) -> None:
    """Restarted only when it is silent for minutes: a restart mends nothing that is merely slow."""
    for pod in overlay.pods:
        if pod.kind == "Job":
            assert not pod.probes
            continue
        assert {"readinessProbe", "livenessProbe"} <= set(pod.probes)
        live = pod.probes["livenessProbe"]
        assert live["periodSeconds"] * live["failureThreshold"] >= 120
        for probe in pod.probes.values():
            asked = probe.get("httpGet") or probe.get("tcpSocket")
            assert asked is None or asked["port"] in pod.ports
