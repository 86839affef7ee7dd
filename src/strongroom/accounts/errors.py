"""How accounts say no."""

from strongroom.kernel import Forbidden, Invalid


class EmailInvalid(Invalid):
    """The text is no e-mail address that we could write to."""

    code, status, title = "email-invalid", 422, "This is not an e-mail address."


class AccountFrozen(Forbidden):
    """The account's owner froze it, because somebody else was in it."""

    code, status = "account-frozen", 403
    title = "This account is frozen. Choose a new password by mail to open it."
