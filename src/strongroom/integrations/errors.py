"""How integrations say no."""

from strongroom.kernel import Conflict, NotFound


class SecretNeeded(Conflict):
    """A secret was given for one host, so it must be given again for another."""

    code, status = "secret-needed", 409
    title = "Type the secret again: it was given for another host."


class SecretElsewhere(Conflict):
    """The row names another host than the one that the secret was given for."""

    code, status = "secret-elsewhere", 409
    title = "This secret was given for another host, so it was not used."


class WriteOnly(Conflict):
    """Secrets of this kind are never shown, to nobody; they can only be replaced."""

    code, status, title = "write-only", 409, "This secret can be replaced, not read."


class CannotUndo(NotFound):
    """There is no deleted integration of this name any more."""

    code, status, title = "cannot-undo", 404, "It is too late to undo this."
