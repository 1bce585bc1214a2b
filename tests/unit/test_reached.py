# SPDX-License-Identifier: Apache-2.0
"""The table of reached lines counts by layer and names each line that no test reached."""

from reached import layer, lines, ranges


def found(statements: int, *missing: int) -> dict[str, object]:
    summary = {"num_statements": statements, "missing_lines": len(missing)}
    return {"summary": summary, "missing_lines": list(missing)}


def test_a_layer_is_a_folder_of_the_package_or_one_of_its_modules() -> None:
    assert layer("placement/src/placedock/store/migrations/env.py") == "store"
    assert layer("/home/placedock/placement/src/placedock/errors.py") == "errors"


def test_lines_that_follow_each_other_are_one_range() -> None:
    assert ranges([9, 3, 4, 5, 12, 13]) == "3-5, 9, 12-13"
    assert ranges([]) == ""


def test_the_files_of_a_layer_are_added_up() -> None:
    report = {
        "files": {
            "src/placedock/store/names.py": found(30),
            "src/placedock/store/sync.py": found(70, 7, 8, 20),
            "src/placedock/errors.py": found(100),
        }
    }
    printed = list(lines(report))
    assert "store            100            3    97.0%" in printed
    assert "errors           100            0   100.0%" in printed
    assert "all              200            3    98.5%" in printed
    assert printed[-1] == "src/placedock/store/sync.py: 7-8, 20"
