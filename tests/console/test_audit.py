# SPDX-License-Identifier: Apache-2.0
"""The audit finds each thing that is odd, in figures, and the command that it names mends it."""

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import jsonschema
import pytest
import sqlalchemy as sa
import topology
import waitress
from placedock.console.endpoints.audit import AUDIT
from placedock.model.audit import KINDS
from topology import uuid_of

from . import dump
from .serving import Client, serving

HEALTHY = """
    cn1       VCPU:8,used=2 MEMORY_MB:4096,reserved=512  +HW_CPU_X86_AVX  @rack
      gpu1    CUSTOM_GPU:4                               +CUSTOM_GOLD
    cn2       VCPU:8,used=8                                               @rack
    nfs       DISK_GB:1000,used=10                       +MISC_SHARES_VIA_AGGREGATE  @rack
"""
CN1, CN2, GPU1, NFS = (uuid_of(name) for name in ("cn1", "cn2", "gpu1", "nfs"))
HELD_BY = {name: uuid_of(f"user of {name}") for name in ("cn1", "cn2", "nfs")}


class Odd(NamedTuple):
    """A way to break the healthy cloud by SQL, and what the audit says of it."""

    kind: str
    breaks: list[str]
    says: str
    mends: str


def provider_id(name: str) -> str:
    return (
        f"(SELECT id FROM (SELECT * FROM resource_providers) AS p WHERE uuid = '{uuid_of(name)}')"
    )


def allocation(consumer: str, provider: str, resource_class: str, used: int) -> str:
    return (
        "INSERT INTO allocations (consumer_id, resource_provider_id, resource_class_id, used) "
        f"VALUES ('{consumer}', {provider_id(provider)}, (SELECT id FROM resource_classes "
        f"WHERE name = '{resource_class}'), {used})"
    )


def consumer(uuid: str) -> str:
    """A consumer of the project and user of another one."""
    return (
        "INSERT INTO consumers (uuid, project_id, user_id, generation) "
        f"SELECT '{uuid}', project_id, user_id, 0 FROM consumers WHERE uuid = '{HELD_BY['cn1']}'"
    )


