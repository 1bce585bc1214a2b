# SPDX-License-Identifier: Apache-2.0
"""The few providers that all clients write to, and the little that there is of each class."""

from conformance.servers import Server
from differential.calls import NOTHING, Call, Client
from topology import parse, uuid_of, writes

DRAWING = """
cn0      VCPU:10 MEMORY_MB:40
  numa0  VCPU:6  DISK_GB:20
cn1      VCPU:10 MEMORY_MB:40
"""
LASTING = tuple(provider.uuid for provider in parse(DRAWING))
"""Providers that nobody deletes."""

SPARE = uuid_of("spare")
"""A provider that is deleted and made again all the time."""
SPARE_INVENTORIES = {"VCPU": {"total": 3}}

SHARED_CLASSES = ("VCPU", "MEMORY_MB", "DISK_GB")
HOMES = uuid_of("cn0"), uuid_of("numa0")
"""Between these, each client moves a class of its own by reshaping."""
OWN_TOTAL = 8


def own_class(client: str) -> str:
    return f"CUSTOM_OF_{client.upper()}"


def set_up(server: Server, names: list[str]) -> None:
    """Make the providers, with a class for each client on the first of its homes."""
    client = Client(server)

    def done(method: str, path: str, body: object = None) -> None:
        answer = client.send(Call(method, path, body=NOTHING if body is None else body))
        assert answer.ok, f"{method} {path} answered {answer}"

    for write in writes(DRAWING):
        done(*write)
    for name in names:
        done("PUT", f"/resource_classes/{own_class(name)}")
        own = {"resource_class": own_class(name), "total": OWN_TOTAL}
        done("POST", f"/resource_providers/{HOMES[0]}/inventories", own)
