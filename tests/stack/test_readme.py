# SPDX-License-Identifier: Apache-2.0
"""The README is true: a shell gives the output of its `openstack` session, and its clouds.yaml works."""

import os
import re
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

from .compose import ROOT, Stack, run
from .conftest import StackOf

README = (ROOT / "README.md").read_text()
BLOCK = re.compile(r"^```(?P<kind>\w+)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
END = "--- end of command ---"


class Step(NamedTuple):
    """A line after a `$`, and what the README shows under it."""

    command: str
    shown: str


def block(kind: str, beginning: str) -> str:
    """The only block of a kind that begins so."""
    found = [match["text"] for match in BLOCK.finditer(README) if match["kind"] == kind]
    (one,) = (text for text in found if text.startswith(beginning))
    return one


def session() -> list[Step]:
    typed = re.split(r"^\$ ", block("console", "$ openstack "), flags=re.MULTILINE)[1:]
    steps = [re.sub(r"\\\n\s*", "", one).partition("\n") for one in typed]
    return [Step(command, shown) for command, _, shown in steps]


def shape(text: str) -> list[str]:
    """The lines without what differs from one time to the next: uuids, and the widths of columns."""
    lines = re.sub(r"-{3,}", "--", re.sub(" +", " ", UUID.sub("UUID", text))).splitlines()
    return [line.strip() for line in lines if line.strip()]


@pytest.mark.usefixtures("images")
def test_the_session_in_the_readme_goes_as_it_is_shown() -> None:
    """On a stack without MySQL, which starts sooner and answers the same."""
    steps = session()
    assert len(steps) > 5
    with Stack("sqlite-keystone", name="readme").running() as stack:
        environ = os.environ | stack.variables
        environ |= {"COMPOSE_PROJECT_NAME": stack.project, "COMPOSE_ENV_FILES": str(stack.env_file)}
        lines = ["set -e", "shopt -s expand_aliases", block("sh", "alias openstack=")]
        lines += [f"{step.command} </dev/null\necho '{END}'" for step in steps]
        said = (run("bash", "-c", "\n".join(lines), environ=environ) + "\n").split(f"{END}\n")
    for step, output in zip(steps, said, strict=False):
        assert shape(output) == shape(step.shown), step.command
    assert len(said) == len(steps) + 1


@pytest.mark.parametrize(
    ("cloud", "mode"), [("placedock", "sqlite-keystone"), ("placedock-noauth", "sqlite-noauth")]
)
def test_the_clouds_yaml_in_the_readme_leads_to_the_stack(
    stack_of: StackOf, cloud: str, mode: str, tmp_path: Path
) -> None:
    stack = stack_of(mode)
    clouds = block("yaml", "clouds:")
    assert f"  {cloud}:\n" in clouds
    for port, ours in ("8778", "PLACEMENT_PORT"), ("5000", "KEYSTONE_PORT"):
        clouds = clouds.replace(f":{port}", f":{stack.variables[ours]}")
    (tmp_path / "clouds.yaml").write_text(clouds)
    environ = os.environ | {"OS_CLIENT_CONFIG_FILE": str(tmp_path / "clouds.yaml")}
    openstack = Path(sys.executable).parent / "openstack"
    told = run(openstack, f"--os-cloud={cloud}", "resource", "class", "list", environ=environ)
    assert "VCPU" in told