ODD = [
    Odd(
        "consumer-without-allocations",
        [f"DELETE FROM allocations WHERE consumer_id = '{HELD_BY['cn1']}'"],
        f"{HELD_BY['cn1']} holds nothing",
        f"DELETE FROM consumers WHERE uuid = '{HELD_BY['cn1']}' AND NOT EXISTS",
    ),
    Odd(
        "over-capacity",
        [f"UPDATE allocations SET used = 11 WHERE consumer_id = '{HELD_BY['cn2']}'"],
        "cn2 has a capacity of 8 VCPU (8 total, 0 reserved, ratio 1), and 11 are held: 3 too many; it would fit without the "
        f"newest: {HELD_BY['cn2']} (11)",
        f"openstack resource provider allocation unset --provider {CN2} --resource-class VCPU {HELD_BY['cn2']}"
        "  # once they are moved away, or gone",
    ),
    Odd(
        "over-capacity",
        [
            statement
            for name, used in {"oldest": 2, "older": 2, "newer": 1, "newest": 1}.items()
            for statement in (
                consumer(uuid_of(name)),
                allocation(uuid_of(name), "gpu1", "CUSTOM_GPU", used),
            )
        ],
        "gpu1 has a capacity of 4 CUSTOM_GPU (4 total, 0 reserved, ratio 1), and 6 are held: 2 too many; it would fit without "
        f"the newest: {uuid_of('newest')} (1), {uuid_of('newer')} (1)",
        f"for each in {uuid_of('newest')} {uuid_of('newer')}; do openstack resource provider allocation unset "
        f'--provider {GPU1} --resource-class CUSTOM_GPU "$each"; done  # once they are moved away, or gone',
    ),
    Odd(
        "over-capacity",
        [f"DELETE FROM inventories WHERE resource_provider_id = {provider_id('cn2')}"],
        "cn2 has no inventory of VCPU, and 8 of it are held",
        f"openstack resource provider inventory set --amend --resource VCPU=8 {CN2}",
    ),
    Odd(
        "reserved-exceeds-total",
        [
            "UPDATE inventories SET reserved = 5000 "
            f"WHERE reserved = 512 AND resource_provider_id = {provider_id('cn1')}"
        ],
        "cn1 reserves 5,000 of 4,096 MEMORY_MB",
        f"openstack resource provider inventory set --amend --resource MEMORY_MB:reserved=4096 {CN1}",
    ),
    Odd(
        "provider-without-root",
        [f"UPDATE resource_providers SET root_provider_id = NULL WHERE uuid = '{CN2}'"],
        "cn2 has no root",
        "UPDATE resource_providers SET root_provider_id = ",
    ),
    Odd(
        "unused-trait",
        ["INSERT INTO traits (name) VALUES ('CUSTOM_NOBODY')"],
        "no provider has CUSTOM_NOBODY",
        "openstack trait delete CUSTOM_NOBODY",
    ),
    Odd(
        "unused-resource-class",
        ["INSERT INTO resource_classes (id, name) VALUES (10077, 'CUSTOM_NONE')"],
        "nobody uses CUSTOM_NONE",
        "openstack resource class delete CUSTOM_NONE",
    ),
    Odd(
        "unused-aggregate",
        [f"INSERT INTO placement_aggregates (uuid) VALUES ('{uuid_of('empty')}')"],
        f"no provider is in the aggregate {uuid_of('empty')}",
        f"DELETE FROM placement_aggregates WHERE uuid = '{uuid_of('empty')}' AND NOT EXISTS",
    ),
    Odd(
        "unused-project",
        ["INSERT INTO projects (external_id) VALUES ('the ''old'' one')"],
        "no consumer belongs to the project the 'old' one",
        "DELETE FROM projects WHERE external_id = 'the ''old'' one' AND NOT EXISTS",
    ),
    Odd(
        "unused-user",
        ["INSERT INTO users (external_id) VALUES ('gone')"],
        "no consumer belongs to the user gone",
        "DELETE FROM users WHERE external_id = 'gone' AND NOT EXISTS",
    ),
    Odd(
        "sharing-without-borrowers",
        [
            "DELETE FROM resource_provider_aggregates "
            f"WHERE resource_provider_id = {provider_id('nfs')}"
        ],
        "nfs has MISC_SHARES_VIA_AGGREGATE, and no provider of another tree is in an aggregate with it",
        f"openstack resource provider trait delete {NFS}",
    ),
    Odd(
        "consumer-on-several-roots",
        [
            allocation(HELD_BY["cn1"], "cn2", "VCPU", 2),
            f"UPDATE inventories SET total = 10 WHERE resource_provider_id = {provider_id('cn2')}",
        ],
        f"{HELD_BY['cn1']} holds something of cn1, cn2; the newest is on cn2",
        f"openstack resource provider allocation unset --provider {CN1} {HELD_BY['cn1']}",
    ),
]


def run_sql(url: str, *statements: str) -> None:
    engine = sa.create_engine(url)
    with engine.begin() as connection:
        for statement in statements:
            connection.exec_driver_sql(statement.replace("%", "%%"))
    engine.dispose()


@pytest.fixture
def healthy(client: Client) -> Client:
    for method, path, body in topology.writes(HEALTHY):
        assert client.ask(method, path, body).status_int < 300
    return client


def found(client: Client, **how: Any) -> list[tuple[str, str]]:
    """The findings of the audit: the kind and the text of each."""
    answer = client.get("/-/audit", **how)
    jsonschema.validate(answer, AUDIT)
    return [(kind["kind"], one["says"]) for kind in answer["kinds"] for one in kind["findings"]]


def test_nothing_is_odd_about_a_healthy_cloud(healthy: Client) -> None:
    assert found(healthy) == []
    assert healthy.get("/-/audit")["live"] is False


