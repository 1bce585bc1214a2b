# SPDX-License-Identifier: Apache-2.0
"""Ends a process that cannot do its work, with one line on stderr and a status, and without a traceback.

A fault of our own is not expected here, and keeps its traceback.
"""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from placedock.config.variables import WrongSetting, one_line
from placedock.errors import CannotSync, PlacedockError, Unavailable

FAILED, WRONG = 1, 2


@contextmanager
def in_one_line(wrong: int = WRONG, failed: int = FAILED) -> Iterator[None]:
    """Raise `SystemExit` for what the block cannot do: with the status `wrong` where a setting is, else with `failed`."""
    try:
        yield
        _flush()
    except BrokenPipeError:
        # Python would complain once more when it flushes stdout at its end.
        _close_stdout()
        raise SystemExit(failed) from None
    except WrongSetting as error:
        _end(str(error), wrong)
    except Unavailable as error:
        _end(f"{error} {error.reason}", failed)
    except (CannotSync, PlacedockError, OSError) as error:
        _end(one_line(error), failed)


def _end(line: str, status: int) -> None:
    print(f"placedock: {line}", file=sys.stderr, flush=True)
    raise SystemExit(status) from None


def _flush() -> None:
    """Have an error of writing now, while it can be told."""
    if sys.stdout is not None:
        try:
            sys.stdout.flush()
        except BrokenPipeError:
            raise
        except OSError:
            _close_stdout()
            raise


def _close_stdout() -> None:
    with open(os.devnull, "w") as nowhere:
        os.dup2(nowhere.fileno(), sys.stdout.fileno())
