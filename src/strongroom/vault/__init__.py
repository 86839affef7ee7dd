"""Stored secrets: sealed for one place, under a key that can be destroyed."""

from .errors import KeyDestroyed, RootKeyWrong, SealBroken, SealerExpired
from .models import KeyOwner, Place, SealedColumn
from .policy import Sealer
from .service import Vault
from .settings import VaultSettings


__all__ = [
    "KeyDestroyed",
    "KeyOwner",
    "Place",
    "RootKeyWrong",
    "SealBroken",
    "SealedColumn",
    "Sealer",
    "SealerExpired",
    "Vault",
    "VaultSettings",
]
