"""How signing in says no."""

from strongroom.kernel import Unauthenticated


class WrongCredentials(Unauthenticated):
    """The address and the password do not belong together."""

    code, status = "wrong-credentials", 401
    title = "This e-mail address and password do not match."
