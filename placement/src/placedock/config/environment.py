# SPDX-License-Identifier: Apache-2.0
"""The environment as settings need it: values without blanks around them, files read, and no variable without a meaning."""

import difflib
import re
from collections.abc import Collection, Iterable, Mapping, MutableMapping
from pathlib import Path

from placedock.config.variables import WrongSetting, variable

SETTING = re.compile(r"(OS_\w+?__)\w+", re.IGNORECASE)
"""OpenStack's clients have variables that begin with OS_ too. They have no double underscore, and are no settings."""


def strip(environ: MutableMapping[str, str]) -> None:
    """Take blanks and line breaks from both ends of each value.

    A file of variables that was written on Windows leaves a carriage return at the end. oslo.config strips the values that it
    reads from its own files too.
    """
    for name, value in environ.items():
        if SETTING.fullmatch(name) and value != value.strip():
            environ[name] = value.strip()


def refuse_unknown(environ: Mapping[str, str], known: Mapping[str, Collection[str]]) -> None:
    """Raise `WrongSetting` for a variable that would silently have no effect.

    `known` has the names of options by group. A group that has none may have any: its options are looked at later.
    """
    prefixes = {variable(group, ""): options for group, options in known.items()}
    names = {prefix: [prefix + name.upper() for name in prefixes[prefix]] for prefix in prefixes}
    every = [name for group in names.values() for name in group]
    # A name with one underscore too few may mean one of these: none of the variables of clients is spelt so.
    joined = {name.replace("__", "_", 1): name for name in every}
    for name in environ:
        plain = name.removesuffix("_FILE")
        if plain in joined and plain not in every:
            raise _unknown(name, [joined[plain]])
        if not (found := SETTING.fullmatch(name)):
            continue
        if found[1] not in names:
            raise _unknown(name, every or prefixes)
        if names[found[1]] and not {name, plain} & set(names[found[1]]):
            raise _unknown(name, names[found[1]])


def read_files(environ: MutableMapping[str, str], options: Collection[str]) -> None:
    """Put the contents of the files that `…_FILE` variables name where their values belong.

    `options` are the variables of all options: the name of one may end so too.
    """
    for name in [name for name in environ if re.fullmatch(r"OS_\w+__\w+_FILE", name)]:
        if name in options:
            continue
        plain = name.removesuffix("_FILE")
        if plain in environ:
            raise WrongSetting(f"{name}: {plain} is set too; set one of them")
        try:
            # oslo.config puts an option's value where a value has `$option`; what a file holds is meant as it is.
            environ[plain] = Path(environ[name]).read_text().strip().replace("$", "$$")
        except (OSError, ValueError) as error:
            raise WrongSetting(f"{name}: cannot read {environ[name]!r}: {error}") from None


def _unknown(name: str, known: Iterable[str]) -> WrongSetting:
    near = difflib.get_close_matches(name.upper().removesuffix("_FILE"), list(known), 1)
    hint = f"; did you mean {near[0]}?" if near else ""
    return WrongSetting(f"{name}: there is no such setting{hint}")
