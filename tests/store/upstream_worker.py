# SPDX-License-Identifier: Apache-2.0
"""Runs in upstream's environment: imports it once and forks for each command, to be quicker.

A line of JSON in: `{"url": …, "action": …, "argument": …}`. A line out: `{"ok": …, "said": …}`.
"""

import json
import os
import sys
import tempfile
import traceback

from alembic.script import ScriptDirectory
from oslo_config import cfg
from placement.cmd import manage
from placement.db.sqlalchemy import migration

from placement import conf, db_api, deploy


def configure():
    """Settings from the environment, as upstream's own entry points read them."""
    config = cfg.ConfigOpts()
    conf.register_opts(config)
    config([], project="placement", default_config_files=[])
    db_api.configure(config)
    return config


def run_manage(argument):
    """`placement-manage`, the tool itself."""
    sys.argv = ["placement-manage", *argument.split()]
    manage.main()


def run_upgrade(argument):
    """Bring the tables to an older revision than the newest."""
    configure()
    migration.upgrade(argument)


def run_start(argument):
    """What a process that begins to serve does to the database."""
    deploy.update_database(configure())


def run_revisions(argument):
    """Every revision there is, newest first."""
    scripts = ScriptDirectory.from_config(migration._alembic_config())
    print(*(script.revision for script in scripts.walk_revisions()))


ACTIONS = {
    "manage": run_manage,
    "upgrade": run_upgrade,
    "start": run_start,
    "revisions": run_revisions,
}


def in_child(order, output):
    """Never returns: the exit status says whether it went well."""
    status = 1
    try:
        os.dup2(output.fileno(), 1)
        os.dup2(output.fileno(), 2)
        os.environ["OS_PLACEMENT_DATABASE__CONNECTION"] = order["url"]
        ACTIONS[order["action"]](order["argument"])
        status = 0
    except SystemExit as done:
        status = done.code or 0
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)


def main():
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