@pytest.mark.parametrize("odd", ODD, ids=lambda odd: odd.says[:60])
def test_what_is_odd_is_found_in_figures_with_what_would_mend_it(
    healthy: Client, url: str, odd: Odd
) -> None:
    run_sql(url, *odd.breaks)
    before = dump.of(url)
    assert (odd.kind, odd.says) in found(healthy)
    (finding,) = (
        one
        for kind in healthy.get("/-/audit")["kinds"]
        for one in kind["findings"]
        if one["says"] == odd.says
    )
    assert finding["mend"].startswith(odd.mends)
    assert dump.of(url) == before
    if finding["mend_with"] == "sql":
        run_sql(url, finding["mend"])
        assert odd.says not in [says for _, says in found(healthy)]


@contextmanager
def served(client: Client) -> Iterator[str]:
    """The service at a port of this machine."""
    server = waitress.create_server(client.application, host="127.0.0.1", port=0)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.effective_port}"
    finally:
        server.close()
        thread.join(10)


def run_openstack(address: str, command: str) -> None:
    environ = os.environ | {
        "OS_AUTH_TYPE": "admin_token",
        "OS_ENDPOINT": address,
        "OS_TOKEN": "admin",
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
    }
    subprocess.run(command, shell=True, env=environ, check=True, capture_output=True, timeout=60)


@pytest.mark.parametrize(
    "odd",
    [odd for odd in ODD if "openstack" in odd.mends],
    ids=lambda odd: odd.says[:60],
)
def test_the_openstack_command_mends_what_was_found(sqlite_url: str, odd: Odd) -> None:
    with serving(sqlite_url) as client, served(client) as address:
        for method, path, body in topology.writes(HEALTHY):
            assert client.ask(method, path, body).status_int < 300
        run_sql(sqlite_url, *odd.breaks)
        run_openstack(address, odd.mends if odd.mends in mends(client) else "false")
        assert odd.says not in [says for _, says in found(client)]


def mends(client: Client) -> list[str]:
    return [one["mend"] for kind in client.get("/-/audit")["kinds"] for one in kind["findings"]]


def test_roots_whose_names_differ_by_case_are_found_where_a_database_allows_them(
    sqlite_client: Client,
) -> None:
    for method, path, body in topology.writes("cn1 VCPU:8,used=1\nCN1 VCPU:8"):
        assert sqlite_client.ask(method, path, body).status_int < 300
    assert found(sqlite_client) == [
        (
            "name-differs-by-case",
            "CN1 (0 allocations) and cn1 (1 allocations) differ by case only",
        )
    ]
    assert mends(sqlite_client) == [f"openstack resource provider delete {uuid_of('CN1')}"]


def test_the_largest_holders_of_each_class_are_named(healthy: Client) -> None:
    holders = healthy.get("/-/audit")["largest_holders"]
    assert [(one["resource_class"], one["consumer"], one["used"]) for one in holders] == [
        ("VCPU", HELD_BY["cn2"], 8),
        ("VCPU", HELD_BY["cn1"], 2),
        ("DISK_GB", HELD_BY["nfs"], 10),
    ]
    assert {one["project"] for one in holders} == {uuid_of("project")}


def test_so_many_findings_of_a_kind_are_shown_as_are_asked_for_and_all_are_counted(
    healthy: Client, url: str
) -> None:
    run_sql(url, *(f"INSERT INTO users (external_id) VALUES ('gone{n}')" for n in range(5)))
    (kind,) = healthy.get("/-/audit?limit=2")["kinds"]
    assert (kind["kind"], kind["count"], len(kind["findings"])) == ("unused-user", 5, 2)


@pytest.mark.parametrize("limit", ["0", "-1", "x", "", "9999999"])
def test_a_limit_that_is_no_number_is_refused(sqlite_client: Client, limit: str) -> None:
    assert sqlite_client.ask("GET", f"/-/audit?limit={limit}").status_int == 400


