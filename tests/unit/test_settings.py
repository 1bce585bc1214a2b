# SPDX-License-Identifier: Apache-2.0
"""Settings come from the environment, or from files that it names. tests/settings has the wrong ones."""

import subprocess
import sys
from pathlib import Path
from typing import Any

from oslo_config import cfg
from placedock.config import OURS
from placedock.store import patience

GOOD = {
    "OS_API__AUTH_STRATEGY": "noauth2",
    "OS_PLACEMENT_DATABASE__CONNECTION": "sqlite:////tmp/never-opened.db",
}
KEYSTONE = {
    "OS_API__AUTH_STRATEGY": "keystone",
    "OS_KEYSTONE_AUTHTOKEN__AUTH_TYPE": "password",
    "OS_KEYSTONE_AUTHTOKEN__AUTH_URL": "http://127.0.0.1:1/v3",
    "OS_KEYSTONE_AUTHTOKEN__USERNAME": "placement",
    "OS_KEYSTONE_AUTHTOKEN__PASSWORD": "secret",
}


def settings(environ: dict[str, str], code: str) -> subprocess.CompletedProcess[str]:
    """Load the settings in a process of its own: they are those of a process's environment."""
    program = f"""
import sys
from placedock import config, service
try:
    settings = config.load()
    service.database(settings)
except config.WrongSetting as error:
    sys.exit(str(error))
print({code})
"""
    return subprocess.run(
        [sys.executable, "-c", program], env=environ, capture_output=True, text=True, check=False
    )


def test_a_setting_is_read_from_its_variable() -> None:
    found = settings(
        GOOD | {"OS_PLACEMENT__MAX_ALLOCATION_CANDIDATES": "7"},
        "settings.placement.max_allocation_candidates",
    )
    assert found.stdout == "7\n"


def test_a_setting_is_read_from_the_file_that_its_file_variable_names(tmp_path: Path) -> None:
    secret = tmp_path / "connection"
    secret.write_text("sqlite:////tmp/from-a-file.db\n")
    environ = {
        "OS_API__AUTH_STRATEGY": "noauth2",
        "OS_PLACEMENT_DATABASE__CONNECTION_FILE": str(secret),
    }
    found = settings(environ, "settings.placement_database.connection")
    assert found.stdout == "sqlite:////tmp/from-a-file.db\n"


def test_good_settings_for_keystone_are_not_refused_and_not_commented_on() -> None:
    known_otherwise = {
        "OS_KEYSTONE_AUTHTOKEN__USER_DOMAIN_NAME": "Default",
        "OS_KEYSTONE_AUTHTOKEN__PROJECT_NAME": "service",
        "OS_KEYSTONE_AUTHTOKEN__PROJECT_DOMAIN_NAME": "Default",
        "OS_KEYSTONE_AUTHTOKEN__MEMCACHED_SERVERS": "memcached:11211",
        "OS_KEYSTONE_AUTHTOKEN__WWW_AUTHENTICATE_URI": "http://127.0.0.1:1",
    }
    found = settings(
        GOOD | KEYSTONE | known_otherwise, "settings.keystone_authtoken.memcached_servers"
    )
    assert (found.stdout, found.stderr) == ("['memcached:11211']\n", "")


def test_an_option_that_ends_in_file_is_itself_and_names_no_secret(tmp_path: Path) -> None:
    rules = tmp_path / "policy.yaml"
    rules.write_text("{}\n")
    found = settings(
        GOOD | {"OS_OSLO_POLICY__POLICY_FILE": str(rules)}, "settings.oslo_policy.policy_file"
    )
    assert found.stdout == f"{rules}\n"


def bounds(option: cfg.Opt) -> tuple[Any, Any]:
    """The least and the most that a number may be."""
    return getattr(option.type, "min", None), getattr(option.type, "max", None)


def test_every_wait_has_a_largest_value_that_the_system_can_wait_for() -> None:
    """A larger one would be an error, or a wait without an end, at each use. -1 is how some settings say: without an end."""
    for group, options in OURS.items():
        for option in options:
            least, most = bounds(option)
            wait = "seconds" in f"{option.dest} {option.help}".lower()
            if isinstance(option, (cfg.IntOpt, cfg.FloatOpt)) and wait and least != -1:
                assert most is not None, f"{group} {option.dest}"
                assert most <= 86400, f"{group} {option.dest}"


def test_mysql_and_mariadb_take_the_largest_time_for_a_statement() -> None:
    (option,) = [one for one in OURS["placedock"] if one.dest == "statement_seconds"]
    _, most = bounds(option)
    for on_mariadb in False, True:
        limits = patience.limits(most, on_mariadb)
        assert limits["lock_wait_timeout"] <= 31_536_000
        assert limits["innodb_lock_wait_timeout"] <= 2**30
        assert limits.get("max_execution_time", 0) < 2**32
        assert limits.get("max_statement_time", 0) <= 31_536_000
