# SPDX-License-Identifier: Apache-2.0
"""Unmodified clients of Placement, logged in to a stack in either of its two ways."""

import contextlib
import io
import json
import multiprocessing
from functools import cache
from importlib.metadata import entry_points
from typing import Any, ClassVar, Protocol

import openstack
from keystoneauth1 import adapter, loading, session
from openstack.connection import Connection
from openstackclient.shell import OpenStackShell

from .compose import ADMIN_PASSWORD, Failed, Stack

COMMANDS = frozenset(
    point.name.replace("_", " ") for point in entry_points(group="openstack.placement.v1")
)
"""Every command of osc-placement."""


class Cloud(Protocol):
    """The cloud that a client logs in to: whether callers need a token of Keystone's, and the two addresses."""

    @property
    def keystone(self) -> bool: ...
    @property
    def url(self) -> str: ...
    @property
    def keystone_url(self) -> str: ...


def login(stack: Cloud) -> tuple[str, dict[str, str]]:
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
    plugin: Any = loading.get_plugin_loader(name).load_from_options(**options)
    return adapter.Adapter(
        session.Session(auth=plugin), service_type="placement", interface="public", raise_exc=False
    )


def sdk(stack: Stack) -> Connection:
    """openstacksdk's connection."""
    name, options = login(stack)
    return openstack.connect(
        auth_type=name, auth=options, load_envvars=False, load_yaml_config=False
    )


class CommandLine:
    """The `openstack` command, each time in a new process, as people run it.

    The process is a copy of this one, because to load the command takes two seconds and to run it a fifth of one. Inside one
    process commands would share a client, and with it the cloud and the microversion of the first.
    """

    used: ClassVar[set[str]] = set()
    """Commands of osc-placement that have succeeded in this session of tests."""

    def __init__(self, stack: Cloud, version: str | None = None) -> None:
        name, options = login(stack)
        self.options = [f"--os-auth-type={name}"]
        self.options += [f"--os-{key.replace('_', '-')}={value}" for key, value in options.items()]
        self.options += [] if version is None else [f"--os-placement-api-version={version}"]

    def __call__(self, *words: str) -> str:
        """Run the command and return its output. Raises `Failed` with its complaint."""
        _load()
        with FORK.Pool(1) as processes:
            status, out, err = processes.apply(_openstack, ([*self.options, *words],))
        if status:
            raise Failed(f"openstack {' '.join(words)}: status {status}: {err}")
        self.used.update({" ".join(words[:count]) for count in range(len(words) + 1)} & COMMANDS)
        return out

    def json(self, *words: str) -> Any:
        """Run the command and return the parsed JSON that it prints."""
        return json.loads(self(*words, "--format=json"))


FORK = multiprocessing.get_context("fork")


@cache
def _load() -> None:
    """Load in this process, once, what every copy would load: all plugins, and no cloud's client."""
    _openstack(["help", "resource", "provider", "list"])


def _openstack(words: list[str]) -> tuple[int, str, str]:
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        status = OpenStackShell().run(words)
    return status, out.getvalue(), err.getvalue()
