# SPDX-License-Identifier: Apache-2.0
"""A cloud goes into a file, and out of it into another database, where it is the same."""

import fcntl
import itertools
import json
import os
import pty
import random
import re
import string
import struct
import subprocess
import sys
import termios
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import topology
import yaml
from placedock import clouds
from placedock.clouds import anonymous, reading, writing
from placedock.model.carried import (
    Cloud,
    CloudAllocation,
    CloudConsumer,
    CloudProvider,
    InvalidCloud,
    Unused,
)
from placedock.model.inventory import Inventory
from placedock.operations import exports, imports
from placedock.store.database import Database
from topology import uuid_of

from . import dump
from .serving import serving

ODD_NAMES = [
    "yes", "No", "null", "~", "1", "0x1F", "1e3", "12:30:45", "2026-01-01", ".inf", "-", "- a", "a: b", "#a", "a #b",
    "'", '"', "\\", "\n", "\t", " a ", "é", "😀", "\u2028", "\x7f", "{", "[x]", "&a", "*a", "!a", "%", "@", "`", "=", "<<",
    "0b01", "1_000", "123e45", "+1", "true", "y", "Ω" * 50,
]  # fmt: skip
SEEDS = range(40)


def draw(random: random.Random) -> Cloud:
    """Any cloud that tables can hold."""

    def name(prefix: str, number: int) -> str:
        return random.choice([f"{prefix}{number}", f"{random.choice(ODD_NAMES)}{prefix}{number}"])

    def some(names: list[str]) -> list[str]:
        return random.sample(names, random.randint(0, len(names)))

    classes, traits = ["CUSTOM_B", "CUSTOM_A"], ["CUSTOM_GOLD", "CUSTOM_SILVER"]
    usable = ["VCPU", "DISK_GB", *classes]
    sets = [sorted(some([*traits, "HW_CPU_X86_AVX", "COMPUTE_NODE"])) for _ in range(3)]
    aggregates = [uuid_of(f"aggregate {n}") for n in range(4)]
    providers: list[CloudProvider] = []
    for number in range(random.randint(0, 12)):
        # The line above each provider: its ancestors, of which a child can hang on any.
        line = [number - 1] if number else []
        while line and providers[line[-1]].parent is not None:
            line.append(providers[line[-1]].parent or 0)
        parent = random.choice([None, *line])
        providers.append(
            CloudProvider(
                random.choice([uuid_of(f"p{number}"), uuid_of(f"p{number}").upper()]),
                random.choice([name("p", number)] * 9 + [None]),
                random.choice([0, 1, 77]),
                parent,
                [
                    inventory(random, usable[n])
                    for n in sorted(random.sample(range(4), random.randint(0, 4)))
                ],
                tuple(random.choice(sets)),
                tuple(sorted(some(aggregates))),
            )
        )
    consumers = []
    for number in range(random.randint(0, 8)):
        known = random.random() < 0.8
        held = [
            CloudAllocation(provider, kind, random.randint(1, 2**31 - 1))
            for provider in random.sample(
                range(len(providers)), random.randint(0, min(3, len(providers)))
            )
            for kind in random.sample(usable, random.randint(1, 3))
        ]
        if known or held:
            consumers.append(
                CloudConsumer(
                    uuid_of(f"c{number}"),
                    name("project", number % 3) if known else None,
                    name("user", number % 2) if known else None,
                    random.choice([None, "INSTANCE", "MIGRATION", "CUSTOM_TYPE"])
                    if known
                    else None,
                    random.choice([0, 1, 5]) if known else 1,
                    held,
                )
            )
    # Those without a record come last: they have no id.
    consumers.sort(key=lambda one: one.project is None)
    used = {aggregate for one in providers for aggregate in one.aggregates}
    unused = Unused(
        tuple(sorted(set(aggregates) - used)),
        tuple(sorted(some(["old project", "0123"]))),
        tuple(sorted(some(["old user"]))),
        tuple(sorted(some(["OLD_TYPE"]))),
    )
    return Cloud(providers, consumers, some(classes) and classes, traits, unused)


