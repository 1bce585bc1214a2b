# SPDX-License-Identifier: Apache-2.0
"""`kubectl diff` is empty after `kubectl apply`: the API server stores each object as it is written.

The server decodes an object into its types and encodes it again. A list or map that is empty, a null and an empty text get
lost on that way where the type leaves out empty values; a quantity takes its canonical form. `apply` then finds a difference
each time, and a policy or workload has a new generation for nothing.
"""

import json
import re
import subprocess
from collections.abc import Iterator
from fractions import Fraction
from importlib import resources
from typing import Any

import pytest
import yaml

from .manifests import KUBECTL, Object, Overlay, load_job
from .test_schemas import VERSIONS

DEFINITIONS = json.loads(
    resources.files("kubernetes_validate")
    .joinpath(f"kubernetes-json-schema/v{VERSIONS[-1]}.0-local/_definitions.json")
    .read_text()
)["$defs"]

KEPT = {
    "allowPrivilegeEscalation",
    "automountServiceAccountToken",
    "backoffLimit",
    "enableServiceLinks",
    "maxUnavailable",
    "stabilizationWindowSeconds",
}
"""Fields whose types are pointers, so that the server keeps a zero or false."""

SUFFIXES: dict[str, Fraction | int] = {
    "m": Fraction(1, 1000),
    "": 1,
    "k": 10**3,
    "M": 10**6,
    "G": 10**9,
}
BINARY: dict[str, Fraction | int] = {
    "": 1,
    "Ki": 1 << 10,
    "Mi": 1 << 20,
    "Gi": 1 << 30,
    "Ti": 1 << 40,
}


def canonical(quantity: str) -> bool:
    """Whether the quantity is a whole number with the largest suffix of its kind."""
    number, suffix = re.fullmatch(r"(.*?)([A-Za-z]*)", str(quantity)).groups()  # type: ignore[union-attr]
    if not re.fullmatch(r"0|[1-9]\d*", number):
        return False
    if number == "0":
        return suffix == ""
    kind = BINARY if suffix.endswith("i") else SUFFIXES
    larger = list(kind.values())[list(kind).index(suffix) + 1 :]
    return not any(
        (int(number) * kind[suffix] / Fraction(each)).denominator == 1 for each in larger
    )


def definition(schema: Object) -> Object:
    name = schema.get("$ref", "").rpartition("/")[2]
    return DEFINITIONS[name] if name else schema


def of(kind: Object) -> Object:
    """The schema of an object, by its kind and version."""
    group, _, version = kind["apiVersion"].rpartition("/")
    wanted = {"group": group, "kind": kind["kind"], "version": version}
    found: Object
    (found,) = [
        each
        for each in DEFINITIONS.values()
        if wanted in each.get("x-kubernetes-group-version-kind", [])
    ]
    return found


def left_out(name: str, value: Any, schema: Object) -> bool:
    """Whether an object of this schema loses the field when the server encodes it."""
    if value is None:
        return True
    if name in schema.get("required", []) or name not in schema.get("properties", {}):
        return False
    if value in ([], {}, ""):
        # A type with fields of its own, such as the one of the volume `emptyDir: {}`, is a pointer: it stays.
        return "properties" not in definition(schema["properties"][name])
    return value in (0, False) and name not in KEPT


def stored_otherwise(value: Any, schema: Object, path: str = "") -> Iterator[str]:
    """The paths of values that the server would not store as they are."""
    if schema.get("$ref", "").endswith(".Quantity"):
        if not canonical(value):
            yield f"{path}: {value}"
        return
    schema = definition(schema)
    if isinstance(value, dict):
        for name, each in value.items():
            field = schema.get("properties", {}).get(name, schema.get("additionalProperties", {}))
            if left_out(name, each, schema):
                yield f"{path}.{name}: {json.dumps(each)}"
            else:
                yield from stored_otherwise(each, field, f"{path}.{name}")
    elif isinstance(value, list):
        for number, each in enumerate(value):
            yield from stored_otherwise(each, schema.get("items", {}), f"{path}[{number}]")


def test_no_value_is_one_that_the_server_leaves_out_or_rewrites(overlay: Overlay) -> None:
    for each in [*overlay.objects, load_job()]:
        name = f"{each['kind']} {each['metadata'].get('name')}"
        assert list(stored_otherwise(each, of(each))) == [], name


@pytest.mark.parametrize(
    ("path", "spoilt"),
    [
        ("spec.egress", "spec: {egress: []}"),
        ("spec.ingress", "spec: {ingress: []}"),
        ("spec.podSelector.matchLabels", "spec: {podSelector: {matchLabels: {}}}"),
        ("metadata.annotations", "metadata: {annotations: {}}"),
        ("metadata.labels", "metadata: {labels: null}"),
        ("metadata.generateName", "metadata: {generateName: ''}"),
    ],
)
def test_a_value_that_the_server_leaves_out_would_be_noticed(path: str, spoilt: str) -> None:
    policy = {"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy"}
    (found,) = stored_otherwise(policy | yaml.safe_load(spoilt), of(policy))
    assert found.startswith(f".{path}: ")


@pytest.mark.parametrize("quantity", ["0.5", "1000m", "1024Mi", "0500m", "1e3", "2000k", "1.5Gi"])
def test_a_quantity_that_the_server_rewrites_would_be_noticed(quantity: str) -> None:
    assert not canonical(quantity)


@pytest.mark.parametrize("quantity", ["1", "500m", "1500m", "1Gi", "1536Mi", "2k", "0"])
def test_a_canonical_quantity_is_taken(quantity: str) -> None:
    assert canonical(quantity)


def lost(before: Any, after: Any, path: str = "") -> Iterator[str]:
    """The paths of `before` that `after` lacks or changes. `after` may have more fields."""
    if isinstance(before, dict) and isinstance(after, dict):
        for name, each in before.items():
            if name in after:
                yield from lost(each, after[name], f"{path}.{name}")
            else:
                yield f"{path}.{name}"
    elif isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        for number, pair in enumerate(zip(before, after, strict=True)):
            yield from lost(*pair, f"{path}[{number}]")
    elif before != after:
        yield path


def test_every_workload_survives_the_types_of_kubernetes_unchanged(overlay: Overlay) -> None:
    """kubectl decodes a workload into the same Go types as the server, sets a variable in it, and encodes it."""
    for pod in overlay.pods:
        set_variable = ("set", "env", "--local", "--filename=-", "--output=json", "ADDED=by-test")
        done = subprocess.run(
            [KUBECTL, *set_variable],
            input=json.dumps(pod.workload),
            capture_output=True,
            text=True,
            check=True,
            timeout=60,
        )
        typed = json.loads(done.stdout)
        (container,) = typed["spec"]["template"]["spec"]["containers"]
        assert container["env"].pop() == {"name": "ADDED", "value": "by-test"}
        assert list(lost(pod.workload, typed)) == [], pod.name
