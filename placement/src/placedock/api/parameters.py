# SPDX-License-Identifier: Apache-2.0
"""The values of query parameters: resources, traits, aggregates and trees, from text to what the operations take.

Which versions know which syntax is told by the flags; the texts of the refusals are part of the contract.
"""

import itertools
from collections.abc import Sequence

from oslo_utils import uuidutils
from placedock import errors
from placedock.api.microversion import Feature, Version
from placedock.model.provider import Aggregates, Traits

_RESOURCES_FORM = (
    "Badly formed resources parameter. Expected resources query string parameter in form: "
    "?resources=VCPU:2,MEMORY_MB:1024. Got: {}."
)
_MANY_DIGITS = 20


def resources(value: str) -> dict[str, int]:
    """`VCPU:2,MEMORY_MB:1024` as amounts by class."""
    if not value.strip():
        raise errors.Invalid(reason=_RESOURCES_FORM.format("empty string"))
    amounts = {}
    for item in value.split(","):
        name, colon, text = item.partition(":")
        if not colon or ":" in text:
            raise errors.Invalid(reason=_RESOURCES_FORM.format(item))
        amounts[name] = _amount(name, text)
    return amounts


def _amount(name: str, text: str) -> int:
    try:
        # Thousands of digits would be refused by int() with a message about itself; no column holds even twenty.
        amount = int(text[:_MANY_DIGITS]) if len(text) > _MANY_DIGITS else int(text)
    except ValueError:
        raise errors.Invalid(
            reason=f"Requested resource {name} expected positive integer amount. Got: {text}."
        ) from None
    if amount < 1:
        raise errors.Invalid(
            reason=f"Requested resource {name} requires amount >= 1. Got: {amount}."
        )
    return amount


def traits(values: Sequence[str], version: Version) -> Traits:
    """The `required` parameters of one request or group, joined. Only the last counts before 1.39."""
    if Feature.ANY_TRAITS not in version:
        values = values[-1:]
    required: list[frozenset[str]] = []
    forbidden: frozenset[str] = frozenset()
    for value in values:
        if value.startswith("in:"):
            required.append(_any_of(value, Feature.ANY_TRAITS in version))
        else:
            wanted, unwanted = listed_traits(value, Feature.FORBIDDEN_TRAITS in version)
            required += [frozenset([name]) for name in wanted]
            forbidden |= unwanted
    return Traits(tuple(required), forbidden)


def any_of_too_new(value: str) -> errors.Invalid:
    return errors.Invalid(
        reason="Invalid query string parameters: The format 'in:HW_CPU_X86_VMX,CUSTOM_MAGIC' "
        f"only supported since microversion 1.39. Got: {value}"
    )


def _any_of(value: str, allowed: bool) -> frozenset[str]:
    if not allowed:
        raise any_of_too_new(value)
    names = frozenset(name.strip() for name in value[3:].split(","))
    if not all(names):
        raise errors.Invalid(
            reason="Invalid query string parameters: Expected 'required' parameter value of the form: "
            f"in:HW_CPU_X86_VMX,CUSTOM_MAGIC. Got an empty trait in: {value}"
        )
    if any(name.startswith("!") for name in names):
        raise errors.Invalid(
            reason="Invalid query string parameters: The format 'in:HW_CPU_X86_VMX,CUSTOM_MAGIC' "
            f"does not support forbidden traits. Got: {value}"
        )
    return names


def listed_traits(value: str, forbidden_allowed: bool) -> tuple[list[str], frozenset[str]]:
    """`A,!B` as the traits wanted and the traits forbidden. Any number of `!` means one."""
    names = [name.strip() for name in value.split(",")]
    forbidden = frozenset(name.lstrip("!") for name in names if name.startswith("!"))
    form = "HW_CPU_X86_VMX,!CUSTOM_MAGIC" if forbidden_allowed else "HW_CPU_X86_VMX,CUSTOM_MAGIC"
    expected = f"Invalid query string parameters: Expected 'required' parameter value of the form: {form}. "
    if not all(itertools.chain(names, forbidden)):
        raise errors.Invalid(reason=f"{expected}Got an empty trait in: {value}")
    if forbidden and not forbidden_allowed:
        raise errors.Invalid(reason=f"{expected}Got: {value}")
    return [name for name in names if not name.startswith("!")], forbidden


def aggregates(values: Sequence[str], version: Version, suffix: str = "") -> Aggregates:
    """The `member_of` parameters of one request or group, joined."""
    if len(values) > 1 and Feature.REPEATED_MEMBER_OF not in version:
        raise errors.Invalid(reason=f"Multiple member_of{suffix} parameters are not supported")
    required: list[frozenset[str]] = []
    forbidden: frozenset[str] = frozenset()
    for value in values:
        unwanted = value.startswith("!")
        uuids = _member_of(value)
        if not unwanted:
            required.append(uuids)
        elif Feature.FORBIDDEN_AGGREGATES in version:
            forbidden |= uuids
        else:
            raise errors.Invalid(
                reason=f"Forbidden member_of{suffix} parameters are not supported in the specified "
                "microversion"
            )
    return Aggregates(tuple(required), forbidden)


def _member_of(value: str) -> frozenset[str]:
    """The uuids in `X`, `!X`, `in:X,Y` or `!in:X,Y`."""
    text = value.removeprefix("!")
    if text.startswith("in:"):
        uuids = frozenset(text[3:].split(","))
    elif "," in value:
        raise errors.Invalid(
            reason="Multiple values for 'member_of' must be prefixed with the 'in:' or '!in:' keyword "
            f"using the valid microversion. Got: {value}"
        )
    else:
        uuids = frozenset([text])
    for uuid in uuids:
        if not uuidutils.is_uuid_like(uuid):
            raise errors.Invalid(
                reason="Invalid query string parameters: Expected 'member_of' parameter to contain "
                f"valid UUID(s). Got: {uuid}"
            )
    return uuids


def tree(value: str) -> str:
    """The uuid of a provider whose tree is meant."""
    uuid = value.strip()
    if not uuidutils.is_uuid_like(uuid):
        raise errors.Invalid(
            reason="Invalid query string parameters: Expected 'in_tree' parameter to be a format of "
            f"uuid. Got: {value}"
        )
    return uuid
