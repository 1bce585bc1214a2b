# SPDX-License-Identifier: Apache-2.0
"""Renders the overlays: the objects that `kubectl apply -k` would send, and the pods that follow from them."""

import base64
import subprocess
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from stack.compose import ROOT

Object = dict[str, Any]

OVERLAYS = ("sqlite-noauth", "demo", "production")
KUBECTL = Path(sys.executable).with_name("kubectl")


class Overlay:
    """The objects of one overlay."""

    def __init__(self, name: str, root: Path = ROOT) -> None:
        self.name = name
        done = subprocess.run(
            [KUBECTL, "kustomize", root / "kubernetes" / "overlays" / name],
            capture_output=True,
            text=True,
            timeout=60,
        )
        assert done.returncode == 0, done.stderr
        # Kustomize tells of deprecated fields on stderr, and succeeds.
        assert done.stderr == ""
        self.objects: list[Object] = list(yaml.safe_load_all(done.stdout))

    def all(self, kind: str) -> list[Object]:
        return [each for each in self.objects if each["kind"] == kind]

    def one(self, kind: str, name: str) -> Object:
        (found,) = [each for each in self.all(kind) if each["metadata"]["name"] == name]
        return found

    def names(self, kind: str) -> set[str]:
        return {each["metadata"]["name"] for each in self.all(kind)}

    @property
    def pods(self) -> list["Pod"]:
        pods = [
            Pod(each["kind"], each["metadata"]["name"], each)
            for each in self.objects
            if each["kind"] in ("Deployment", "StatefulSet", "Job")
        ]
        assert pods, "a test of all pods would test nothing"
        return pods

    def pod(self, name: str) -> "Pod":
        """The pod of the workload of this name; a hash that ends the name is not looked at."""
        (found,) = [pod for pod in self.pods if pod.name == name or pod.name.startswith(f"{name}-")]
        return found

    def selected(self, selector: dict[str, str]) -> list["Pod"]:
        """The pods that a selector means, as a Service or a policy has it."""
        return [pod for pod in self.pods if selector.items() <= pod.labels.items()]

    def texts(self, kind: str, name: str) -> dict[str, str]:
        """The keys and values of a ConfigMap or Secret."""
        data: dict[str, str] = self.one(kind, name).get("data", {})
        if kind == "ConfigMap":
            return data
        return {key: base64.b64decode(value).decode() for key, value in data.items()}

    def variables(self, pod: "Pod") -> dict[str, str]:
        """The environment of a pod's container."""
        found: dict[str, str] = {}
        for source in pod.container.get("envFrom", []):
            found |= self.texts("ConfigMap", source["configMapRef"]["name"])
        return found | {each["name"]: each["value"] for each in pod.container.get("env", [])}


@dataclass(frozen=True)
class Pod:
    """The pods of one workload: each has one container."""

    kind: str
    name: str
    workload: Object

    @property
    def template(self) -> Object:
        found: dict[str, Any] = self.workload["spec"]["template"]
        return found

    @property
    def labels(self) -> dict[str, str]:
        found: dict[str, str] = self.template["metadata"]["labels"]
        return found

    @property
    def spec(self) -> Object:
        found: dict[str, Any] = self.template["spec"]
        return found

    @property
    def container(self) -> Object:
        containers: list[Object] = self.spec["containers"]
        (found,) = containers
        return found

    @property
    def ports(self) -> dict[str, int]:
        return {each["name"]: each["containerPort"] for each in self.container.get("ports", [])}

    @property
    def served(self) -> set[int]:
        """The ports that clients come to. The kubelet asks at the one for health, and no policy keeps it from its own pods."""
        return {port for name, port in self.ports.items() if name != "health"}

    def port(self, named: str | int) -> int:
        return named if isinstance(named, int) else self.ports[named]

    @property
    def probes(self) -> dict[str, Object]:
        return {key: value for key, value in self.container.items() if key.endswith("Probe")}

    @property
    def claims(self) -> list[str]:
        """The names of the volumes that the workload has the cluster make."""
        made = self.workload["spec"].get("volumeClaimTemplates", [])
        return [each["metadata"]["name"] for each in made]


@cache
def overlay(name: str) -> Overlay:
    return Overlay(name)


def load_job() -> Object:
    """The Job that people make load from, which is in no overlay."""
    found: dict[str, Any] = yaml.safe_load((ROOT / "kubernetes" / "load.yaml").read_text())
    return found


def load_pod() -> Pod:
    """The pod of that Job."""
    return Pod("Job", "load", load_job())
