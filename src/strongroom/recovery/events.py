"""What recovery puts on record."""

ASK = "password.ask-reset"
RESET = "password.reset"
