# SPDX-License-Identifier: Apache-2.0
"""The objects of an overlay find each other, which no schema checks."""

import math
import re
from collections.abc import Iterator

from stack.compose import ROOT

from .manifests import OVERLAYS, Overlay, Pod

SUPPLIED = {("production", "Secret", "placement")}
"""The objects that the user makes."""


def references(pod: Pod) -> Iterator[tuple[str, str]]:
    """Each ConfigMap and Secret that a pod names."""
    container = pod.container
    for source in container.get("envFrom", []):
        yield "ConfigMap", source["configMapRef"]["name"]
    for variable in container.get("env", []):
        assert "valueFrom" not in variable, "secrets come as files"
    for volume in pod.spec.get("volumes", []):
        if "configMap" in volume:
            yield "ConfigMap", volume["configMap"]["name"]
        if "secret" in volume:
            yield "Secret", volume["secret"]["secretName"]


def test_there_is_an_overlay_for_each_folder() -> None:
    folders = {each.name for each in (ROOT / "kubernetes" / "overlays").iterdir()}
    assert folders == set(OVERLAYS)


def test_every_object_is_in_the_namespace_that_the_overlay_makes(overlay: Overlay) -> None:
    assert overlay.names("Namespace") == {"placedock"}
    for each in overlay.objects:
        if each["kind"] != "Namespace":
            assert each["metadata"]["namespace"] == "placedock", each["metadata"]["name"]


def test_every_object_and_pod_says_what_it_is_part_of(overlay: Overlay) -> None:
    for each in overlay.objects:
        assert each["metadata"]["labels"]["app.kubernetes.io/part-of"] == "placedock", each
    for pod in overlay.pods:
        assert pod.labels["app.kubernetes.io/part-of"] == "placedock"
        assert pod.labels["app.kubernetes.io/name"]


def test_no_two_objects_have_one_name(overlay: Overlay) -> None:
    names = [(each["kind"], each["metadata"]["name"]) for each in overlay.objects]
    assert len(names) == len(set(names))


def test_a_workload_selects_its_own_pods_and_no_others(overlay: Overlay) -> None:
    for pod in overlay.pods:
        if pod.kind != "Job":
            selector = pod.workload["spec"]["selector"]["matchLabels"]
            assert overlay.selected(selector) == [pod]


def test_a_service_leads_to_a_port_that_its_pods_have(overlay: Overlay) -> None:
    assert "placement" in overlay.names("Service")
    for service in overlay.all("Service"):
        (pod,) = overlay.selected(service["spec"]["selector"])
        for port in service["spec"]["ports"]:
            assert pod.ports[port["targetPort"]] == port["port"]
        assert len(service["spec"]["ports"]) == len(pod.served)


def test_a_stateful_set_has_its_headless_service(overlay: Overlay) -> None:
    for each in overlay.all("StatefulSet"):
        service = overlay.one("Service", each["spec"]["serviceName"])
        assert service["spec"]["clusterIP"] == "None"


def test_every_config_map_and_secret_that_is_named_exists_and_is_used(overlay: Overlay) -> None:
    named = {each for pod in overlay.pods for each in references(pod)}
    there = {(kind, name) for kind in ("ConfigMap", "Secret") for name in overlay.names(kind)}
    supplied = {(kind, name) for where, kind, name in SUPPLIED if where == overlay.name}
    namesakes = {("ConfigMap", pod.name) for pod in overlay.pods if pod.kind == "Job"}
    assert named - supplied == there - namesakes
    assert supplied <= named


def test_every_volume_that_is_mounted_exists_and_is_mounted_once(overlay: Overlay) -> None:
    for pod in overlay.pods:
        there = [each["name"] for each in pod.spec.get("volumes", [])] + pod.claims
        mounted = [each["name"] for each in pod.container.get("volumeMounts", [])]
        assert sorted(there) == sorted(mounted), pod.name
        paths = [each["mountPath"] for each in pod.container.get("volumeMounts", [])]
        assert len(paths) == len(set(paths))


