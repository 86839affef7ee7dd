"""What magic links put on record."""

ASK = "magic-link.ask"
SIGN_IN = "magic-link.sign-in"
