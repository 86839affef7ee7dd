"""How the vault says no."""

from strongroom.kernel import Conflict, Refusal


class SealBroken(Refusal):
    """A stored value was altered, cut or moved, so it does not open."""

    code, status, title = "seal-broken", 500, "A stored secret was altered."


class KeyDestroyed(Refusal):
    """The key that sealed the value is gone, and the value with it."""

    code, status, title = "key-destroyed", 410, "The key of this secret was destroyed."


class RotationUnderWay(Conflict):
    """The owner's last replacement of its key has not begun to seal yet."""

    code, status, title = "rotation-under-way", 409, "The key is just being replaced."


class RootKeyWrong(Exception):
    """The root key is not the one that the vault's keys were wrapped under."""


class SealerExpired(Exception):
    """A sealer was kept too long: ask the vault for it again before each batch."""
