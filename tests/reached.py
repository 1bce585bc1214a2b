# SPDX-License-Identifier: Apache-2.0
"""Prints which lines of the service the tests reached: a row for each layer, and the lines that none reached.

The argument is a report of coverage.py in JSON; `scripts/coverage` makes it.
"""

import json
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import groupby
from pathlib import Path
from typing import Any

PACKAGE = "placedock"


def layer(file: str) -> str:
    """The first folder or module below the package: a layer, or a module that puts the layers together."""
    parts = Path(file).parts
    place = len(parts) - 1 - parts[::-1].index(PACKAGE)
    return Path(parts[place + 1]).stem


def ranges(numbers: Iterable[int]) -> str:
    """`3-5, 9` for 3, 4, 5 and 9."""
    found = []
    for _, group in groupby(enumerate(sorted(numbers)), lambda pair: pair[1] - pair[0]):
        members = [number for _, number in group]
        found.append(f"{members[0]}-{members[-1]}" if len(members) > 1 else f"{members[0]}")
    return ", ".join(found)


def lines(report: dict[str, Any]) -> Iterator[str]:
    """The table, and then a line for each file that has lines which nothing reached."""
    files: dict[str, Any] = report["files"]
    whole, missed = Counter[str](), Counter[str]()
    for file, found in files.items():
        whole[layer(file)] += found["summary"]["num_statements"]
        missed[layer(file)] += found["summary"]["missing_lines"]
    yield "layer          lines  not reached  reached"
    for name in sorted(whole):
        if whole[name]:
            yield _row(name, whole[name], missed[name])
    yield _row("all", whole.total(), missed.total())
    yield ""
    for file, found in sorted(files.items()):
        if found["missing_lines"]:
            yield f"{file}: {ranges(found['missing_lines'])}"


def _row(name: str, whole: int, missed: int) -> str:
    return f"{name:<12} {whole:>7} {missed:>12} {100 * (whole - missed) / whole:>7.1f}%"


if __name__ == "__main__":
    print(*lines(json.loads(Path(sys.argv[1]).read_text())), sep="\n")