def inventory(random: random.Random, resource_class: str) -> Inventory:
    if random.random() < 0.4:
        return Inventory(resource_class, random.randint(0, 2**31 - 1))
    return Inventory(
        resource_class,
        random.randint(0, 1000),
        random.choice([0, 1, 5000]),
        random.choice([1, 0, 7]),
        random.choice([2**31 - 1, 8]),
        random.choice([1, 4]),
        random.choice([1.0, 16.0, 0.7, 1.5, 0.0, 1e-05, 1e20, 123456.0]),
    )


def complete(cloud: Cloud) -> Cloud:
    """The cloud with all classes declared that it uses."""
    return Cloud(
        cloud.providers, cloud.consumers, ["CUSTOM_B", "CUSTOM_A"], cloud.traits, cloud.unused
    )


@pytest.fixture(params=SEEDS)
def cloud(request: pytest.FixtureRequest) -> Cloud:
    return complete(draw(random.Random(request.param)))


def text_of(cloud: Cloud) -> str:
    return "".join(writing.lines(cloud))


def export(url: str, **what: Any) -> str:
    database = Database(url)
    try:
        cloud, left_out = database.read(exports.export, **what)
    finally:
        database.close()
    assert left_out == []
    return text_of(cloud)


def put(url: str, text: str, merge: bool = False) -> None:
    cloud = reading.read(text)
    database = Database(url)
    try:
        database.write(imports.put, cloud, merge)
    finally:
        database.close()


def test_what_is_written_is_read_as_it_was(cloud: Cloud) -> None:
    text = text_of(cloud)
    assert text_of(reading.read(text)) == text


def test_every_reader_of_yaml_reads_the_same_and_the_schema_accepts_it(cloud: Cloud) -> None:
    text = text_of(cloud)
    loaded = yaml.safe_load(text)
    jsonschema.validate(loaded, clouds.schema())
    names = {one.name for one in cloud.providers}
    assert {one["name"] for one in all_providers(loaded.get("providers", []))} == names
    owners = {one.project for one in cloud.consumers}
    assert {one.get("project") for one in loaded.get("consumers", {}).values()} == owners


