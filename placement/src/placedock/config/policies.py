# SPDX-License-Identifier: Apache-2.0
"""Checks a file of policies. oslo.policy logs a traceback for a rule that it cannot read, and goes on without it."""

import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from oslo_config import cfg

from placedock.config.variables import WrongSetting, one_line, variable


def check(settings: cfg.ConfigOpts, environ: Mapping[str, str]) -> None:
    """Raise `WrongSetting` for a file that was named and is missing, and for any file that oslo.policy cannot use.

    A file that was not named may be missing: everything has a default.
    """
    name, given = variable("oslo_policy", "policy_file"), settings.oslo_policy.policy_file
    found = settings.find_file(given)
    if found:
        _check_file(name, Path(found))
    elif name in environ:
        raise WrongSetting(f"{name}: there is no file {given!r}")
    name = variable("oslo_policy", "policy_dirs")
    if name not in environ:
        return
    for given in settings.oslo_policy.policy_dirs:
        directory = settings.find_file(given)
        if not directory or not Path(directory).is_dir():
            raise WrongSetting(f"{name}: there is no directory {given!r}")
        for path in sorted(Path(directory).iterdir()):
            # As oslo.policy chooses them.
            if path.is_file() and not path.name.startswith("."):
                _check_file(name, path)


def _check_file(name: str, path: Path) -> None:
    # Imported here: most services have no such file, and the import takes a tenth of the start.
    from oslo_policy import policy

    try:
        text = path.read_text()
        written = policy.parse_file_contents(text)
        if not isinstance(written, dict):
            raise ValueError("it must hold pairs of a policy and its rule")
        for rule in written.values():
            if not isinstance(rule, str | list):
                raise ValueError(f"a rule must be a text, not {rule!r}")
        with _errors_of("oslo_policy") as errors:
            policy.Rules.load(text)
        if errors:
            raise ValueError(errors[0])
    except (OSError, ValueError, TypeError, RecursionError) as error:
        raise WrongSetting(f"{name}: cannot use {path}: {one_line(error)}") from None


@contextmanager
def _errors_of(library: str) -> Iterator[list[str]]:
    """The errors that the library logs in the block. They go nowhere else."""
    errors: list[str] = []
    logger, handler = logging.getLogger(library), logging.Handler(logging.ERROR)
    handler.emit = lambda record: errors.append(record.getMessage())  # type: ignore[method-assign]
    logger.addHandler(handler)
    logger.propagate, propagated = False, logger.propagate
    try:
        yield errors
    finally:
        logger.propagate = propagated
        logger.removeHandler(handler)
