"""How privacy says no."""

from strongroom.kernel import Conflict, Invalid, NotFound


class HandOverFirst(Conflict):
    """The last owner of an organization with other members must name another first."""

    code, status = "hand-over-first", 409
    title = "Make another member the owner first."


class AlreadyAsked(Conflict):
    """The same request is under way: see it under your data."""

    code, status, title = "already-asked", 409, "This is under way already."


class NotConfirmed(Invalid):
    """What was typed to confirm is not the account's address."""

    code, status = "not-confirmed", 422
    title = "Type your e-mail address exactly, to confirm."


class NoSuchRequest(NotFound):
    """There is no such request, or it can no longer be changed."""

    code, status = "no-such-request", 404
    title = "There is no such request, or it is too late."


class NoSuchStore(Invalid):
    """The registry has no store of this name that keeps a person's data."""

    code, status, title = "no-such-store", 422, "There is no such store."


class NobodyKnown(NotFound):
    """No account has this address."""

    code, status, title = "nobody-known", 404, "No account has this address."


class LedgerBroken(Exception):
    """The ledger of erasures was edited or cut: nobody knows who must stay erased."""


class FilesStay(Exception):
    """An embedder's files of a person could not be erased, so nothing was."""
