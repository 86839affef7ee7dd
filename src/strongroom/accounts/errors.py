"""How accounts say no."""

from strongroom.kernel import Conflict, Forbidden, Invalid


class EmailInvalid(Invalid):
    """The text is no e-mail address that we could write to."""

    code, status, title = "email-invalid", 422, "This is not an e-mail address."


class AccountFrozen(Forbidden):
    """The account's owner froze it, because somebody else was in it."""

    code, status = "account-frozen", 403
    title = "This account is frozen. Choose a new password by mail to open it."


class AccountChanged(Conflict):
    """All sessions of the account were ended while somebody signed in to it."""

    code, status = "account-changed", 409
    title = "Something about this account has just changed. Sign in again."
