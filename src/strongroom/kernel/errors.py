"""What the house says when it says no.

A ``Refusal`` is an answer, not a fault: it has a permanent code, a status and a
title that may be shown to whoever asked. Faults of ours stay ordinary exceptions.

    Refusal
    ├── Unauthenticated   401  nobody is signed in
    ├── Forbidden         403  somebody is, and may not
    ├── NotFound          404  there is none, or it is not yours: the same answer
    ├── Invalid           422  the request's content cannot be used
    ├── Conflict          409  it contradicts what is already so
    ├── LimitReached      429  too often; see ``strongroom.limits``
    └── Unavailable       503  we cannot answer now; trying again is right
"""

from collections.abc import Mapping
from typing import ClassVar


class Refusal(Exception):
    """A request is refused. Subclasses must set code, status and title."""

    code: ClassVar[str]
    status: ClassVar[int]
    title: ClassVar[str]

    def __init__(
        self,
        detail: str | None = None,
        *,
        fields: Mapping[str, str] | None = None,
        retry_after: int | None = None,
    ) -> None:
        """Refuse with a *detail* for the person, and a reason per form *field*."""
        super().__init__(detail or self.title)
        self.detail = detail
        self.fields = dict(fields or {})
        self.retry_after = retry_after
        self.on_record = False
        """Whether the audit log holds this refusal already."""


class Unauthenticated(Refusal):
    """Nobody is signed in, or the session has ended."""

    code, status, title = "unauthenticated", 401, "Sign in first."


class Forbidden(Refusal):
    """The role does not include this action."""

    code, status, title = "forbidden", 403, "Your role does not allow this."


class NotFound(Refusal):
    """There is no such thing, or it belongs to somebody else."""

    code, status, title = "not-found", 404, "There is nothing here."


class Invalid(Refusal):
    """The content of the request cannot be used."""

    code, status, title = "invalid", 422, "The request cannot be used as it is."


class Conflict(Refusal):
    """The request contradicts what is already so."""

    code, status, title = "conflict", 409, "This contradicts the present state."


class Unavailable(Refusal):
    """We cannot answer now. Trying again is right."""

    code, status, title = "unavailable", 503, "Not available just now. Try again."
