# SPDX-License-Identifier: Apache-2.0
"""The identity commands of the `openstack` client: the same output from both servers.

The commands of a server run in one process (one each would cost 1.5 s), except for the few at the
end that show that the installed program does the same.
"""

import json
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from .servers import PASSWORDS, Server

# In this order: later ones use what earlier ones made. `!` marks one that must fail on both.
COMMANDS = """
token issue
catalog list
catalog show placement
domain list
domain show default
domain create --description 'not here' away
domain set --disable away
domain show away
project list
project list --my-projects
project list --user demo
project show demo
project create --description 'a project' --property colour=blue --tag t alpha
project create --parent alpha beta
project show beta --parents
project show alpha --children
project set --name gamma --description changed beta
project set --tag one --tag two gamma
project list --tags one
project list --parent alpha
project create alpha !
user list
user list --project demo
user list --long
user show demo
user create --password secret --email z@example.org --project alpha zoe
user create --password secret zoe !
user create --or-show --password secret zoe
user set --description described --disable zoe
user set --enable --name zoey zoe
user show zoey
user show nobody !
group create --description 'a group' band
group add user band zoey
group contains user band zoey
group contains user band demo
group list
group list --user zoey
user list --group band
group show band
group set --name choir band
role list
role show reader
role create --description 'a role' drummer
role create drummer !
role set --name bassist drummer
role add --project alpha --user zoey bassist
role add --project alpha --group choir reader
role add --domain default --user zoey member
role add --system all --user zoey reader
role add --project alpha --user zoey --inherited member
role assignment list --user zoey --names
role assignment list --user zoey --names --effective
role assignment list --project alpha --names
role assignment list --group choir --names
role assignment list --system all --names
role assignment list --role reader --names
role remove --project alpha --user zoey --inherited member
role remove --system all --user zoey reader
implied role create --implied-role reader bassist
implied role list
implied role delete --implied-role reader bassist
role delete reader !
service create --name plums --description fruit fruit
service list --long
service show plums
service set --disable plums
endpoint create --region RegionOne fruit public http://plums.example.org
endpoint list
endpoint list --service fruit
endpoint list --interface admin --region RegionOne
region create --description 'a region' East
region create --parent-region East EastEnd
region list
region list --parent-region East
region set --description changed East
region show East
region delete EastEnd
region delete East
service delete plums
credential create --type cert demo blob
credential list
credential list --type cert
policy list
application credential create --role reader --description robot --expiration 2030-01-01T00:00:00 bot
application credential create --secret known --unrestricted --role member bot2
application credential list
application credential show bot
application credential delete bot bot2
access rule list
role remove --project alpha --user zoey bassist
role delete bassist
group remove user choir zoey
group delete choir
user delete zoey
user delete zoey !
project delete gamma
project delete alpha
domain delete away
user list
project list
""".strip().splitlines()


def client_environment(
    server: Server, user: str = "admin", project: str = "admin"
) -> dict[str, str]:
    return {
        "OS_AUTH_URL": f"{server.url}/v3",
        "OS_USERNAME": user,
        "OS_PASSWORD": PASSWORDS[user],
        "OS_PROJECT_NAME": project,
        "OS_USER_DOMAIN_ID": "default",
        "OS_PROJECT_DOMAIN_ID": "default",
    }


class Openstack(NamedTuple):
    """Starts a batch of commands on a server; `answers` waits for its end."""

    folder: Path  # where no clouds.yaml is

    def start(self, server: Server, lines: list[str], **changes: str) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, str(Path(__file__).with_name("openstack_batch.py"))],
            env={"PATH": "/usr/bin:/bin", **client_environment(server), **changes},
            cwd=self.folder,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert process.stdin
        json.dump([_arguments(line) for line in lines], process.stdin)
        process.stdin.close()
        return process

    def answers(self, process: subprocess.Popen[str]) -> list[tuple[int, str, str]]:
        assert process.stdout
        answers = [tuple(answer) for answer in json.load(process.stdout)]
        process.stdout.close()
        assert process.wait() == 0
        return answers

    def run(self, server: Server, *lines: str, **changes: str) -> list[str]:
        """The outputs of commands that must succeed."""
        answers = self.answers(self.start(server, list(lines), **changes))
        for line, (status, _, errors) in zip(lines, answers, strict=True):
            assert status == 0, f"{line}: {errors}"
        return [output for _, output, _ in answers]


def _arguments(line: str) -> list[str]:
    arguments = shlex.split(line)
    quiet = {"set", "delete", "add", "remove", "contains", "revoke"} & set(arguments)
    return arguments if quiet else [*arguments, "-f", "json"]


