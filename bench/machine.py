# SPDX-License-Identifier: Apache-2.0
"""Describes the machine and the software of a run."""

import os
import platform
import re
import subprocess
from datetime import UTC, datetime
from pathlib import Path

from .containers import docker
from .options import ROOT
from .servers import Bench, Service

VERSIONS = """
import importlib.metadata as m, platform
print("Python", platform.python_version(), end="")
for name in "mod_wsgi", "SQLAlchemy", "PyMySQL", "openstack-placement":
    try:
        print(f", {name} {m.version(name)}", end="")
    except m.PackageNotFoundError:
        pass
"""


def describe(bench: Bench) -> dict[str, str]:
    """A line for each property of the machine and the software on which the figures depend."""
    return {
        "measured": f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC, {_commit()}",
        "processor": f"{_processor()}, {os.cpu_count()} cores, for servers, database and clients together",
        "memory": f"{os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES') / 2**30:.0f} GiB",
        "system": f"{_system()}, Linux {platform.release()}, Docker {_docker()}",
        "database": f"MySQL {bench.mysql.version}, mysql/placement.cnf, every commit synced, buffer pool of 1 GiB",
        "server": "Apache, mod_wsgi in daemon mode, 2 processes of 10 threads, for each service",
        "placedock": _versions(bench.placedock),
        "upstream": _versions(bench.upstream),
        "load average before": load(),
    }


def load() -> str:
    """The load averages of the last 1, 5 and 15 minutes. They begin near 0 on a machine that does nothing else."""
    return " ".join(f"{each:.1f}" for each in os.getloadavg())


def _commit() -> str:
    said = [
        subprocess.run(
            ["git", *command], cwd=ROOT, capture_output=True, text=True, check=False
        ).stdout.strip()
        for command in (
            ("rev-parse", "--short", "HEAD"),
            ("status", "--porcelain", "--", "placement/src"),
        )
    ]
    commit, changed = said
    return f"commit {commit or 'unknown'}{', with changes' if changed else ''}"


def _processor() -> str:
    found = re.search(r"^model name\s*: (.+)$", Path("/proc/cpuinfo").read_text(), re.MULTILINE)
    return found[1] if found else platform.machine()


def _system() -> str:
    return platform.freedesktop_os_release().get("PRETTY_NAME", "an unnamed system")


def _docker() -> str:
    return docker("version", "--format", "{{.Server.Version}}")


def _versions(service: Service) -> str:
    return service.container.execute("python3", "-c", VERSIONS)
