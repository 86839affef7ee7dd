"""A sealer: one owner's keys, ready for use, and how long they may be used.

Guards against a key that outlives its destruction in the memory of a process.
"""

from collections.abc import Mapping, Sequence, Set as AbstractSet
from contextlib import suppress
from dataclasses import replace

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from strongroom.crypto import (
    Column,
    Keyring,
    KeysExpired,
    SealingKeys,
    SealInvalid,
    VersionUnknown,
    as_text,
    fingerprint,
    from_text,
    is_key_of,
    join_shares,
    new_key,
    unwrap,
    wrap,
)
from strongroom.kernel import Secret

from .errors import KeyDestroyed, PhraseInvalid, PlaceUnknown, SealBroken, SealerExpired
from .models import Generation, KeyOwner, Place


FRESH_SECONDS = 0.45
"""For so long after it was asked for, what the database said is handed out again."""

HANDING = "vault handing"
"""Of a root: what it may read of the other one while it is replaced."""

LEASE_SECONDS = 0.9
"""For so long it works; so no key outlives its destruction by a second."""

LONGEST_PHRASE = 1000

SETTLING_SECONDS = 2.0
"""A new version is known for so long before it seals: longer than any lease."""


Places = AbstractSet[tuple[str, str]] | None
"""Tables and columns that are registered; None where nobody rotates."""


class Sealer:
    """Seals and opens for one owner without waiting; works for half a second.

    For bulk work ask the vault for it again before each batch: that costs nothing
    while the last one is fresh.
    """

    def __init__(
        self,
        owner: KeyOwner,
        newest: int,
        current: int,
        keys: Mapping[int, AESGCM],
        places: Places = None,
    ) -> None:
        """Hold *keys* by version, for *places* only."""
        self.version, self._newest = current, newest
        self._owner, self._places, self._ciphers = owner, places, keys

    def begin(self, asked_at: float) -> None:
        """Begin the lease at the moment when the keys were asked for."""
        self.fresh_until = asked_at + FRESH_SECONDS
        self._keys = SealingKeys(
            name_of(self._owner), self._ciphers, self.version, asked_at + LEASE_SECONDS
        )

    def column(self, table: str, column: str) -> Column:
        """Return what seals and opens one column as bytes: the fastest way.

        Raises:
            PlaceUnknown: nobody registered the column, so rotation would lose it.

        """
        if self._places is not None and (table, column) not in self._places:
            message = f"{table}.{column} is not registered as a sealed column"
            raise PlaceUnknown(message)
        return self._keys.column(table, column)

    def seal(self, place: Place, plain: bytes) -> str:
        """Return *plain*, sealed for *place*, as text.

        Raises:
            SealerExpired: it was kept too long.

        """
        return as_text(self.seal_bytes(place, plain))

    def seal_bytes(self, place: Place, plain: bytes) -> bytes:
        """Return *plain*, sealed for *place*, as bytes: shorter, and quicker to make.

        Raises:
            SealerExpired: it was kept too long.

        """
        table, column, row = place
        try:
            return self.column(table, column).seal(row, plain)
        except KeysExpired:
            raise SealerExpired from None

    def open(self, place: Place, sealed: str | bytes) -> bytes:
        """Return what was sealed for *place*, in either form.

        Raises:
            SealBroken: it was altered, cut or moved.
            KeyDestroyed: its key is gone.
            SealerExpired: it was kept too long.

        """
        table, column, row = place
        try:
            raw = sealed if isinstance(sealed, bytes) else from_text(sealed)
            return self.column(table, column).open(row, raw)
        except KeysExpired:
            raise SealerExpired from None
        except SealInvalid:
            raise SealBroken from None
        except VersionUnknown as unknown:
            raise self._missing(unknown.version) from None

    def _missing(self, version: int) -> SealBroken | KeyDestroyed:
        # Versions count up: one that ours has passed existed, and is gone.
        return KeyDestroyed() if version <= self._newest else SealBroken()


def as_bytes(secret: Secret) -> bytes:
    """Return the bytes of a *secret*; see `Vault.open` for those that are no text."""
    return secret.reveal().encode("utf-8", "surrogateescape")


def name_of(owner: KeyOwner) -> bytes:
    """Return the name under which *owner* seals: its kind and its id."""
    return owner.kind.encode() + owner.id.bytes


def bound_to(owner: KeyOwner, version: int) -> tuple[str, ...]:
    """Return what a wrapped key is bound to: whose it is, and which version."""
    return ("key", owner.kind, str(owner.id), str(version))


def require_phrase(label: Secret, phrase: Secret) -> None:
    """Accept what an organization wants to seal as a check.

    Raises:
        PhraseInvalid: one is empty or too long.

    """
    for name, text in (("label", label), ("phrase", phrase)):
        if not 0 < len(text.reveal()) <= LONGEST_PHRASE:
            words = f"Between 1 and {LONGEST_PHRASE} characters."
            raise PhraseInvalid(fields={name: words})


def new_generation(keys: Keyring, number: int) -> Generation:
    """Return a generation of two new shares, one of which *keys* derive."""
    share = new_key()
    key = join_shares(derived_share(keys, number), share, number)
    return Generation(number, share, fingerprint(key))


def joined(keys: Keyring, generation: Generation) -> bytes:
    """Return the wrapping key of a *generation*: the database's share, and ours.

    Raises:
        SealInvalid: what was handed on is for another root than that of *keys*.

    """
    share, number = generation.share or b"", generation.number
    return join_shares(configured_share(keys, generation), share, number)


def configured_share(keys: Keyring, generation: Generation) -> bytes:
    """Return the configuration's share: derived, or handed on from the other root.

    Raises:
        SealInvalid: what was handed on is for another root than that of *keys*.

    """
    if generation.handed is None or derives(keys, generation):
        return derived_share(keys, generation.number)
    bound = ("share", str(generation.number))
    return unwrap(keys.derive(HANDING), generation.handed, *bound)


def handed_to(other: Keyring, keys: Keyring, generation: Generation) -> Generation:
    """Return *generation* with the share that *keys* give, wrapped for the *other*."""
    share, bound = configured_share(keys, generation), ("share", str(generation.number))
    return replace(generation, handed=wrap(other.derive(HANDING), share, *bound))


def derives(keys: Keyring, generation: Generation) -> bool:
    """Say whether *keys* are of the root that *generation* was made with."""
    number, share = generation.number, generation.share or b""
    key = join_shares(derived_share(keys, number), share, number)
    return is_key_of(generation.fingerprint, key)


def derived_share(keys: Keyring, number: int) -> bytes:
    """Return the configuration's share of a generation that *keys* are the root of."""
    return keys.derive(f"vault share {number}")


def is_root_of(keys: Keyring, generation: Generation) -> bool:
    """Say whether *keys* give the configuration's share of *generation*."""
    with suppress(SealInvalid):
        return is_key_of(generation.fingerprint, joined(keys, generation))
    return False


def opens_vault(key: bytes, generations: Sequence[Generation]) -> bool:
    """Say whether *key* with what the database holds gives a wrapping key."""
    return any(
        is_key_of(each.fingerprint, key)
        or is_key_of(each.fingerprint, join_shares(key, each.share or b"", each.number))
        or is_root_of(Keyring(key), each)
        for each in generations
    )


def unwraps(wrapped: bytes, key: bytes, bound: tuple[str, ...]) -> bool:
    """Say whether *key* opens a wrapped key."""
    with suppress(SealInvalid):
        return bool(unwrap(key, wrapped, *bound))
    return False
