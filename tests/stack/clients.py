# SPDX-License-Identifier: Apache-2.0
"""Unmodified clients of Placement, logged in to a stack in either of its two ways."""

import contextlib
import io
import json
from importlib.metadata import entry_points
from typing import Any, ClassVar

import openstack
from keystoneauth1 import adapter, loading, session
from openstack.connection import Connection
from openstackclient.shell import OpenStackShell

from .compose import ADMIN_PASSWORD, Failed, Stack

COMMANDS = frozenset(
    point.name.replace("_", " ") for point in entry_points(group="openstack.placement.v1")
)
"""Every command of osc-placement."""


def login(stack: Stack) -> tuple[str, dict[str, str]]:
    """The auth plugin's name and options: the user admin on the project admin, or the token `admin`."""
    if not stack.keystone:
        return "admin_token", {"endpoint": stack.url, "token": "admin"}
    return "password", {
        "auth_url": stack.keystone_url,
        "username": "admin",
        "password": ADMIN_PASSWORD,
        "user_domain_name": "Default",
        "project_name": "admin",
        "project_domain_name": "Default",
    }


def keystoneauth(stack: Stack) -> adapter.Adapter:
    """keystoneauth1's adapter for Placement, found through the catalog where there is one."""
    name, options = login(stack)
    plugin = loading.get_plugin_loader(name).load_from_options(**options)
    return adapter.Adapter(
        session.Session(auth=plugin), service_type="placement", interface="public", raise_exc=False
    )


def sdk(stack: Stack) -> Connection:
    """openstacksdk's connection."""
    name, options = login(stack)
    return openstack.connect(auth_type=name, auth=options, load_envvars=False, load_yaml_config=False)


class CommandLine:
    """The `openstack` command, run inside this process: to load it takes two seconds, to run it a tenth of one."""

    used: ClassVar[set[str]] = set()
    """Commands of osc-placement that have succeeded in this session of tests."""

    def __init__(self, stack: Stack, version: str | None = None) -> None:
        name, options = login(stack)
        self.options = [f"--os-auth-type={name}"]
        self.options += [f"--os-{key.replace('_', '-')}={value}" for key, value in options.items()]
        self.version = [] if version is None else [f"--os-placement-api-version={version}"]

    def __call__(self, *words: str) -> str:
        """What the command prints. Raises `Failed` with what it complains of."""
        out, err = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            status = OpenStackShell().run([*self.options, *self.version, *words])
        if status:
            raise Failed(f"openstack {' '.join(words)}: status {status}: {err.getvalue()}")
        self.used |= {" ".join(words[:count]) for count in range(len(words) + 1)} & COMMANDS
        return out.getvalue()

    def json(self, *words: str) -> Any:
        """What the command shows."""
        return json.loads(self(*words, "--format=json"))
