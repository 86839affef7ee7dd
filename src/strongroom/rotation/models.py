"""What people are told about keys: their versions, and what still needs them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from strongroom.vault import Generation


@dataclass(frozen=True, slots=True)
class KeyVersion:
    """One version of an owner's key, as people are told about it."""

    version: int
    created_at: datetime
    seals_from: datetime
    state: Literal["waiting", "sealing", "opening", "destroyed"]
    """Waiting for its first use, sealing, opening older values only, or gone."""

    rows: int = 0
    """So many stored values need it."""


@dataclass(frozen=True, slots=True)
class Resealed:
    """What one batch of resealing did, and what is left to do."""

    resealed: int
    remaining: int
    broken: int
    """Values that do not open, altered or with a key that is gone; they stay."""

    destroyed: tuple[int, ...] = ()
    """The versions that nothing needed any more."""

    waiting: tuple[int, ...] = ()
    """The versions that nothing stored needs, kept for values still on their way."""


@dataclass(frozen=True, slots=True)
class ColumnCount:
    """How the values of one sealed column stand."""

    name: str
    values: int
    older: int
    """Sealed under a version that no longer seals; they still open."""

    unreadable: int
    """Their key is gone, or they are no sealed values."""


@dataclass(frozen=True, slots=True)
class VaultStatus:
    """The whole vault at a glance."""

    generations: tuple[Generation, ...]
    owners: int
    keys: int
    """Versions that still open something."""

    oldest: datetime | None
    """Since when the oldest sealing key seals."""

    columns: tuple[ColumnCount, ...]
