"""How the entrance says no."""

from strongroom.kernel import Forbidden, Unauthenticated


class SignInExpired(Unauthenticated):
    """A sign-in waited too long for its second factor, or was finished already."""

    code, status = "sign-in-expired", 401
    title = "This took too long. Sign in again."


class NoOrganization(Forbidden):
    """The account belongs to no organization any more."""

    code, status = "no-organization", 403
    title = "This account belongs to no organization."


class PasswordFirst(Forbidden):
    """The account was frozen after this passkey was made: it is no way in by itself."""

    code, status = "password-first", 403
    title = "Sign in with your password first; this passkey is asked for after it."
