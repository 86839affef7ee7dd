"""How signing in says no."""

from strongroom.kernel import Forbidden, Unauthenticated


class WrongCredentials(Unauthenticated):
    """The address and the password do not belong together."""

    code, status = "wrong-credentials", 401
    title = "This e-mail address and password do not match."


class SignInExpired(Unauthenticated):
    """A sign-in waited too long for its second factor, or was finished already."""

    code, status = "sign-in-expired", 401
    title = "This took too long. Sign in again."


class NoOrganization(Forbidden):
    """The account belongs to no organization any more."""

    code, status = "no-organization", 403
    title = "This account belongs to no organization."
