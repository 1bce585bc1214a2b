# SPDX-License-Identifier: Apache-2.0
"""The picture in placedock/__init__.py is true: nothing imports what stands left of it, or in the same column."""

import ast
import sys
import textwrap
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import placedock
import pytest

SOURCE = Path(placedock.__file__).parent

# Each layer, and the layers that it may import: what an arrow leads to, and what arrows lead to from there. There is one
# exception: `api` and `console` may not import `candidates`, which only `operations` calls.
BELOW = {
    "errors": set(),
    "model": {"errors"},
    "candidates": {"model", "errors"},
    "clouds": {"model", "errors"},
    "store": {"model", "errors"},
    "operations": {"candidates", "store", "model", "errors"},
    "web": {"store", "model", "errors"},
    "api": {"web", "operations", "store", "model", "errors"},
    "console": {"web", "operations", "clouds", "store", "model", "errors"},
}
# Of the store these layers may name one module, whose transactions they run operations in.
ONLY_TRANSACTIONS = {"web", "api", "console"}
TRANSACTIONS = ["placedock", "store", "database"]
# The modules that put the layers together. No layer imports them.
ASSEMBLY = {
    *("commands", "config", "ending", "once", "places", "service", "serving", "httpd", "cli"),
    "wsgi",
}
# `api` and `console` each have their own class of these names. Both mean the same there, and no module uses both.
ONE_IN_EACH_INTERFACE = {"Request", "Response", "Route", "Endpoint"}
WEB = {"pecan", "webob", "keystonemiddleware", "oslo_middleware", "oslo_policy"}
SQL = {"sqlalchemy", "alembic", "pymysql", "sqlite3"}
FORBIDDEN_LIBRARIES = {
    # Pure: they need nothing but the standard library.
    "errors": WEB | SQL,
    "model": WEB | SQL,
    "candidates": WEB | SQL,
    "clouds": WEB | SQL,
    "store": WEB,
    # They name the type of the connection that they hand on to the store.
    "operations": WEB | SQL - {"sqlalchemy"},
    "web": SQL,
    "api": SQL,
    "console": SQL,
}


def modules(layer: str) -> list[Path]:
    """The files of a layer; none of one that does not exist yet."""
    folder, single = SOURCE / layer, SOURCE / f"{layer}.py"
    return sorted(folder.rglob("*.py")) if folder.is_dir() else [single] if single.exists() else []


def name_of(module: Path) -> str:
    """The name that other modules import it by."""
    parts = module.relative_to(SOURCE).with_suffix("").parts
    return ".".join(["placedock", *(part for part in parts if part != "__init__")])


def imports(module: Path) -> Iterator[list[str]]:
    """Every import in the module, also inside functions, as the parts of the name it reaches for."""
    package = ["placedock", *module.relative_to(SOURCE).parent.parts]
    for node in ast.walk(ast.parse(module.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".") for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            start = package[: len(package) - node.level + 1] if node.level else []
            source = start + (node.module.split(".") if node.module else [])
            yield from ([*source, alias.name] for alias in node.names)


@pytest.mark.parametrize("layer", BELOW)
def test_a_layer_imports_only_what_is_below_it(layer: str) -> None:
    allowed = BELOW[layer] | {layer}
    wrong = [
        f"{module.relative_to(SOURCE)} imports {'.'.join(name)}"
        for module in modules(layer)
        for name in imports(module)
        if name[0] == "placedock" and [*name, ""][1] not in allowed
    ]
    assert wrong == []


@pytest.mark.parametrize("layer", sorted(ONLY_TRANSACTIONS))
def test_what_serves_http_names_of_the_store_the_transactions_alone(layer: str) -> None:
    wrong = [
        f"{module.relative_to(SOURCE)} imports {'.'.join(name)}"
        for module in modules(layer)
        for name in imports(module)
        if name[:2] == TRANSACTIONS[:2] and name[:3] != TRANSACTIONS
    ]
    assert wrong == []


def test_no_two_modules_of_what_serves_http_import_each_other() -> None:
    """Also not when only a type checker looks: a circle says that two modules are one concept, or three."""
    reached = {
        name_of(module): {".".join(name[:end]) for name in imports(module) for end in (2, 3, 4, 5)}
        for layer in sorted(ONLY_TRANSACTIONS)
        for module in modules(layer)
    }
    # It raises CycleError, with the modules in their circle, when there is one.
    TopologicalSorter({name: reached[name] & reached.keys() - {name} for name in reached}).prepare()


@pytest.mark.parametrize("layer", BELOW)
def test_a_layer_uses_no_library_that_belongs_to_another(layer: str) -> None:
    wrong = [
        f"{module.relative_to(SOURCE)} imports {name[0]}"
        for module in modules(layer)
        for name in imports(module)
        if name[0] in FORBIDDEN_LIBRARIES[layer]
    ]
    assert wrong == []


@pytest.mark.parametrize("layer", ["errors", "model", "candidates"])
def test_the_pure_layers_need_nothing_but_the_standard_library(layer: str) -> None:
    libraries = {name[0] for module in modules(layer) for name in imports(module)}
    assert libraries - sys.stdlib_module_names <= {"placedock", "os_traits", "os_resource_classes"}


def test_a_name_of_a_class_has_one_meaning() -> None:
    """The four excused names have one class for each interface: those of `web`, which `api` and `console` extend, included."""
    owners: dict[str, list[str]] = {}
    for module in sorted(SOURCE.rglob("*.py")):
        for node in ast.parse(module.read_text()).body:
            if isinstance(node, ast.ClassDef):
                owners.setdefault(node.name, []).append(name_of(module))
    twice = {name: where for name, where in owners.items() if len(where) > 1}
    assert {name: twice[name] for name in twice.keys() - ONE_IN_EACH_INTERFACE} == {}
    for name in ONE_IN_EACH_INTERFACE:
        layers = [module.split(".")[1] for module in twice[name]]
        assert len(set(layers)) == len(layers) and set(layers) <= {"web", "api", "console"}, name


def test_every_module_belongs_to_a_layer_or_puts_them_together() -> None:
    there = {path.stem for path in SOURCE.iterdir() if path.name[0] not in "._"}
    assert there == BELOW.keys() | ASSEMBLY


def test_all_pages_draw_one_picture_and_name_every_layer() -> None:
    root = Path(__file__).parents[2]
    page = (root / "docs" / "architecture.md").read_text()
    readme = (root / "README.md").read_text().partition("## How it is put together\n")[2]
    assert placedock.__doc__
    picture = page.partition("## The layers\n\n```\n")[2].partition("```")[0]
    assert picture and textwrap.indent(picture, "    ") in placedock.__doc__
    assert f"```\n{picture}```" in readme
    for layer in BELOW:
        assert f"- `{layer}`" in placedock.__doc__
        assert f"| `{layer}` |" in page
        assert f"`{layer}`" in readme
