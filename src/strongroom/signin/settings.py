"""What mails and rules call this service, and where it answers."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SignInSettings:
    """Set by the composition root; never taken from a request."""

    service_name: str
    """The name in mails, and a word that no password may consist of."""

    public_url: str
    """The scheme, host and port that links begin with, without a final slash."""
