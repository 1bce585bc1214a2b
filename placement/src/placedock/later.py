# SPDX-License-Identifier: Apache-2.0
"""Modules that libraries import at their top and that few processes use: they are executed at their first use.

A process starts sooner without them, and nothing else changes: whoever imports one gets the module, which executes when
something is first looked up in it. Where it is not as the comment says, it executes at once, as ever.
`importlib.util.LazyLoader` would not do: to import a module of its making a second time executes it.
"""

import sys
import threading
from importlib.util import find_spec, module_from_spec
from types import ModuleType
from typing import Any

SELDOM = (
    "cryptography.hazmat.primitives.hashes",  # by PyMySQL, to log in where the server does not know the client yet
    "cryptography.hazmat.primitives.serialization",
    "cryptography.hazmat.primitives.asymmetric.padding",
    "dateutil.tz",  # by oslo.log, for times as syslog has them
    "debtcollector",  # by oslo.log, to complain of its callers
    "netaddr",  # by oslo.config, for settings that are addresses
    "oslo_serialization.jsonutils",  # by oslo.log and oslo.policy, for lines in JSON
    "oslo_utils.strutils",  # by oslo.policy, to hide passwords in debug lines
    "rfc3986",  # by oslo.config, for settings that are URIs
    "stevedore",  # by oslo.config, for settings that are kept elsewhere
    "yaml",  # by oslo.policy, for policy files
)

_one_at_a_time = threading.RLock()
_begun: set[str] = set()


class Later(ModuleType):
    """A module that is found and not yet executed."""

    def __getattr__(self, name: str) -> Any:
        """Python asks here for what a module has not, which at first is everything."""
        with _one_at_a_time:
            if self.__name__ not in _begun:
                _execute(self)
        return ModuleType.__getattribute__(self, name)


def put_off(*names: str) -> None:
    """Have these modules executed at their first use, unless they have been already."""
    for name in names:
        spec = find_spec(name) if name not in sys.modules else None
        if spec is None:
            continue
        module = sys.modules[name] = module_from_spec(spec)
        module.__class__ = Later
        # Who imports a module inside of the package asks for this, and must find the package executed.
        vars(module).pop("__path__", None)
        package, _, inner = name.rpartition(".")
        if package:
            setattr(sys.modules[package], inner, module)


def _execute(module: ModuleType) -> None:
    spec = module.__spec__
    assert spec is not None and spec.loader is not None
    _begun.add(spec.name)
    if spec.submodule_search_locations is not None:
        module.__path__ = spec.submodule_search_locations
    spec.loader.exec_module(module)
    module.__class__ = ModuleType
