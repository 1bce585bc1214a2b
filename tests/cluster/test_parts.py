# SPDX-License-Identifier: Apache-2.0
"""The containers have few rights, and the proxy sends its question as bytes."""

import json
import re

from stack.compose import ROOT, run

from .stack import Cluster


def test_no_container_may_write_to_its_image_or_has_any_right(cluster: Cluster) -> None:
    for container in json.loads(run("docker", "inspect", *cluster.containers())):
        host, name = container["HostConfig"], container["Name"]
        assert host["ReadonlyRootfs"] is True, name
        assert host["CapDrop"] == ["ALL"], name
        assert host["SecurityOpt"] == ["no-new-privileges:true"], name
        assert container["Config"]["User"].partition(":")[0] not in ("", "0", "root"), name
        for bindings in (host["PortBindings"] or {}).values():
            assert {each["HostIp"] for each in bindings} == {"127.0.0.1"}, name


def test_the_nodes_can_be_reached_by_their_proxy_only(cluster: Cluster) -> None:
    for container in json.loads(run("docker", "inspect", *cluster.containers("placement"))):
        assert not any(name.endswith("_group") for name in container["NetworkSettings"]["Networks"])


def test_the_bytes_that_the_proxy_sends_are_what_it_says(cluster: Cluster) -> None:
    """A MySQL packet is three bytes of length, a number, and a payload."""
    text = (ROOT / "cluster/database.cfg").read_text()
    packets = [bytes.fromhex(each) for each in re.findall(r"send-binary (\w+)", text)]
    for packet in packets:
        assert int.from_bytes(packet[:3], "little") == len(packet) - 4
    login, query, leave = (packet[4:] for packet in packets)
    assert login[32:].split(b"\0") == [b"checker", b"", b"caching_sha2_password", b""]
    assert query == b"\x03SELECT cluster.role()"
    assert leave == b"\x01"
