# SPDX-License-Identifier: Apache-2.0
"""Measures the cost of token validation: small reads of both services in keystone mode, with validated tokens in memcached."""

import json
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from time import monotonic, sleep

from .. import containers
from ..clouds import flat
from ..options import ROOT
from ..rows import Row
from ..run import Read, Run
from ..servers import PASSWORD, PATIENCE, another

# env/mysql-keystone.env has the same settings.
SETTINGS = {
    "OS_API__AUTH_STRATEGY": "keystone",
    "OS_KEYSTONE_AUTHTOKEN__AUTH_TYPE": "password",
    "OS_KEYSTONE_AUTHTOKEN__AUTH_URL": "http://keystone-stub:5000/v3",
    "OS_KEYSTONE_AUTHTOKEN__USERNAME": "placement",
    "OS_KEYSTONE_AUTHTOKEN__PASSWORD": PASSWORD,
    "OS_KEYSTONE_AUTHTOKEN__USER_DOMAIN_NAME": "Default",
    "OS_KEYSTONE_AUTHTOKEN__PROJECT_NAME": "service",
    "OS_KEYSTONE_AUTHTOKEN__PROJECT_DOMAIN_NAME": "Default",
    "OS_KEYSTONE_AUTHTOKEN__WWW_AUTHENTICATE_URI": "http://127.0.0.1:5000",
    "OS_KEYSTONE_AUTHTOKEN__MEMCACHED_SERVERS": "memcached:11211",
    "OS_KEYSTONE_AUTHTOKEN__TOKEN_CACHE_TIME": "300",
}
DEFAULT = {"domain": {"name": "Default"}}
LOGIN = {
    "auth": {
        "identity": {
            "methods": ["password"],
            "password": {"user": {"name": "admin", "password": PASSWORD, **DEFAULT}},
        },
        "scope": {"project": {"name": "admin", **DEFAULT}},
    }
}


def measure(run: Run) -> Iterator[Row]:
    cloud = flat(100 if run.quick else 1000)
    run.load(cloud)
    path = f"/resource_providers/{cloud.provider(7)}"
    with ExitStack() as stack:
        token = _token(stack.enter_context(_stub()).address)
        memcached = containers.running(
            "memcached", "memcached:1.6", environment={}, options=("--network-alias=memcached",)
        )
        stack.enter_context(memcached)
        ours, theirs = (
            stack.enter_context(another(service, "keystone", SETTINGS))
            for service in run.bench.pair
        )
        keystone_run = replace(run, bench=replace(run.bench, placedock=ours, upstream=theirs))
        for read in Read("provider", path), Read("inventories", f"{path}/inventories"):
            yield keystone_run.read("with a token of Keystone", read, token=token)


@contextmanager
def _stub() -> Iterator[containers.Container]:
    with containers.running(
        "keystone",
        containers.build("keystone-stub", str(ROOT / "keystone-stub")),
        environment={
            "KEYSTONE_ADMIN_PASSWORD": PASSWORD,
            "KEYSTONE_PLACEMENT_PASSWORD": PASSWORD,
        },
        options=(
            "--network-alias=keystone-stub",
            f"--volume={ROOT / 'keystone-stub' / 'etc'}:/etc/keystone-stub:ro",
        ),
    ) as stub:
        yield stub


def _token(host: str) -> str:
    """A token of the administrator. Asks again until the stub answers, for PATIENCE seconds at most."""
    login = urllib.request.Request(
        f"http://{host}:5000/v3/auth/tokens",
        json.dumps(LOGIN).encode(),
        {"Content-Type": "application/json"},
    )
    deadline = monotonic() + PATIENCE
    while True:
        try:
            with urllib.request.urlopen(login, timeout=10) as answer:
                found: str = answer.headers["X-Subject-Token"]
                return found
        except urllib.error.HTTPError:
            raise
        except OSError:
            if monotonic() > deadline:
                raise
            sleep(0.1)
