"""How log streams say no."""

from strongroom.kernel import Conflict, Invalid


class StreamInvalid(Invalid):
    """A log stream's name or certificate cannot be used; the detail says which."""

    code, status, title = "log-stream-invalid", 422, "The log stream cannot be used."


class StreamExists(Conflict):
    """The organization has a log stream of that name; take another one."""

    code, status, title = "log-stream-exists", 409, "There is a stream of that name."


class NoSecret(Conflict):
    """Only webhooks are signed; syslog has no signing secret to replace."""

    code, status, title = "no-signing-secret", 409, "This log stream is not signed."
