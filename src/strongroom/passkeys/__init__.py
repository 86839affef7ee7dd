"""Passkeys: sign in by a key that no forged page can use."""

from .errors import (
    ChallengeSpent,
    CounterFell,
    NoSuchPasskey,
    PasskeyKnown,
    TooManyPasskeys,
    WrongPasskey,
)
from .models import Asked, Passkey, Registered, Shown
from .policy import COOKIE as CHALLENGE_COOKIE, clear_challenge_cookie, shown_in
from .service import Parts, Passkeys


__all__ = [
    "CHALLENGE_COOKIE",
    "Asked",
    "ChallengeSpent",
    "CounterFell",
    "NoSuchPasskey",
    "Parts",
    "Passkey",
    "PasskeyKnown",
    "Passkeys",
    "Registered",
    "Shown",
    "TooManyPasskeys",
    "WrongPasskey",
    "clear_challenge_cookie",
    "shown_in",
]
