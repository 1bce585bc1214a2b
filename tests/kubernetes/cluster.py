# SPDX-License-Identifier: Apache-2.0
"""Pods run by Docker, under what their manifests say: as near to a kubelet as one comes without a cluster.

User and group, read-only image, capabilities, memory, volumes with the owner and mode that a kubelet gives them, variables,
command, probes, hooks and termination are taken from the rendered objects. What is not there: scheduling, network policies, and
the proxy before a Service, for which a Service's name is an alias of its pods.
"""

import os
import secrets
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import requests
from images import TAG
from stack.compose import finish, run

from .manifests import Object, Overlay, Pod

MEBI = {"Mi": 1 << 20, "Gi": 1 << 30}


class NotReady(AssertionError):
    """A pod that did not become what it should within its probes' patience."""


class Running:
    """One pod of a cluster."""

    def __init__(self, pod: Pod, overlay: Overlay, network: str, folder: Path) -> None:
        self.pod, self.overlay, self.folder = pod, overlay, folder
        self.shared = Path(tempfile.mkdtemp(prefix="placedock-pod-", dir="/dev/shm"))
        aliases = [
            f"--network-alias={service['metadata']['name']}"
            for service in overlay.all("Service")
            if service["spec"]["selector"].items() <= pod.labels.items()
        ]
        command = pod.container.get("command", [])
        entrypoint = [f"--entrypoint={command[0]}"] if command else []
        arguments = [*command[1:], *pod.container.get("args", [])]
        self.id = run(
            *("docker", "run", "--detach", f"--network={network}", *aliases, *entrypoint),
            *(*self._confinement(), *self._variables(), *self._volumes(), self.image, *arguments),
        )

    @property
    def image(self) -> str:
        """The image that the pod names; ours under the tag that the tests build it with."""
        named = self.pod.container["image"]
        found: str = named.replace(":dev", f":{TAG}") if named.startswith("placedock/") else named
        return found

    def _confinement(self) -> list[str]:
        security, container = self.pod.spec["securityContext"], self.pod.container
        given = container["securityContext"]
        options = [f"--user={security['runAsUser']}:{security['runAsGroup']}"]
        options += [f"--group-add={security['fsGroup']}"] if "fsGroup" in security else []
        options += [f"--cap-drop={each}" for each in given["capabilities"]["drop"]]
        options += ["--read-only"] if given["readOnlyRootFilesystem"] else []
        if not given["allowPrivilegeEscalation"]:
            options.append("--security-opt=no-new-privileges:true")
        memory = container["resources"]["limits"]["memory"]
        size = int(memory[:-2]) * MEBI[memory[-2:]]
        # No pod has a limit of the processor; here each has that of a small node with many others.
        return [*options, f"--memory={size}", f"--memory-swap={size}", "--cpus=0.5"]

    def _variables(self) -> list[str]:
        # A kubelet adds these variables even without service links.
        given = {"KUBERNETES_SERVICE_HOST": "10.96.0.1", "KUBERNETES_PORT": "tcp://10.96.0.1:443"}
        given |= self.overlay.variables(self.pod)
        return [f"--env={name}={value}" for name, value in given.items()]

    def _volumes(self) -> list[str]:
        volumes = {each["name"]: each for each in self.pod.spec.get("volumes", [])}
        options = []
        for mount in self.pod.container.get("volumeMounts", []):
            source = self._volume(mount["name"], volumes.get(mount["name"], {}))
            if "subPath" in mount:
                source = self._below(source, mount["subPath"])
            mode = ":ro" if mount.get("readOnly") else ""
            options.append(f"--volume={source}:{mount['mountPath']}{mode}")
        return options

    def _volume(self, name: str, volume: Object) -> Path:
        """A folder with what a kubelet would put there, owned as a kubelet would have it."""
        group = self.pod.spec["securityContext"].get("fsGroup")
        in_memory = volume.get("emptyDir", {}).get("medium") == "Memory" or "secret" in volume
        folder = (self.shared if in_memory else self.folder) / f"{self.pod.name}-{name}"
        if folder.exists():
            return folder
        folder.mkdir()
        folder.chmod(0o777)
        for kind, key in ("configMap", "name"), ("secret", "secretName"):
            if kind in volume:
                mode = volume[kind].get("defaultMode", 0o644)
                texts = self.overlay.texts(kind[0].upper() + kind[1:], volume[kind][key])
                for name, text in texts.items():
                    (folder / name).write_text(text)
                    (folder / name).chmod(mode | (0o040 if group else 0))
                folder.chmod(0o755)
        if not volume:
            # A new file system, as a storage class makes it.
            (folder / "lost+found").mkdir(mode=0o700)
            folder.chmod(0o755)
        if group is not None:
            for each in [folder, *folder.iterdir()]:
                os.chown(each, 0, group)
            folder.chmod(folder.stat().st_mode | 0o2070)
        return folder

    def _below(self, volume: Path, path: str) -> Path:
        """A kubelet makes what is not there, with the mode of the volume, as root."""
        below = volume / path
        if not below.exists():
            below.mkdir()
            os.chown(below, 0, volume.stat().st_gid)
            below.chmod(volume.stat().st_mode & 0o7777)
        return below

    @property
    def state(self) -> dict[str, Any]:
        form = "{{.State.Status}} {{.State.ExitCode}} {{.State.OOMKilled}}"
        status, code, killed = run("docker", "inspect", f"--format={form}", self.id).split()
        return {"status": status, "code": int(code), "killed": killed == "true"}

    @property
    def address(self) -> str:
        form = "{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}"
        return run("docker", "inspect", f"--format={form}", self.id)

    @property
    def url(self) -> str:
        return f"http://{self.address}:{self.pod.ports['http']}"

    def log(self) -> str:
        done = finish("docker", "logs", self.id)
        return done.stdout + done.stderr

    def asked(self, probe: Object) -> bool:
        """The kubelet's conclusion from a probe."""
        if "exec" in probe:
            return finish("docker", "exec", self.id, *probe["exec"]["command"]).returncode == 0
        if "tcpSocket" in probe:
            port = self.pod.port(probe["tcpSocket"]["port"])
            try:
                socket.create_connection(
                    (self.address, port), probe.get("timeoutSeconds", 1)
                ).close()
            except OSError:
                return False
            return True
        asked = probe["httpGet"]
        url = f"http://{self.address}:{self.pod.port(asked['port'])}{asked['path']}"
        try:
            answer = requests.get(url, timeout=probe.get("timeoutSeconds", 1))
        except requests.RequestException:
            return False
        return 200 <= answer.status_code < 400

    @property
    def patience(self) -> int:
        """The seconds that the kubelet gives a container to start, before it restarts it; 60 where no probe tells."""
        probe = self.pod.probes.get("startupProbe", {"periodSeconds": 1, "failureThreshold": 60})
        return int(probe["periodSeconds"] * probe["failureThreshold"])

    def wait(self, which: str) -> float:
        """Until a probe succeeds; the seconds that took."""
        started = time.monotonic()
        while not self.asked(self.pod.probes[which]):
            if time.monotonic() - started > self.patience or self.state["status"] != "running":
                raise NotReady(f"{self.pod.name}: {which}: {self.state}\n{self.log()}")
            time.sleep(0.2)
        return time.monotonic() - started

    def ends(self, patience: float = 60) -> int:
        """Wait for its end; its exit status."""
        return int(run("timeout", str(patience), "docker", "wait", self.id))

    def hook(self, name: str) -> None:
        command = (
            self.pod.container.get("lifecycle", {}).get(name, {}).get("exec", {}).get("command")
        )
        if command:
            run("docker", "exec", self.id, *command)

    def terminate(self) -> float:
        """As a kubelet does: the hook, then the image's stop signal, then KILL; the seconds it took."""
        started = time.monotonic()
        self.hook("preStop")
        left = self.pod.spec["terminationGracePeriodSeconds"] - (time.monotonic() - started)
        run("docker", "stop", f"--time={int(left)}", self.id)
        return time.monotonic() - started

    def restart(self) -> None:
        """As a kubelet does when the container has died: another start, with the volumes as they were left."""
        run("docker", "kill", self.id)
        run("docker", "start", self.id)
        self.hook("postStart")

    def remove(self) -> None:
        subprocess.run(["docker", "rm", "--force", "--volumes", self.id], capture_output=True)
        shutil.rmtree(self.shared, ignore_errors=True)