def all_providers(providers: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for one in providers:
        yield one
        yield from all_providers(one.get("children", []))


def test_an_export_of_an_import_is_the_same_to_the_byte(cloud: Cloud, url: str) -> None:
    text = text_of(cloud)
    put(url, text)
    assert export(url) == text


def test_a_cloud_that_was_carried_has_the_same_candidates(sqlite_url: str, mysql_url: str) -> None:
    drawing = """
        cn1      VCPU:8,used=2 MEMORY_MB:4096,reserved=512  +HW_CPU_X86_AVX  @rack
          gpu1   CUSTOM_GPU:4                               +CUSTOM_GOLD
        cn2      VCPU:8,allocation_ratio=4.0 MEMORY_MB:512                   @rack
        nfs      DISK_GB:1000,used=10                       +MISC_SHARES_VIA_AGGREGATE  @rack
    """
    query = "/allocation_candidates?resources=VCPU:1,DISK_GB:5&required=HW_CPU_X86_AVX"
    with serving(sqlite_url) as before:
        for method, path, body in topology.writes(drawing):
            assert before.ask(method, path, body).status_int < 300
        put(mysql_url, export(sqlite_url))
        with serving(mysql_url) as after:
            assert after.get(query) == before.get(query)
            for name in ("cn1", "nfs"):
                path = f"/resource_providers/{uuid_of(name)}/allocations"
                assert after.get(path) == before.get(path)


TREES = """
    cn1      VCPU:8,used=2             @rack1
      gpu1   CUSTOM_GPU:4  +CUSTOM_GOLD
    cn2      VCPU:8,used=1             @rack2
    nfs      DISK_GB:1000  +MISC_SHARES_VIA_AGGREGATE  @rack1
"""


@pytest.fixture
def trees(sqlite_url: str) -> str:
    with serving(sqlite_url) as client:
        for method, path, body in topology.writes(TREES):
            assert client.ask(method, path, body).status_int < 300
    return sqlite_url


def names_in(text: str) -> list[str]:
    return re.findall(r"- name: (\S+)", text)


def test_some_trees_are_exported_with_what_is_held_of_them_and_the_names_that_they_use(
    trees: str,
) -> None:
    text = export(trees, trees=["gpu1"])
    assert names_in(text) == ["cn1", "gpu1"]
    assert re.findall(r"CUSTOM_\w+", text.partition("providers:")[0]) == [
        "CUSTOM_GPU",
        "CUSTOM_GOLD",
    ]
    assert uuid_of("user of cn1") in text and uuid_of("user of cn2") not in text
    assert "CUSTOM" not in export(trees, trees=[uuid_of("cn2")])


def test_the_trees_of_an_aggregate_are_exported(trees: str) -> None:
    assert names_in(export(trees, aggregates=[uuid_of("rack1")])) == ["cn1", "gpu1", "nfs"]
    both = export(trees, aggregates=[uuid_of("rack1")], trees=["cn2"])
    assert names_in(both) == ["cn1", "gpu1", "cn2", "nfs"]


def test_a_tree_or_an_aggregate_that_is_not_there_is_named(trees: str) -> None:
    with pytest.raises(exports.NoSuchTree, match="cn7"):
        export(trees, trees=["cn7"])
    with pytest.raises(exports.EmptyAggregate, match=uuid_of("rack7")):
        export(trees, aggregates=[uuid_of("rack7")])


def test_a_cloud_that_is_not_empty_is_left_alone_unless_told_to_merge(
    trees: str, mysql_url: str
) -> None:
    put(mysql_url, "placedock: 1\nproviders:\n- name: other\n")
    before = dump.of(mysql_url)
    with pytest.raises(imports.NotEmpty, match="1 resource providers"):
        put(mysql_url, export(trees))
    assert dump.of(mysql_url) == before
    put(mysql_url, export(trees), merge=True)
    assert names_in(export(mysql_url)) == ["other", "cn1", "gpu1", "cn2", "nfs"]


def test_what_is_there_already_is_not_merged_and_is_told_by_its_line(trees: str) -> None:
    before = dump.of(trees)
    text = (
        f"placedock: 1\nproviders:\n- name: new\n- name: cn1\n- name: x\n  uuid: {uuid_of('cn2')}\n"
    )
    with pytest.raises(InvalidCloud) as told:
        put(trees, text, merge=True)
    assert [(one.line, one.says) for one in told.value.mistakes] == [
        (4, "the database has a provider with the name cn1 already"),
        (5, f"the database has a provider with the uuid {uuid_of('cn2')} already"),
    ]
    assert dump.of(trees) == before


MISTAKES = {
    "an unknown key": ("placedock: 1\nprovider: []\n", [(2, "'provider' was unexpected")]),
    "no version": ("providers: []\n", [(1, "'placedock' is a required property")]),
    "another version": ("placedock: 2\n", [(1, "1 was expected")]),
    "no mapping": ("- a\n", [(1, "a cloud is a mapping with the key `placedock`")]),
    "nothing": ("", [(1, "there must be one document, not 0")]),
    "no yaml": ("placedock: 1\nproviders: [\n", [(3, "this is no YAML")]),
    "odd letters": ("placedock: 1\nx: \x00\n", [(2, "this is no YAML")]),
    "a tag": ("placedock: 1\ntraits: !!python/object:os.system [a]\n", [(2, "tags such as")]),
    "an alias without an anchor": ("placedock: 1\ntraits: *t\n", [(2, "")]),
    "a name that is missing": (
        "placedock: 1\nproviders:\n- uuid: a\n- name: b\n",
        [(3, "'name' is a required property")],
    ),
    "a key twice": (
        "placedock: 1\nproviders:\n- name: a\n  inventories:\n    VCPU: 1\n    VCPU: 2\n",
        [(6, "'VCPU' is here twice: first in line 5")],
    ),
    "a name twice": (
        "placedock: 1\nproviders:\n- name: a\n  children:\n  - name: a\n",
        [(5, "the name a is that of the provider in line 3 too"), (5, "the uuid")],
    ),
    "an unknown class, and an amount that is none": (
        "placedock: 1\nproviders:\n- name: a\n  inventories:\n    VCPUS: 1\n    DISK_GB: -1\n"
        "- name: b\n  inventories:\n    VCPUS: 1\n",
        [(6, "-1"), (9, "there is no resource class VCPUS; did you mean VCPU?")],
    ),
    "a custom trait that is not declared": (
        "placedock: 1\nproviders:\n- name: a\n  traits: [HW_CPU_X86_AVX,\n   CUSTOM_X]\n",
        [(5, "there is no trait CUSTOM_X; a custom one is declared under `traits`")],
    ),
    "a trait that is not spelt well": (
        "placedock: 1\nproviders:\n- name: a\n  traits: [HW_CPU_X86_AVVX]\n",
        [(4, "there is no trait HW_CPU_X86_AVVX; did you mean HW_CPU_X86_AVX?")],
    ),
    "a trait twice": (
        "placedock: 1\nproviders:\n- name: a\n  traits: [COMPUTE_NODE, COMPUTE_NODE]\n",
        [(4, "COMPUTE_NODE is here twice")],
    ),
    "a standard name that is declared": (
        "placedock: 1\ntraits: [COMPUTE_NODE]\n",
        [(2, "COMPUTE_NODE is a standard trait, which needs no declaration")],
    ),
    "a provider that is not there": (
        "placedock: 1\nproviders:\n- name: compute1\nconsumers:\n  c:\n    allocations:\n"
        "      compute2: {VCPU: 1}\n",
        [(7, "there is no provider compute2; did you mean compute1?")],
    ),
    "nothing held": (
        "placedock: 1\nproviders:\n- name: a\nconsumers:\n  c:\n    allocations:\n      a: {VCPU: 0}\n",
        [(7, "c.allocations.a.VCPU: 0 is less than the minimum of 1")],
    ),
    "a project without a user": (
        "placedock: 1\nconsumers:\n  c:\n    project: p\n",
        [(3, "'user' is a required property")],
    ),
    "a key that is a number": ("placedock: 1\nconsumers:\n  7: {}\n", [(3, "7 is not of type")]),
    "a key that is a list": ("placedock: 1\n[a]: 1\n", [(2, "a key must be a text")]),
    "children that are no list": (
        "placedock: 1\nproviders:\n- name: a\n  children: 7\n",
        [(4, "7 is not of type 'array'")],
    ),
    "providers that are no list": (
        "placedock: 1\nproviders: {a: b}\n",
        [(2, "is not of type 'array'")],
    ),
    "an amount of a million digits": (
        f"placedock: 1\nproviders:\n- name: a\n  generation: {'9' * 1_000_000}\n",
        [(4, "")],
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", MISTAKES)
def test_a_fault_is_told_with_its_line(what: str) -> None:
    text, mistakes = MISTAKES[what]
    with pytest.raises(InvalidCloud) as told:
        reading.read(text)
    said = told.value.mistakes
    for (line, says), mistake in itertools.zip_longest(mistakes, said):
        assert mistake.line == line, said
        assert says in mistake.says, said


def test_no_text_is_met_by_anything_but_a_cloud_or_its_faults() -> None:
    base = text_of(complete(draw(random.Random(3))))
    chance = random.Random(1)
    for _ in range(400):
        spoilt = list(base)
        for _ in range(chance.randint(1, 4)):
            where = chance.randrange(len(spoilt))
            spoilt[where] = chance.choice(["", *string.printable, "é", "\x00", "\n  ", "&a ", "*a"])
        try:
            reading.read("".join(spoilt))
        except InvalidCloud as told:
            assert all(mistake.line >= 1 for mistake in told.mistakes)


def test_a_file_nested_thousands_deep_is_read_or_refused() -> None:
    text = "placedock: 1\nproviders:\n"
    depth = 300
    for level in range(depth):
        indent = "  " * level
        text += f"{indent}- name: p{level}\n{indent}  children:\n"
    text += "  " * depth + "- name: last\n"
    assert len(reading.read(text).providers) == depth + 1
    with pytest.raises(InvalidCloud):
        reading.read("placedock: " + "[" * 100_000)


def test_what_the_schema_refuses_the_reader_refuses_and_the_other_way_round() -> None:
    """The reader refuses only unknown names that the schema accepts, because no schema can know names."""
    chance = random.Random(7)
    plain = yaml.safe_load(text_of(complete(draw(random.Random(11)))))
    for _ in range(300):
        spoilt = yaml.safe_load(yaml.safe_dump(plain))
        spoil(spoilt, chance)
        accepted = jsonschema.Draft202012Validator(clouds.schema()).is_valid(spoilt)
        try:
            reading.read(yaml.safe_dump(spoilt, allow_unicode=True))
        except InvalidCloud as told:
            if accepted:
                names = ("there is no", "too", "twice", "standard")
                assert all(any(word in one.says for word in names) for one in told.mistakes)
        else:
            assert accepted


def spoil(value: Any, chance: random.Random) -> None:
    """Change something, at any depth."""
    keys = list(value) if isinstance(value, dict) else list(range(len(value)))
    if not keys:
        return
    key = chance.choice(keys)
    if isinstance(value[key], (dict, list)) and value[key] and chance.random() < 0.8:
        spoil(value[key], chance)
    elif chance.random() < 0.3:
        del value[key]
    else:
        value[key] = chance.choice([None, True, -1, 0, 2**31, 1.5, "", "x" * 300, [], {}, ["a"]])


def test_an_anonymous_cloud_has_no_name_of_the_old_one_and_the_same_structure(cloud: Cloud) -> None:
    new = anonymous.anonymous(cloud)
    text = text_of(new)
    kept = {None, "INSTANCE", "MIGRATION"}
    old = {one.name for one in cloud.providers} | {one.uuid for one in cloud.providers}
    old |= {a for one in cloud.providers for a in one.aggregates} | set(cloud.unused.aggregates)
    old |= {name for one in cloud.consumers for name in (one.uuid, one.project, one.user)}
    old |= {one.consumer_type for one in cloud.consumers}
    values = set(re.findall(r'[^\s,\[\]{}:"]+', text))
    assert values.isdisjoint(old - kept)
    assert not {"CUSTOM_A", "CUSTOM_B", "CUSTOM_GOLD", "CUSTOM_SILVER"} & values
    assert text_of(anonymous.anonymous(cloud)) == text
    assert [one.parent for one in new.providers] == [one.parent for one in cloud.providers]
    for before, after in zip(cloud.consumers, new.consumers, strict=True):
        assert [a.used for a in after.allocations] == [b.used for b in before.allocations]
        assert [a.provider for a in after.allocations] == [b.provider for b in before.allocations]
    assert text_of(reading.read(text)) == text


def test_the_same_project_gets_the_same_new_name() -> None:
    held = [CloudConsumer(uuid_of(name), project, "u") for name, project in ("ap", "bq", "cp")]
    first, second, third = anonymous.anonymous(Cloud([], held)).consumers
    assert first.project == third.project != second.project
    assert first.user == second.user == third.user


def test_the_speed_of_a_large_cloud_does_not_grow_faster_than_the_cloud() -> None:
    """Counted in what is done and not in time: each provider is validated once, and no list is gone through for each."""
    many = [
        CloudProvider(uuid_of(f"p{n}"), f"p{n}", 0, None, [Inventory("VCPU", 8)])
        for n in range(3000)
    ]
    consumers = [
        CloudConsumer(uuid_of(f"c{n}"), "p", "u", None, 1, [CloudAllocation(n, "VCPU", 1)])
        for n in range(3000)
    ]
    lines: list[int] = []
    assert reading.read(text_of(Cloud(many, consumers)), lines.append).consumers[-1].allocations
    assert lines == sorted(lines)


# The commands -----------------------------------------------------------------------------------------------------------


def run(url: str, *arguments: str, stdin: str = "") -> "subprocess.CompletedProcess[str]":
    environ = os.environ | {
        "OS_PLACEMENT_DATABASE__CONNECTION": url,
        "OS_API__AUTH_STRATEGY": "noauth2",
    }
    command = [str(Path(sys.executable).with_name("placedock")), *arguments]
    return subprocess.run(
        command, env=environ, capture_output=True, text=True, timeout=60, input=stdin
    )


def test_the_commands_carry_a_cloud_into_a_database_that_does_not_exist_yet(
    trees: str, tmp_path: Path
) -> None:
    out = run(trees, "export", "--tree", "cn1", "--anonymise")
    assert (out.returncode, out.stderr) == (0, "")
    file, new = tmp_path / "cloud.yaml", f"sqlite:///{tmp_path}/new.db"
    file.write_text(out.stdout)
    back = run(new, "import", str(file))
    assert back.returncode == 0
    assert back.stderr == "placedock: imported 2 providers and 1 consumers\n"
    assert run(new, "export").stdout == out.stdout
    again = run(new, "import", "-", stdin=out.stdout)
    assert again.returncode == 1
    assert again.stderr.startswith("placedock: The database is not empty: it has 2 resource")


def test_the_command_tells_each_fault_with_file_and_line_and_imports_nothing(
    sqlite_url: str, tmp_path: Path
) -> None:
    before = dump.of(sqlite_url)
    file = tmp_path / "cloud.yaml"
    file.write_text("placedock: 1\nproviders:\n- name: a\n  traits: [NONE]\n- nam: b\n")
    done = run(sqlite_url, "import", str(file))
    assert done.returncode == 1
    assert done.stderr.splitlines() == [
        f"{file}:4: there is no trait NONE",
        f"{file}:5: 'name' is a required property",
        f"{file}:5: Additional properties are not allowed ('nam' was unexpected)",
        f"placedock: {file}: nothing was imported, because of 3 mistakes",
    ]
    assert dump.of(sqlite_url) == before


def test_a_name_that_the_database_takes_for_another_imports_nothing(mysql_url: str) -> None:
    before = dump.of(mysql_url)
    done = run(mysql_url, "import", "-", stdin="placedock: 1\nproviders: [{name: a}, {name: A}]\n")
    assert done.returncode == 1
    assert done.stderr.startswith("placedock: The database refuses: Duplicate entry 'A'")
    assert dump.of(mysql_url) == before


def test_a_read_only_service_exports_and_does_not_import(trees: str, tmp_path: Path) -> None:
    os.environ["OS_PLACEDOCK__READ_ONLY"] = "True"
    try:
        assert names_in(run(trees, "export").stdout) == ["cn1", "gpu1", "cn2", "nfs"]
        done = run(trees, "import", "-", stdin="placedock: 1\n")
    finally:
        del os.environ["OS_PLACEDOCK__READ_ONLY"]
    assert done.returncode == 2
    assert done.stderr.startswith("placedock: OS_PLACEDOCK__READ_ONLY: is True")


def test_the_command_prints_the_schema(sqlite_url: str) -> None:
    assert json.loads(run(sqlite_url, "export", "--schema").stdout) == clouds.schema()


def test_a_bar_is_drawn_on_a_terminal_only(trees: str) -> None:
    terminal, end = pty.openpty()
    fcntl.ioctl(end, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
    environ = os.environ | {
        "OS_PLACEMENT_DATABASE__CONNECTION": trees,
        "OS_API__AUTH_STRATEGY": "noauth2",
    }
    command = [str(Path(sys.executable).with_name("placedock")), "export"]
    done = subprocess.run(command, env=environ, stdout=subprocess.PIPE, stderr=end, check=True)
    os.close(end)
    assert b"writing:   0%|" in os.read(terminal, 10_000)
    os.close(terminal)
    quiet = run(trees, "export")
    assert (done.stdout.decode(), quiet.stderr) == (quiet.stdout, "")


# The console ------------------------------------------------------------------------------------------------------------


def test_the_console_exports_what_the_command_does(trees: str) -> None:
    with serving(trees) as client:
        response = client.ask("GET", "/-/export?tree=cn1&anonymise=true")
        assert response.status_int == 200
        assert response.content_type == "application/yaml"
        assert response.text == run(trees, "export", "--tree", "cn1", "--anonymise").stdout
        assert client.ask("GET", "/-/export").text == run(trees, "export").stdout
        assert client.ask("GET", "/-/export?tree=cn9").status_int == 404
        assert client.ask("GET", "/-/export?anonymise=x").status_int == 400
        assert client.ask("GET", "/-/cloud.schema.json", token=None).json == clouds.schema()
