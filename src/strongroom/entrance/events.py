"""What the entrance puts on record."""

AWAIT_FACTOR = "session.await-factor"
FINISH = "session.finish"
ENTER = "passkey.sign-in"
RESET = "factors.reset"
DISABLE = "account.disable"
ENABLE = "account.enable"
