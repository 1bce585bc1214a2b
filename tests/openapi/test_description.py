# SPDX-License-Identifier: Apache-2.0
"""The description is valid OpenAPI, is complete, and is true of what succeeds, at every version."""

import itertools
import subprocess
import sys
from pathlib import Path

import orjson
import pytest
import requests
from openapi_spec_validator import OpenAPIV31SpecValidator
from placedock.api import microversion
from placedock.api.microversion import MAXIMUM, MINIMUM, Version
from placedock.api.openapi import document
from placedock.api.routes import ROUTER

from .client import Client
from .conftest import Service, Services
from .description import Description
from .world import headers

VERSIONS = [Version(1, minor) for minor in range(MAXIMUM.minor + 1)]
PLACEDOCK = Path(sys.executable).with_name("placedock")


@pytest.fixture
def service(services: Services) -> Service:
    return services.at("every version")


def described(service: Service, version: object) -> requests.Response:
    return service.get("/openapi.json", params={"version": str(version)})


@pytest.mark.parametrize("version", VERSIONS, ids=str)
def test_all_that_a_version_can_do_is_described_and_answered_as_described(
    service: Service, version: Version
) -> None:
    description = Description(described(service, version).json())
    client = Client(service.session, service.url, version)
    done = set()
    for operation, answer in client.everything():
        assert answer.ok, f"{operation}: {answer.status_code} {answer.text}"
        assert list(description.complaints(operation, answer)) == [], operation
        done.add(operation)
    assert done == description.operations()


@pytest.mark.parametrize("version", ["1.0", "1.14", "1.36", "1.39"])
def test_the_description_is_valid_openapi(version: str) -> None:
    OpenAPIV31SpecValidator(document(microversion.requested(f"placement {version}"))).validate()


def test_every_version_has_all_that_the_ones_before_it_have() -> None:
    known = [Description(document(version)).operations() for version in VERSIONS]
    assert all(before <= after for before, after in itertools.pairwise(known))
    assert len(known[0]) < len(known[-1])


def test_every_path_that_is_described_is_one_that_the_service_finds() -> None:
    for path in document(MAXIMUM)["paths"]:
        assert ROUTER.find(path)[0].template == path


def test_the_description_needs_no_token_and_is_of_the_version_that_the_header_asks_for(
    service: Service,
) -> None:
    assert service.get("/openapi.json").json()["info"]["version"] == str(MINIMUM)
    asked = service.get("/openapi.json", headers={"OpenStack-API-Version": "placement 1.36"})
    assert asked.json()["info"]["version"] == "1.36"
    assert asked.headers["openstack-api-version"] == "placement 1.36"
    assert described(service, "latest").json()["info"]["version"] == str(MAXIMUM)


def test_the_command_writes_what_the_service_serves(service: Service) -> None:
    for arguments, version in (([], MAXIMUM), (["1.14"], "1.14")):
        written = subprocess.run(
            [PLACEDOCK, "openapi", *arguments], capture_output=True, check=True
        )
        assert orjson.loads(written.stdout) == described(service, version).json()


def test_a_version_that_is_not_served_is_not_described(service: Service) -> None:
    refused = described(service, "1.40")
    assert refused.status_code == 406
    assert refused.json()["errors"][0]["max_version"] == str(MAXIMUM)
    written = subprocess.run(
        [PLACEDOCK, "openapi", "1.40"], capture_output=True, text=True, check=False
    )
    assert (written.returncode, written.stdout) == (2, "")
    assert written.stderr.count("\n") == 1


def test_nothing_else_is_served_at_or_near_its_path(service: Service) -> None:
    assert service.session.post(f"{service.url}/openapi.json").status_code == 405
    for path in ("/openapi", "/openapi.json/", "/openapi.json/x"):
        assert service.get(path).status_code == 401
        assert service.get(path, headers=headers("1.39")).status_code == 404
