# SPDX-License-Identifier: Apache-2.0
"""Clouds as files: `writing` writes the YAML that `reading` reads, `anonymous` takes the names out.

The form is described by `cloud.schema.json`, which editors can use, and by which `reading` checks. Nothing here knows of a
database.
"""

import json
from functools import cache
from importlib.resources import files
from typing import Any

VERSION = 1
"""The version of the form; the first key of a file names it."""


@cache
def schema() -> dict[str, Any]:
    """The JSON Schema of a file."""
    text = files("placedock.clouds").joinpath("cloud.schema.json").read_text(encoding="utf-8")
    loaded: dict[str, Any] = json.loads(text)
    return loaded
