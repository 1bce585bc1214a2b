# SPDX-License-Identifier: Apache-2.0
"""The results of a run, and their form in a file."""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from .rows import Row

FILE = "results.json"


@dataclass
class Results:
    """The rows in the order of measurement, the machine, and the answers that differed."""

    sections: list[str]
    quick: bool
    machine: dict[str, str] = field(default_factory=dict)
    rows: list[Row] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def write(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        content = {**vars(self), "rows": [row.to_json() for row in self.rows]}
        (folder / FILE).write_text(json.dumps(content, indent=1) + "\n")

    @classmethod
    def read(cls, folder: Path) -> Self:
        content = json.loads((folder / FILE).read_text())
        return cls(**content | {"rows": [Row.from_json(row) for row in content["rows"]]})
