# SPDX-License-Identifier: Apache-2.0
"""The errors of the service, in Placement's words.

Each class is one thing that can go wrong; it carries the data it speaks of and formats itself into one sentence. Nothing
here knows of HTTP: which status and code a class gets is one table in `placedock.web.errors`, looked up along the classes'
ancestry, so a new class inherits its parent's answer.

The families: what the URL names is `NotFound`; what the request mentions but does not exist is `Unknown`; what
contradicts the rules is `Invalid`; what the present state forbids is `Conflict`.

The texts are part of the contract: clients match on some of them (source: Placement 16.0.0 as it runs).
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager


class PlacedockError(Exception):
    """A refusal with a reason. `doing`, when set, says during which step it happened and opens the message."""

    sentence = "The request cannot be served."

    def __init__(self, doing: str | None = None, **data: object) -> None:
        super().__init__(doing, data)
        self.doing = doing
        self.data = data

    def __str__(self) -> str:
        said = self.sentence.format(**self.data)
        return f"{self.doing}: {said}" if self.doing else said


@contextmanager
def doing(what: str) -> Iterator[None]:
    """Open the message of any refusal inside the block with `what`; of nested blocks the innermost speaks."""
    try:
        yield
    except PlacedockError as error:
        error.doing = error.doing or what
        raise


def listed(names: Iterable[object]) -> str:
    """Names as messages list them: `A, B`."""
    return ", ".join(str(name) for name in names)


# Things that the URL names ------------------------------------------------------------------------------------------------


class NotFound(PlacedockError):
    sentence = "The resource could not be found."


class ProviderNotFound(NotFound):
    sentence = "No resource provider with uuid {uuid} found"


class ProviderNotFoundForDelete(NotFound):
    sentence = "No resource provider with uuid {uuid} found for delete"


class InventoryNotFound(NotFound):
    sentence = "No inventory of class {resource_class} for {provider}"


class InventoryNotFoundForDelete(NotFound):
    sentence = "No inventory of class {resource_class} found for delete"


class ResourceClassNotFound(NotFound):
    sentence = "No such resource class {name}."


class TraitNotFound(NotFound):
    sentence = "No such trait(s): {name}."


class NoAllocations(NotFound):
    sentence = "No allocations for consumer '{consumer}'"


# Things that the request mentions ---------------------------------------------------------------------------------------


class Unknown(PlacedockError):
    """The body or the query names something that does not exist."""


class UnknownResourceClass(Unknown):
    sentence = "No such resource class {name}."


class UnknownTraits(Unknown):
    sentence = "No such trait(s): {names}."


class UnknownTraitsForProvider(Unknown):
    sentence = "No such trait {names}"


class UnknownInventory(Unknown):
    sentence = "No inventory of class {resource_class} found."


class UnknownProviderInAllocations(Unknown):
    sentence = "Allocation for resource provider '{uuid}' that does not exist."


class UnknownProviderInReshape(Unknown):
    sentence = "Resource provider {uuid} in inventories not found: No resource provider with uuid {uuid} found"


# Requests that contradict the rules ------------------------------------------------------------------------------------


class Invalid(PlacedockError):
    """The request can be read, but no state of the service would accept it."""

    sentence = "{reason}"


class BadValue(Invalid):
    """A query parameter contradicts another, or itself."""


class RepeatedParameter(Invalid):
    """A query parameter that may be given once is given again."""


class MissingValue(Invalid):
    """A query parameter that the request cannot do without is absent."""


class TooManyCandidates(Invalid):
    """The request can be met in more ways than an answer, or the memory of the service, may hold."""

    sentence = (
        "There are too many allocation candidates for one answer (more than {most}). Please narrow the request, or give a "
        "`limit`."
    )


class InvalidTree(Invalid):
    """A parent that a provider cannot have; `action` is create or update."""

    sentence = "Object action {action} failed because: {reason}"


class InvalidCapacity(Invalid):
    """Inventory whose reserved amount leaves nothing, or less than nothing."""

    sentence = (
        "Invalid inventory for '{resource_class}' on resource provider '{provider}'. "
        "The reserved value is greater than {bound}total."
    )


class UnheldText(Invalid):
    """A text to be written has characters that the charset of the database's tables does not have."""

    sentence = (
        "The database cannot hold a text of this request: its character set lacks some of the "
        "characters."
    )


