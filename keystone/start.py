# SPDX-License-Identifier: Apache-2.0
"""Prepares the real Keystone and serves it, as process 1 of the container.

Each start goes through all steps, which may be repeated: keys, tables, bootstrap, users. Keystone answers no client before they
are done, so every client finds the users and the catalog of the stack.
"""

import os
import subprocess
import sys
import warnings
from pathlib import Path
from urllib.parse import quote

import people

KEYS = {"fernet": "fernet_setup", "receipts": "receipt_setup", "credentials": "credential_setup"}
"""The folders of keys on the volume, and the command of keystone-manage that makes each."""
STATE = Path("/var/lib/keystone")
REGION = "RegionOne"


def value(name: str) -> str:
    """The value of the variable, or the contents of the file that the variable with _FILE names. Exits without both."""
    file = os.environ.get(f"{name}_FILE")
    given = Path(file).read_text().strip() if file else os.environ.get(name)
    if not given:
        sys.exit(f"keystone: {name} or {name}_FILE must be given")
    return given


def manage(*words: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(["keystone-manage", *words])


def finish(started: list[subprocess.Popen[bytes]]) -> None:
    for process in started:
        if process.wait():
            sys.exit(f"keystone: {' '.join(process.args[:2])} ended with {process.returncode}")


def prepare(identity: people.Endpoints, admin_password: str) -> None:
    """Make the keys and tables, side by side because each command loads for seconds, then the first user and catalog entry."""
    user = ("--keystone-user=keystone", "--keystone-group=keystone")
    missing = [made for folder, made in KEYS.items() if not (STATE / folder / "0").exists()]
    finish([manage("db_sync"), *(manage(command, *user) for command in missing)])
    os.environ["OS_BOOTSTRAP_PASSWORD"] = admin_password
    addresses = [f"--bootstrap-{interface}-url={url}" for interface, url in identity.items()]
    finish([manage("bootstrap", f"--bootstrap-region-id={REGION}", *addresses)])


def main() -> None:
    host = os.environ.get("KEYSTONE_DATABASE_HOST", "mysql")
    secret = quote(value("KEYSTONE_DATABASE_PASSWORD"), safe="")
    address = f"mysql+pymysql://keystone:{secret}@{host}/keystone?charset=utf8mb4"
    os.environ["OS_DATABASE__CONNECTION"] = address
    # Libraries warn of their own future changes, dozens of times at each start.
    os.environ["PYTHONWARNINGS"] = "ignore"
    warnings.simplefilter("ignore")

    passwords = {
        "admin": value("KEYSTONE_ADMIN_PASSWORD"),
        "placement": value("KEYSTONE_PLACEMENT_PASSWORD"),
    }
    identity = people.endpoints(value("KEYSTONE_URL"), "http://keystone:5000/v3")
    placement = people.endpoints(value("PLACEMENT_URL"), "http://placement:8778")
    prepare(identity, passwords["admin"])

    # This import comes last, because it reads the settings and the keys.
    import waitress
    from keystone.wsgi.api import application

    people.Directory(application, passwords["admin"]).settle(passwords, placement, REGION)
    waitress.serve(application, host="0.0.0.0", port=5000, threads=8, ident=None)


if __name__ == "__main__":
    main()