def test_every_file_that_a_variable_names_is_mounted(overlay: Overlay) -> None:
    for pod in overlay.pods:
        secrets = [v["secret"]["secretName"] for v in pod.spec.get("volumes", []) if "secret" in v]
        if (overlay.name, "Secret", *secrets) in SUPPLIED:
            keys = {"placement-connection", "placement-password"}
        else:
            keys = {key for name in secrets for key in overlay.texts("Secret", name)}
        named = {
            value.removeprefix("/run/secrets/")
            for name, value in overlay.variables(pod).items()
            if name.endswith("_FILE")
        }
        if pod.labels.get("app.kubernetes.io/component") == "db-sync" or pod.name == "placement":
            assert named == keys
        assert named <= keys, pod.name


def test_the_service_account_exists(overlay: Overlay) -> None:
    named = {
        pod.spec["serviceAccountName"] for pod in overlay.pods if "serviceAccountName" in pod.spec
    }
    assert named == overlay.names("ServiceAccount") == {"placement"}


def test_the_autoscaler_finds_its_target_and_the_request_that_it_measures(scaled: Overlay) -> None:
    (scaler,) = scaled.all("HorizontalPodAutoscaler")
    target = scaler["spec"]["scaleTargetRef"]
    assert target["kind"] == "Deployment"
    pod = scaled.pod(target["name"])
    assert pod.workload["apiVersion"] == target["apiVersion"]
    (metric,) = scaler["spec"]["metrics"]
    measured = metric["containerResource"]
    assert measured["container"] == pod.container["name"]
    assert measured["target"]["type"] == "Utilization"
    assert pod.container["resources"]["requests"][measured["name"]]
    # The autoscaler owns the number: a manifest that named one would take it back.
    assert "replicas" not in pod.workload["spec"]
    up, down = (scaler["spec"]["behavior"][way] for way in ("scaleUp", "scaleDown"))
    assert up["stabilizationWindowSeconds"] == 0 < down["stabilizationWindowSeconds"]


def test_a_budget_lets_every_node_be_drained_and_one_replica_stay(scaled: Overlay) -> None:
    (budget,) = scaled.all("PodDisruptionBudget")
    (scaler,) = scaled.all("HorizontalPodAutoscaler")
    (pod,) = scaled.selected(budget["spec"]["selector"]["matchLabels"])
    assert pod.name == scaler["spec"]["scaleTargetRef"]["name"]
    assert 1 <= budget["spec"]["maxUnavailable"] < scaler["spec"]["minReplicas"]


def test_the_database_has_a_connection_for_every_thread_of_every_replica() -> None:
    demo = Overlay("demo")
    (scaler,) = demo.all("HorizontalPodAutoscaler")
    settings = demo.variables(demo.pod("placement"))
    # Each thread has one to read and one to write, each process one to see whether it is ready.
    each = int(settings["PROCESSES"]) * (2 * int(settings["THREADS"]) + 1)
    rolled = demo.pod("placement").workload["spec"]["strategy"]["rollingUpdate"]
    surge = int(rolled["maxSurge"].removesuffix("%")) / 100
    replicas = math.ceil(scaler["spec"]["maxReplicas"] * (1 + surge))
    server = (ROOT / "mysql" / "placement.cnf").read_text()
    allowed = re.search(r"^max-connections = (\d+)$", server, re.MULTILINE)
    assert allowed is not None
    assert replicas * each < int(allowed[1])


def test_one_pod_alone_is_never_two(overlay: Overlay) -> None:
    """A workload with a state of its own is stopped before another one starts."""
    for pod in overlay.pods:
        kept = "data" in [each["name"] for each in pod.spec.get("volumes", [])]
        if pod.kind == "Deployment" and kept:
            assert pod.workload["spec"]["replicas"] == 1
            assert pod.workload["spec"]["strategy"] == {"type": "Recreate"}
