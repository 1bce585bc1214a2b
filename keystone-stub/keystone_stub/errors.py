# SPDX-License-Identifier: Apache-2.0
"""The errors, each with the status and the text that Keystone's clients know."""

_MALFORMED = (
    "The server could not comply with the request since it is either malformed or otherwise "
    "incorrect. The client is assumed to be in error."
)


class WrongSettings(Exception):
    """The process cannot start. The text is one line that names the variable or the file."""


class IdentityError(Exception):
    """An error of an answer. The body has the keys of `extra` in addition to those of every error."""

    code = 500
    title = "Internal Server Error"
    message = "An unexpected error prevented the server from fulfilling your request."

    def __init__(self, message: str | None = None, **extra: object) -> None:
        self.message = message or self.message
        self.extra = extra
        super().__init__(self.message)


class BadRequest(IdentityError):
    code = 400
    title = "Bad Request"


class Unauthorized(IdentityError):
    code = 401
    title = "Unauthorized"
    message = "The request you have made requires authentication."


class Forbidden(IdentityError):
    code = 403
    title = "Forbidden"
    message = "You are not authorized to perform the requested action."


class NotFound(IdentityError):
    code = 404
    title = "Not Found"


class Conflict(IdentityError):
    code = 409
    title = "Conflict"


def malformed(problem: str) -> BadRequest:
    return BadRequest(f"{problem}. {_MALFORMED}")


def missing(attribute: str, target: str) -> BadRequest:
    """The error for a body without an attribute that the schema does not require but the request needs."""
    return malformed(f"Expecting to find {attribute} in {target}")


def forbidden_action(action: str) -> Forbidden:
    return Forbidden(f"You are not authorized to perform the requested action: {action}.")


def conflict(noun: str, details: str) -> Conflict:
    return Conflict(f"Conflict occurred attempting to store {noun} - {details}.")
