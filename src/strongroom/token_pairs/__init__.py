"""Token pairs: how an app acts for a person, by short tokens that renew themselves."""

from .errors import RefreshTokenInvalid, RefreshTokenReused, TokenPairInvalid
from .models import NewTokens, TokenPair, WantedTokenPair
from .service import Parts, TokenPairs
from .settings import TokenPairSettings


__all__ = [
    "NewTokens",
    "Parts",
    "RefreshTokenInvalid",
    "RefreshTokenReused",
    "TokenPair",
    "TokenPairInvalid",
    "TokenPairSettings",
    "TokenPairs",
    "WantedTokenPair",
]
