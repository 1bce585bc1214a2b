# SPDX-License-Identifier: Apache-2.0
"""keystoneauth1 and openstacksdk, the libraries under every client, on both servers."""

from pathlib import Path
from typing import Any

import keystoneauth1.exceptions
import openstack
import pytest
from keystoneauth1 import session
from keystoneauth1.identity import v3

from .servers import PASSWORDS, PLACEMENT, Server

IN_DEFAULT: dict[str, Any] = {"user_domain_id": "default"}
SCOPES: dict[str, dict[str, Any]] = {
    "project": {"project_name": "admin", "project_domain_id": "default"},
    "system": {"system_scope": "all"},
    "unscoped": {"unscoped": True},
    "absent": {},
}


def login(keystone: Server, user: str = "admin", **scope: Any) -> session.Session:
    auth = v3.Password(
        auth_url=keystone.url, username=user, password=PASSWORDS[user], **IN_DEFAULT, **scope
    )
    return session.Session(auth=auth)


def get(keystone: Server, client: session.Session, path: str) -> Any:
    return client.get(keystone.url + path).json()


@pytest.mark.parametrize("scope", SCOPES)
def test_a_session_logs_in_for(scope: str, keystone: Server) -> None:
    client = login(keystone, **SCOPES[scope])
    assert isinstance(client.auth, v3.Password)
    access = client.auth.get_access(client)
    assert (access.username, access.user_domain_id) == ("admin", "default")
    assert access.project_scoped == (scope == "project")
    assert access.system_scoped == (scope == "system")
    assert access.has_service_catalog() == (scope in ("project", "system"))
    assert not access.will_expire_soon()


def test_the_catalog_leads_to_placement_and_back_to_keystone(keystone: Server) -> None:
    client = login(keystone, **SCOPES["project"])
    for interface in ("public", "internal", "admin"):
        place: dict[str, Any] = {"interface": interface, "region_name": "RegionOne"}
        assert client.get_endpoint(service_type="placement", **place) == PLACEMENT
        assert client.get_endpoint(service_type="identity", **place) == f"{keystone.url}/v3"
    identity = client.get_endpoint_data(service_type="identity")
    assert identity and identity.api_version == (3, 14)


def test_one_token_makes_another_for_another_scope(keystone: Server) -> None:
    first = login(keystone, unscoped=True)
    token = first.get_token()
    assert token
    auth = v3.Token(keystone.url, token, **SCOPES["project"])
    second = session.Session(auth=auth)
    assert second.get_project_id() is not None
    assert second.get_user_id() == first.get_user_id()


def test_an_application_credential_logs_in(keystone: Server) -> None:
    client = login(keystone, "demo", project_name="demo", project_domain_id="default")
    path = f"/v3/users/{client.get_user_id()}/application_credentials"
    wanted = {"application_credential": {"name": "for-a-session"}}
    made = client.post(keystone.url + path, json=wanted).json()["application_credential"]

    def robot() -> session.Session:
        key = {"application_credential_id": made["id"]}
        key["application_credential_secret"] = made["secret"]
        return session.Session(auth=v3.ApplicationCredential(keystone.url, **key))

    assert robot().get_project_id() == client.get_project_id()
    client.delete(f"{keystone.url}{path}/{made['id']}")
    with pytest.raises(keystoneauth1.exceptions.NotFound):
        robot().get_token()


def test_wrong_logins_raise_what_clients_expect(keystone: Server) -> None:
    auth = v3.Password(keystone.url, username="admin", password="wrong", **IN_DEFAULT)
    with pytest.raises(keystoneauth1.exceptions.Unauthorized):
        session.Session(auth=auth).get_token()
    with pytest.raises(keystoneauth1.exceptions.Unauthorized):
        login(keystone, project_name="nowhere", project_domain_id="default").get_token()


def test_a_session_gets_a_new_token_when_its_own_is_revoked(keystone: Server) -> None:
    client = login(keystone, **SCOPES["project"])
    lost = client.get_token()
    client.delete(f"{keystone.url}/v3/auth/tokens", headers={"X-Subject-Token": lost})
    assert get(keystone, client, "/v3/users?name=demo")["users"][0]["name"] == "demo"
    assert client.get_token() != lost


@pytest.fixture
def cloud(keystone: Server, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Any:
    """An openstacksdk connection as the admin."""
    monkeypatch.chdir(tmp_path)  # where no clouds.yaml is
    login: dict[str, Any] = {"username": "admin", "password": PASSWORDS["admin"], **IN_DEFAULT}
    with openstack.connect(
        auth_url=keystone.url, region_name="RegionOne", **login, **SCOPES["project"]
    ) as connection:
        yield connection


def test_the_sdk_makes_finds_changes_and_removes(cloud: Any) -> None:
    identity = cloud.identity
    project = identity.create_project(name="sdk", domain_id="default", tags=["t"])
    assert identity.find_project("sdk").id == project.id
    assert identity.update_project(project, description="changed").description == "changed"
    user = identity.create_user(name="sdk", password="sdk-for-tests", default_project_id=project.id)
    role = identity.find_role("member")
    identity.assign_project_role_to_user(project, user, role)
    assert identity.validate_user_has_project_role(project, user, role)
    assert [each.id for each in identity.user_projects(user)] == [project.id]
    assigned = list(identity.role_assignments(user_id=user.id, include_names=True))
    assert [each.role["name"] for each in assigned] == ["member"]
    identity.unassign_project_role_from_user(project, user, role)
    assert not identity.validate_user_has_project_role(project, user, role)
    group = identity.create_group(name="sdk", domain_id="default")
    identity.add_user_to_group(user, group)
    assert [each.name for each in identity.group_users(group)] == ["sdk"]
    for one in (group, user, project):
        getattr(identity, f"delete_{type(one).__name__.lower()}")(one)
    assert identity.find_user("sdk") is None


def test_the_sdk_lists_what_there_is(cloud: Any) -> None:
    identity = cloud.identity
    assert {each.name for each in identity.users()} >= set(PASSWORDS)
    assert {each.name for each in identity.projects()} >= {"admin", "demo", "service"}
    assert {each.name for each in identity.roles()} >= {"admin", "manager", "member", "reader"}
    assert [each.name for each in identity.domains(name="Default")] == ["Default"]
    assert [each.id for each in identity.regions()] == ["RegionOne"]
    assert {each.type for each in identity.services()} >= {"identity", "placement"}
    assert {each.interface for each in identity.endpoints()} == {"public", "internal", "admin"}


def test_the_sdk_reads_lists_page_by_page(cloud: Any) -> None:
    names = [user.name for user in cloud.identity.users(limit=2)]
    assert len(names) == len(set(names)) >= len(PASSWORDS)
