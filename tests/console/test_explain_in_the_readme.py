# SPDX-License-Identifier: Apache-2.0
"""The README's session under "Why is there no candidate?" is what the command says of such a cloud."""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import topology

from .serving import serving

README = Path(__file__).parents[2] / "README.md"
CLOUD = """
    compute-1    VCPU:32,used=30  MEMORY_MB:131072,reserved=8192               +HW_CPU_X86_AVX512F
    compute-2    VCPU:32,used=8   MEMORY_MB:131072,reserved=8192,used=98304    +HW_CPU_X86_AVX512F
    compute-3    VCPU:64,used=16  MEMORY_MB:524288,reserved=8192,used=65536
"""


def test_the_session_is_what_the_command_says(sqlite_url: str) -> None:
    with serving(sqlite_url) as client:
        for method, path, body in topology.writes(CLOUD):
            assert client.ask(method, path, body).status_int < 300
    section = README.read_text().partition("\n## Why is there no candidate?\n")[2]
    found = re.search(r"^```console\n\$ placedock (.*)\n((?:.*\n)*?)```$", section, re.MULTILINE)
    assert found is not None
    command = [str(Path(sys.executable).with_name("placedock")), *shlex.split(found[1])]
    environ = os.environ | {
        "OS_PLACEMENT_DATABASE__CONNECTION": sqlite_url,
        "OS_API__AUTH_STRATEGY": "noauth2",
    }
    told = subprocess.run(command, env=environ, capture_output=True, text=True, check=True)
    assert told.stdout == found[2]
