"""How passwords say no."""

from strongroom.kernel import Refusal, Unavailable


class PasswordRefused(Refusal):
    """The new password is too easy to guess, too short or too long."""

    code, status, title = "password-refused", 422, "Choose another password."

    def __init__(self, reason: str) -> None:
        """Refuse for a *reason* that may be shown beside the field."""
        super().__init__(reason, fields={"password": reason})
        self.reason = reason


class WrongPassword(Refusal):
    """The candidate is not the password, or there is none to match."""

    code, status, title = "wrong-password", 401, "That password does not match."


class TooBusyToHash(Unavailable):
    """Too many people are signing in at this moment."""

    code, status, title = "too-busy", 503, "Too many are signing in. Try again."