# The command ----------------------------------------------------------------------------------------------------------


def run_audit(url: str, *arguments: str, stdin: str = "") -> "subprocess.CompletedProcess[str]":
    environ = os.environ | {
        "OS_PLACEMENT_DATABASE__CONNECTION": url,
        "OS_API__AUTH_STRATEGY": "noauth2",
        "OS_PLACEDOCK__READ_ONLY": "True",
    }
    command = [str(Path(sys.executable).with_name("placedock")), "audit", *arguments]
    return subprocess.run(
        command, env=environ, capture_output=True, text=True, timeout=60, input=stdin
    )


@pytest.mark.usefixtures("healthy")
def test_the_command_ends_with_0_when_nothing_is_odd_and_with_1_when_something_is(url: str) -> None:
    done = run_audit(url)
    assert (done.returncode, done.stderr) == (0, "")
    assert "Nothing odd was found." in done.stdout
    run_sql(url, "INSERT INTO users (external_id) VALUES ('gone')")
    done = run_audit(url)
    assert (done.returncode, done.stderr) == (1, "")
    assert "Users that no consumer belongs to (1)\n  no consumer belongs to the user gone\n" in (
        done.stdout
    )


LISTS = {
    "uuids": "\n# instances\n{cn1}\n{nfs}\n\n",
    "uuids without dashes": "{cn1}\n{nfs}".replace("-", ""),
    "what openstack server list prints": '[{{"ID": "{cn1}"}}, {{"ID": "{nfs}"}}]',
    "a list of JSON": '["{cn1}", "{nfs}"]',
}


@pytest.mark.usefixtures("healthy")
@pytest.mark.parametrize("form", LISTS)
def test_consumers_that_are_not_in_the_list_are_found(url: str, tmp_path: Path, form: str) -> None:
    file = tmp_path / "live"
    file.write_text(LISTS[form].format(**HELD_BY))
    done = run_audit(url, "--live", str(file), "--json")
    assert done.returncode == 1, done.stderr
    answer = json.loads(done.stdout)
    assert answer["live"]
    (kind,) = answer["kinds"]
    assert kind["kind"] == "consumer-not-live"
    assert kind["findings"] == [
        {
            "subject": HELD_BY["cn2"],
            "says": f"{HELD_BY['cn2']} of project {uuid_of('project')} is not in the list and holds "
            "8 VCPU of cn2",
            "mend": f"openstack resource provider allocation delete {HELD_BY['cn2']}",
            "mend_with": "openstack",
        }
    ]


@pytest.mark.usefixtures("healthy")
def test_several_lists_are_one_and_one_may_come_from_standard_input(
    url: str, tmp_path: Path
) -> None:
    file = tmp_path / "migrations"
    file.write_text(HELD_BY["cn2"])
    done = run_audit(
        url, "--live", "-", "--live", str(file), stdin=f"{HELD_BY['cn1']}\n{HELD_BY['nfs']}"
    )
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("nonsense\n", "line 1 is no uuid: 'nonsense'"),
        ("\n\nx", "line 3 is no uuid: 'x'"),
        ('[{"Name": "vm"}]', "item 1 is no uuid: {'Name': 'vm'}"),
        ('{"ID": 1}', "must be a list"),
        ("[", "Expecting value"),
        ("[[]]", "item 1 is no uuid: []"),
    ],
)
def test_a_list_that_cannot_be_read_is_told_in_one_line(
    sqlite_url: str, tmp_path: Path, text: str, says: str
) -> None:
    file = tmp_path / "live"
    file.write_text(text)
    done = run_audit(sqlite_url, "--live", str(file))
    assert done.returncode == 2
    assert done.stderr.startswith(f"placedock: --live {file}: ") and says in done.stderr
    assert done.stderr.count("\n") == 1


def test_every_kind_is_tested() -> None:
    assert {odd.kind for odd in ODD} | {"consumer-not-live", "name-differs-by-case"} == set(KINDS)
