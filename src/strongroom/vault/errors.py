"""How the vault says no."""

from strongroom.kernel import Conflict, Invalid, Refusal


class SealBroken(Refusal):
    """A stored value was altered, cut or moved, so it does not open."""

    code, status, title = "seal-broken", 500, "A stored secret was altered."


class KeyDestroyed(Refusal):
    """The key that sealed the value is gone, and the value with it."""

    code, status, title = "key-destroyed", 410, "The key of this secret was destroyed."


class RootKeyWrong(Exception):
    """The root key is not the one that the vault's keys were wrapped under."""


class RootReplaced(Conflict):
    """The last replacement of the root key is not finished yet."""

    code, status, title = "root-replaced", 409, "The root key was just replaced."


class SealerExpired(Exception):
    """A sealer was kept too long: ask the vault for it again before each batch."""


class PlaceUnknown(Exception):
    """No registered column is sealed there, so no rotation would find the value."""


class PhraseInvalid(Invalid):
    """A check's label or phrase is empty or too long."""

    code, status, title = "phrase-invalid", 422, "The phrase cannot be used."
