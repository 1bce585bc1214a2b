# SPDX-License-Identifier: Apache-2.0
"""Runs in upstream's environment: imports it once and forks for each command, to be quicker.

A line of JSON in: `{"url": …, "action": …, "argument": …}`. A line out: `{"ok": …, "said": …}`.
"""

import json
import os
import sys
import tempfile
import traceback
from typing import IO, Any, NoReturn

import placement.conf as conf
import placement.db_api as db_api
import placement.deploy as deploy
from alembic.script import ScriptDirectory
from oslo_config import cfg
from placement.cmd import manage
from placement.db.sqlalchemy import migration


def configure() -> cfg.ConfigOpts:
    """Settings from the environment, as upstream's own entry points read them."""
    config = cfg.ConfigOpts()
    conf.register_opts(config)
    config([], project="placement", default_config_files=[])
    db_api.configure(config)
    return config


def run_manage(argument: str) -> None:
    """`placement-manage`, the tool itself."""
    sys.argv = ["placement-manage", *argument.split()]
    manage.main()


def run_upgrade(argument: str) -> None:
    """Bring the tables to an older revision than the newest."""
    configure()
    migration.upgrade(argument)


def run_start(argument: str) -> None:
    """Do to the database what a process does that begins to serve."""
    deploy.update_database(configure())


def run_revisions(argument: str) -> None:
    """Every revision there is, newest first."""
    scripts = ScriptDirectory.from_config(migration._alembic_config())
    print(*(script.revision for script in scripts.walk_revisions()))


ACTIONS = {
    "manage": run_manage,
    "upgrade": run_upgrade,
    "start": run_start,
    "revisions": run_revisions,
}


def in_child(order: dict[str, str], output: IO[Any]) -> NoReturn:
    """Run the action and end this process; its exit status says whether the action went well."""
    status = 1
    try:
        os.dup2(output.fileno(), 1)
        os.dup2(output.fileno(), 2)
        os.environ["OS_PLACEMENT_DATABASE__CONNECTION"] = order["url"]
        ACTIONS[order["action"]](order["argument"])
        status = 0
    except SystemExit as done:
        status = done.code if isinstance(done.code, int) else int(done.code is not None)
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)


def main() -> None:
    for line in sys.stdin:
        with tempfile.TemporaryFile() as output:
            child = os.fork()
            if child == 0:
                in_child(json.loads(line), output)
            status = os.waitpid(child, 0)[1]
            output.seek(0)
            said = output.read().decode()
        print(json.dumps({"ok": status == 0, "said": said}), flush=True)


main()
