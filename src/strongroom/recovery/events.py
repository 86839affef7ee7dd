"""What recovery puts on record."""

FREEZE = "account.freeze"
ASK = "password.ask-reset"
RESET = "password.reset"
