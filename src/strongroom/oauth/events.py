"""What signing in by a provider puts on record."""

SIGN_IN = "oauth.sign-in"
SIGN_UP = "oauth.sign-up"
LINK = "oauth.link"
UNLINK = "oauth.unlink"
