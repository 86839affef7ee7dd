"""Stored secrets: sealed for one place, under a key that can be destroyed."""

from .errors import (
    KeyDestroyed,
    PhraseInvalid,
    PlaceUnknown,
    RootKeyWrong,
    RootReplaced,
    SealBroken,
    SealerExpired,
)
from .models import Generation, KeyOwner, Place, SealedColumn, WrappedKey
from .policy import Sealer
from .service import ArchiveKeys, KeyChecks, Vault


__all__ = [
    "ArchiveKeys",
    "Generation",
    "KeyChecks",
    "KeyDestroyed",
    "KeyOwner",
    "PhraseInvalid",
    "Place",
    "PlaceUnknown",
    "RootKeyWrong",
    "RootReplaced",
    "SealBroken",
    "SealedColumn",
    "Sealer",
    "SealerExpired",
    "Vault",
    "WrappedKey",
]
