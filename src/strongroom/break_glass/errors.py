"""How break-glass says no."""

from strongroom.kernel import Conflict, Forbidden, Invalid, NotFound


class NoReason(Invalid):
    """The customer reads the reason, so it must be one."""

    code, status, title = "no-reason", 422, "Say why, in ten characters or more."


class TooLong(Invalid):
    """Emergency access lasts an hour at most."""

    code, status, title = "too-long", 422, "Choose between 1 and 60 minutes."


class SamePerson(Forbidden):
    """Whoever asks for emergency access does not approve it."""

    code, status, title = "same-person", 403, "Another operator must approve this."


class NoGrant(Forbidden):
    """No emergency access to this organization is approved, or it has ended."""

    code, status = "no-grant", 403
    title = "Another operator must approve emergency access first."


class GrantGone(Conflict):
    """The request was approved already, has ended, or waited for over an hour."""

    code, status, title = "grant-gone", 409, "This request does not wait any more."


class NoSuchGrant(NotFound):
    """There is no such request."""

    code, status, title = "not-found", 404, "There is no such request."
