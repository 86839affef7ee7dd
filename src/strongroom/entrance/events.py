"""What the entrance puts on record."""

AWAIT_FACTOR = "session.await-factor"
FINISH = "session.finish"
DISABLE = "account.disable"
ENABLE = "account.enable"
