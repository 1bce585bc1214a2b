# SPDX-License-Identifier: Apache-2.0
"""The page's modules: types, lint, format, their size, and that what is vendored is what npm has."""

import gzip
import json
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
EXPLORER = ROOT / "explorer"
PAGE = EXPLORER / "page"
LIGHT_BYTES = 150_000


@pytest.mark.parametrize("script", ["types", "lint", "format"])
def test_the_tools_find_nothing(script: str) -> None:
    done = subprocess.run(
        ["npm", "run", "--silent", script], cwd=EXPLORER, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_what_is_vendored_is_what_npm_has() -> None:
    done = subprocess.run(
        [ROOT / "scripts" / "vendor-explorer", "--check"], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr


def test_each_library_comes_with_its_licence() -> None:
    libraries = json.loads((EXPLORER / "vendor.json").read_text())
    assert libraries
    for entry in libraries:
        name = entry["package"].replace("@", "").replace("/", "-")
        text = (PAGE / "vendor" / f"LICENSE.{name}").read_text()
        assert ("MIT" if entry["licence"] == "MIT" else "Apache License") in text


def test_the_page_is_light() -> None:
    sent = [
        path
        for path in PAGE.resolve().rglob("*")
        if path.suffix in {".js", ".css", ".html", ".svg"} and not path.name.endswith(".d.ts")
    ]
    assert len(sent) > 20
    weight = sum(len(gzip.compress(path.read_bytes())) for path in sent)
    assert weight < LIGHT_BYTES, f"{weight} bytes compressed"


def test_a_module_has_one_concept_and_its_licence() -> None:
    modules = [path for path in PAGE.resolve().rglob("*.js") if path.parent.name != "vendor"]
    assert modules
    for path in modules:
        lines = path.read_text().splitlines()
        assert lines[0] == "// SPDX-License-Identifier: Apache-2.0", path
        assert lines[1].startswith("// "), f"{path} does not say what it is for"
        assert len(lines) <= 300, path


def test_the_browser_is_told_of_every_module_at_once() -> None:
    """Otherwise it learns of each when it has read the one that imports it: five steps one after the other."""
    told = set(
        re.findall(r'rel="modulepreload" href="./([^"]+)"', (PAGE / "index.html").read_text())
    )
    page = PAGE.resolve()
    modules = {str(path.relative_to(page)) for path in page.rglob("*.js")}
    assert told | {"main.js"} == modules
