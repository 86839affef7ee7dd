"""What signing in puts on record."""

SIGN_UP = "account.sign-up"
VERIFY = "account.verify"
SIGN_IN = "session.create"
CHANGE_PASSWORD = "password.change"  # noqa: S105 - an action's name.