@pytest.fixture
def openstack(tmp_path: Path) -> Openstack:
    return Openstack(tmp_path)


def test_every_identity_command_prints_the_same(
    stub: Server, real: Server, openstack: Openstack
) -> None:
    lines = [line.removesuffix(" !") for line in COMMANDS]
    batches = [openstack.start(server, lines) for server in (real, stub)]
    theirs, ours = (openstack.answers(batch) for batch in batches)
    differences = []
    for line, *answers in zip(COMMANDS, theirs, ours, strict=True):
        one, other = (
            (status != 0, comparable(output, server), comparable(errors, server))
            for (status, output, errors), server in zip(answers, (real, stub), strict=True)
        )
        if one != other or one[0] != line.endswith(" !"):
            differences.append(f"{line}\n  Keystone: {one}\n  the stand-in: {other}")
    assert not differences, "\n".join(["", *differences])


def comparable(text: str, server: Server) -> Any:
    """Output without ids, times and addresses, lists in an order of their own."""
    text = text.replace(server.url, "<url>")
    text = re.sub(r"\b[0-9a-f]{32}\b", "<id>", text)
    text = re.sub(r'"(id|secret|Secret)": "[\w.-]{60,}"', r'"\1": "<drawn>"', text)
    text = re.sub(r"20(?!30)\d\d-\d\d-\d\dT[\d:]+\+0000", "<time>", text)
    text = re.sub(r"req-[0-9a-f-]{36}", "<request>", text)
    try:
        value = json.loads(text)
    except ValueError:
        return text
    return _sorted(value)


def _sorted(value: Any) -> Any:
    if isinstance(value, list):
        return sorted((_sorted(item) for item in value), key=lambda item: json.dumps(item))
    if isinstance(value, dict):
        return {key: _sorted(item) for key, item in sorted(value.items())}
    return value


def test_a_user_changes_the_own_password(keystone: Server, openstack: Openstack) -> None:
    admin = keystone.token()
    body = {"user": {"name": "singer", "password": "first-for-tests"}}
    singer = keystone.call("POST", "/v3/users", admin, body).json()["user"]["id"]
    change = "--original-password first-for-tests --password second-for-tests"
    login = {"OS_USERNAME": "singer", "OS_PASSWORD": "first-for-tests"}
    unscoped = {"OS_PROJECT_NAME": "", "OS_PROJECT_DOMAIN_ID": ""}
    openstack.run(keystone, f"user password set {change}", **login, **unscoped)
    assert keystone.authenticate("singer", "first-for-tests").status_code == 401
    assert keystone.authenticate("singer", "second-for-tests").status_code == 201
    keystone.call("DELETE", f"/v3/users/{singer}", admin).raise_for_status()


def test_a_revoked_token_is_one_no_more(keystone: Server, openstack: Openstack) -> None:
    token = keystone.token(user="demo", project="demo")
    openstack.run(keystone, f"token revoke {shlex.quote(token)}")
    assert keystone.check(keystone.token(), token).status_code == 404


def test_the_installed_program_logs_in_by_every_means(stub: Server, tmp_path: Path) -> None:
    program = str(Path(sys.executable).with_name("openstack"))
    environment = {"PATH": "/usr/bin:/bin", **client_environment(stub)}

    def openstack(*arguments: str, **changes: str) -> Any:
        command = [program, *arguments, "-f", "json"]
        done = subprocess.run(
            command, env=environment | changes, cwd=tmp_path, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    assert {user["Name"] for user in openstack("user", "list")} >= set(PASSWORDS)
    system = {"OS_SYSTEM_SCOPE": "all", "OS_PROJECT_NAME": "", "OS_PROJECT_DOMAIN_ID": ""}
    issued = openstack("token", "issue", **system)
    assert "system_scope_id" not in issued
    made = openstack("application", "credential", "create", "by-program")
    by_credential = {
        "PATH": "/usr/bin:/bin",
        "OS_AUTH_TYPE": "v3applicationcredential",
        "OS_AUTH_URL": f"{stub.url}/v3",
        "OS_APPLICATION_CREDENTIAL_ID": made.get("ID") or made["id"],
        "OS_APPLICATION_CREDENTIAL_SECRET": made.get("Secret") or made["secret"],
    }
    done = subprocess.run(
        [program, "token", "issue", "-f", "json"],
        env=by_credential,
        cwd=tmp_path,
        capture_output=True,
        text=True,
    )
    assert json.loads(done.stdout)["user_id"] == issued["user_id"]
