# SPDX-License-Identifier: Apache-2.0
"""No container of the stack runs as root, can write to its image, or could gain a right."""

import json
import re
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from images import TAG

from . import clients
from .compose import ADMIN_PASSWORD, Stack, finish, run

LINE = re.compile(r"^(\w+):\s+(.*?)\s*$", re.MULTILINE)
RUNNING = ("placement", "mysql", "keystone-stub", "memcached")


def inspected(container: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(run("docker", "inspect", container))[0]
    return found


@pytest.mark.parametrize("service", RUNNING)
def test_every_process_is_an_ordinary_user_without_capabilities(
    mysql_keystone: Stack, service: str
) -> None:
    """As the kernel tells it of every process in the container, this shell's included."""
    fields = {"Uid", "Gid", "CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb", "NoNewPrivs"}
    told = run(
        *("docker", "exec", mysql_keystone.container(service)),
        *("sh", "-c", f"grep -hE '^({'|'.join(('Name', *fields))}):' /proc/[0-9]*/status; :"),
    )
    # The last field in each status is NoNewPrivs: what ended while it was read is not among these.
    processes = [
        dict(LINE.findall(one)) for one in re.findall(r"(?ms)^Name:.*?^NoNewPrivs:.*?$", told)
    ]
    assert processes
    for process in processes:
        # Docker's way in, which every health check takes: root until it becomes the image's user.
        if process.pop("Name").startswith("runc:["):
            continue
        assert process.keys() == fields
        for name, value in process.items():
            if name in ("Uid", "Gid"):
                assert "0" not in value.split()
            elif name == "NoNewPrivs":
                assert value == "1"
            else:
                assert int(value, 16) == 0, name


@pytest.mark.parametrize("service", [*RUNNING, "db-sync"])
def test_a_container_is_given_nothing_that_it_does_not_need(
    mysql_keystone: Stack, service: str
) -> None:
    host = inspected(mysql_keystone.container(service))["HostConfig"]
    assert host["ReadonlyRootfs"] is True
    assert host["CapDrop"] == ["ALL"]
    assert not host["CapAdd"]
    assert host["SecurityOpt"] == ["no-new-privileges:true"]
    assert host["Privileged"] is False
    assert not any(bind.endswith(":rw") for bind in host["Binds"] or [])
    assert host["PidMode"] == host["UsernsMode"] == ""


@pytest.mark.parametrize("service", RUNNING)
def test_the_image_cannot_be_written_to(mysql_keystone: Stack, service: str) -> None:
    for path in "/usr/bin/more", "/etc/more", "/more":
        done = finish(
            "docker", "exec", mysql_keystone.container(service), "sh", "-c", f": > {path}"
        )
        assert done.returncode != 0
        assert "Read-only file system" in done.stderr


def test_nothing_has_been_written_to_any_image_after_load(mysql_keystone: Stack) -> None:
    """400 requests from 8 clients: reads, writes, refusals."""

    def ask(number: int) -> list[int]:
        placement = clients.keystoneauth(mysql_keystone)
        name, version = f"load-{number}", "1.39"
        answers = [placement.post("/resource_providers", json={"name": name}, microversion=version)]
        provider = answers[0].json()["uuid"]
        for path in (
            "/resource_providers",
            f"/resource_providers/{provider}/inventories",
            "/allocation_candidates?resources=VCPU:1",
            "/allocation_candidates?resources=nonsense",
            "/traits",
        ):
            answers += [placement.get(path, microversion=version) for _ in range(10)]
        answers.append(placement.delete(f"/resource_providers/{provider}", microversion=version))
        return [answer.status_code for answer in answers]

    with ThreadPoolExecutor(8) as pool:
        statuses = [status for found in pool.map(ask, range(8)) for status in found]
    assert len(statuses) == 8 * 52
    assert set(statuses) == {200, 204, 400}
    # MySQL's has the place at which Docker mounts its settings, made before it ran.
    for service in "placement", "keystone-stub", "memcached":
        assert run("docker", "diff", mysql_keystone.container(service)) == "", service


CONNECT = "import socket, sys; socket.create_connection((sys.argv[1], 11211), 3)"


@pytest.mark.parametrize(("service", "reaches"), [("placement", True), ("keystone-stub", False)])
def test_placement_alone_reaches_memcached(
    mysql_keystone: Stack, service: str, reaches: bool
) -> None:
    networks = inspected(mysql_keystone.container("memcached"))["NetworkSettings"]["Networks"]
    (address,) = [each["IPAddress"] for each in networks.values()]
    container = mysql_keystone.container(service)
    done = finish("docker", "exec", container, "python3", "-ISc", CONNECT, address)
    assert (done.returncode == 0) is reaches, done.stderr


def variables(listed: list[str]) -> set[str]:
    return {each.partition("=")[0] for each in listed}


def test_placement_is_told_its_own_settings_and_no_secret_of_another_service(stack: Stack) -> None:
    services = ["placement", "db-sync"] if stack.mysql else ["placement"]
    for service in services:
        container = inspected(stack.container(service))
        image = json.loads(run("docker", "image", "inspect", container["Image"]))[0]
        told = variables(container["Config"]["Env"]) - variables(image["Config"]["Env"])
        lines = stack.settings_file.read_text().splitlines()
        written = variables([line for line in lines if re.match("[A-Z]", line)])
        assert told == written - variables(image["Config"]["Env"])
        assert ADMIN_PASSWORD not in json.dumps(container)


def test_every_container_has_a_limit_of_memory_and_of_processes(stack: Stack) -> None:
    for service in stack.services:
        host = inspected(stack.container(service))["HostConfig"]
        assert 0 < host["Memory"] <= 2 << 30, service
        assert 0 < host["PidsLimit"] <= 1024, service


@pytest.mark.parametrize("image", ["placement", "keystone-stub", "keystone", "cli"])
def test_no_image_of_ours_helps_an_intruder(images: None, image: str) -> None:
    """As root, who sees every file: no SUID or SGID bit, no installer, no interpreter but Python."""
    look = "find / -xdev -type f -perm /6000; command -v apt apt-get perl pip gcc; :"
    shell = ("docker", "run", "--rm", "--user=0:0", "--entrypoint=sh")
    assert run(*shell, f"placedock/{image}:{TAG}", "-c", look) == ""
