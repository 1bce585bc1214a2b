# SPDX-License-Identifier: Apache-2.0
"""The taxonomy of errors and the one table that answers them."""

import ast
import importlib
import pkgutil
from pathlib import Path

import placedock
import pytest
from placedock import errors
from placedock.errors import PlacedockError
from placedock.web import errors as http


def every_error() -> list[type[PlacedockError]]:
    for module in pkgutil.walk_packages(placedock.__path__, "placedock."):
        if module.name != "placedock.wsgi" and "migrations" not in module.name:
            importlib.import_module(module.name)
    found, unseen = [], [PlacedockError]
    while unseen:
        kind = unseen.pop()
        found.append(kind)
        unseen += kind.__subclasses__()
    return found


def test_every_error_is_answered_by_more_than_a_500() -> None:
    unanswered = [
        kind
        for kind in every_error()
        if kind is not PlacedockError
        and next(status for status in kind.__mro__ if status in http.TABLE) is Exception
    ]
    assert not unanswered


def made() -> set[str]:
    """The names of all that the source calls or raises."""
    names = set()
    for path in Path(placedock.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            called = node.func if isinstance(node, ast.Call) else None
            called = node.exc if isinstance(node, ast.Raise) else called
            if isinstance(called, ast.Attribute):
                names.add(called.attr)
            elif isinstance(called, ast.Name):
                names.add(called.id)
    return names


def test_every_row_of_the_table_is_an_error_that_somebody_raises() -> None:
    """Or of which somebody raises a more special one."""
    raised = made()
    known = every_error()
    for row in http.TABLE:
        if issubclass(row, PlacedockError):
            assert [kind for kind in known if issubclass(kind, row) and kind.__name__ in raised]


@pytest.mark.parametrize(
    ("kind", "status", "code"),
    [
        (errors.ProviderNotFound, 404, "placement.undefined_code"),
        (errors.UnknownResourceClass, 400, "placement.undefined_code"),
        (errors.InventoryInUse, 409, "placement.inventory.inuse"),
        (errors.OneInventoryInUse, 409, "placement.concurrent_update"),
        (errors.ConsumerChanged, 409, "placement.concurrent_update"),
        (KeyError, 500, "placement.undefined_code"),
    ],
)
def test_a_class_is_looked_up_along_its_ancestry(
    kind: type[Exception], status: int, code: str
) -> None:
    assert http.told(kind) == (status, code)


def test_of_nested_blocks_the_innermost_says_what_was_being_done() -> None:
    with (
        pytest.raises(errors.UnknownTraits) as refusal,
        errors.doing("Unable to do one thing"),
        errors.doing("Unable to do another"),
    ):
        raise errors.UnknownTraits(names="CUSTOM_A")
    assert str(refusal.value) == "Unable to do another: No such trait(s): CUSTOM_A."
