"""Token pairs: how an app acts for a person, by short tokens that renew themselves."""

from .errors import (
    RefreshTokenInvalid,
    RefreshTokenReused,
    SigningKeyWaits,
    TokenPairInvalid,
)
from .models import NewSigningKey, NewTokens, TokenPair, WantedTokenPair
from .service import Parts, TokenPairs
from .settings import TokenPairSettings


__all__ = [
    "NewSigningKey",
    "NewTokens",
    "Parts",
    "RefreshTokenInvalid",
    "RefreshTokenReused",
    "SigningKeyWaits",
    "TokenPair",
    "TokenPairInvalid",
    "TokenPairSettings",
    "TokenPairs",
    "WantedTokenPair",
]