class StandardResourceClass(Invalid):
    sentence = "Cannot {action} standard resource class {name}."


class StandardTrait(Invalid):
    sentence = "Cannot delete standard trait {name}."


# Requests that the present state forbids ------------------------------------------------------------------------------


class Conflict(PlacedockError):
    sentence = "{reason}"


class ConcurrentUpdate(Conflict):
    """Somebody else wrote first: the client's generation no longer matches. Read again, then retry."""


class ProviderChanged(ConcurrentUpdate):
    sentence = "resource provider generation conflict"


class ConsumerChanged(ConcurrentUpdate):
    sentence = "consumer generation conflict - expected {expected} but got {got}"


class DuplicateProvider(Conflict):
    sentence = "Conflicting resource provider {duplicate} already exists."


class ProviderInUse(Conflict):
    sentence = "Unable to delete resource provider {uuid}: Resource provider has allocations."


class ProviderHasChildren(Conflict):
    sentence = "Unable to delete parent resource provider {uuid}: It has child resource providers."


class DuplicateInventory(ConcurrentUpdate):
    sentence = "Inventory of class {resource_class} already exists on resource provider {provider}."


class InventoryInUse(Conflict):
    sentence = "Inventory for '{resource_classes}' on resource provider '{provider}' in use."


class OneInventoryInUse(ConcurrentUpdate, InventoryInUse):
    """The inventory of the one class that is deleted is in use. Placement calls that a concurrent update."""


class DuplicateResourceClass(Conflict):
    sentence = "Resource class already exists: {name}"


class ResourceClassInUse(Conflict):
    sentence = "Cannot delete resource class {name}. Class is in use in inventory."


class TraitInUse(Conflict):
    sentence = "The trait {name} is in use by a resource provider."


class CannotAllocate(Conflict):
    """The claim does not fit what the provider offers."""

    sentence = "Inventory for '{resource_class}' on resource provider '{provider}' invalid."


class ConstraintsViolated(CannotAllocate):
    sentence = (
        "Unable to create allocation for '{resource_class}' on resource provider '{provider}'. "
        "The requested amount would violate inventory constraints."
    )


class CapacityExceeded(CannotAllocate):
    sentence = (
        "Unable to create allocation for '{resource_class}' on resource provider '{provider}'. "
        "The requested amount would exceed the capacity."
    )


class RowRefused(Conflict):
    """The database does not take a row of an import, such as a name that it takes for another."""

    sentence = "The database refuses: {reason}"


# What the service may not do, or cannot do now ------------------------------------------------------------------------


class Forbidden(PlacedockError):
    sentence = "Policy does not allow {action} to be performed."


class ReadOnly(PlacedockError):
    """The service was started to change nothing, and the request would change something."""

    sentence = "This service is read-only (OS_PLACEDOCK__READ_ONLY=True) and changes nothing."


class ReadOnlyDatabase(ReadOnly):
    """The database refuses to change anything, and goes on refusing."""

    sentence = (
        "The database is read-only and takes no changes. To send the request again does not help "
        "until the operator has changed that."
    )


class Unavailable(PlacedockError):
    """The database, or what a subclass names, cannot be used now. `reason` is one line for who runs the service."""

    sentence = "The database is not available. Please try again."
    what = "the database"

    @property
    def reason(self) -> str:
        return str(self.data["reason"])


class RequestTookTooLong(PlacedockError):
    """The request's time is over. What it was about to change is left as it was."""

    sentence = (
        "The request was not done after {seconds:g} seconds and was given up. Please ask for less: narrow the request, "
        "or give a `limit` where there is one."
    )


class OldTables(Unavailable):
    """The tables are those of an older revision than this release works on."""


class CannotSync(Exception):
    """The tables were not brought to the newest revision, which refuses no request but ends a process. One line tells why."""
