"""How signing in by a provider says no."""

from strongroom.kernel import Conflict, Forbidden, NotFound, Unauthenticated


class ProviderUnknown(NotFound):
    """No such provider is configured."""

    code, status = "provider-unknown", 404
    title = "There is no such way to sign in here."


class FlowExpired(Unauthenticated):
    """The way was begun in another browser, too long ago, or came to its end before."""

    code, status = "oauth-expired", 401
    title = "This sign-in took too long, or began in another browser. Start again."


class ProviderRefused(Unauthenticated):
    """The provider came back with a no, or the person changed their mind there."""

    code, status = "provider-refused", 401
    title = "The provider did not sign you in. Try again, or sign in another way."


class EmailUnverified(Forbidden):
    """The provider does not vouch for the address."""

    code, status = "email-unverified", 403
    title = "The provider has not verified your e-mail address. Verify it there first."


class AccountExists(Conflict):
    """The address has an account, which this identity does not belong to."""

    code, status = "account-exists", 409
    title = (
        "This address has an account. Sign in the way you do,"
        " then connect the provider in the console."
    )


class IdentityTaken(Conflict):
    """The identity belongs to an account already."""

    code, status = "identity-taken", 409
    title = "This identity is connected to an account already."


class ConnectedAlready(Conflict):
    """Whoever came by a way that is not allowed signs in by the one that they have."""

    code, status = "connected-already", 409
    title = "It is connected already. Sign in there instead."


class LastWayIn(Conflict):
    """Without it nobody could sign in to the account any more."""

    code, status = "last-way-in", 409
    title = "This is your only way in. Choose a password first."