class Cluster:
    """The pods of one overlay, on a network of their own."""

    def __init__(self, overlay: Overlay, folder: Path) -> None:
        self.overlay, self.folder = overlay, folder
        self.network = f"placedock-kubernetes-{secrets.token_hex(4)}"
        self.pods: list[Running] = []

    def start(self, name: str) -> Running:
        """One pod more of the workload."""
        return self.run(self.overlay.pod(name))

    def run(self, wanted: Pod) -> Running:
        """A pod; its postStart hook has run."""
        folder = Path(tempfile.mkdtemp(prefix=f"{wanted.name}-", dir=self.folder))
        folder.chmod(0o755)
        pod = Running(wanted, self.overlay, self.network, folder)
        self.pods.append(pod)
        pod.hook("postStart")
        return pod


@contextmanager
def cluster(overlay: Overlay) -> Iterator[Cluster]:
    """Nothing of it is left after the block."""
    folder = Path(tempfile.mkdtemp(prefix="placedock-kubernetes-"))
    folder.chmod(0o755)
    made = Cluster(overlay, folder)
    run("docker", "network", "create", made.network)
    try:
        yield made
    finally:
        for pod in made.pods:
            pod.remove()
        run("docker", "network", "rm", made.network)
        shutil.rmtree(folder, ignore_errors=True)
