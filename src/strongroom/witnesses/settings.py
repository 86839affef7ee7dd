"""Which witnesses are asked."""

import ssl
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from strongroom.tlog import NoteInvalid, WitnessKey


@dataclass(frozen=True, slots=True)
class Witness:
    """Where a witness takes checkpoints, and the key that it cosigns with."""

    url: str
    """Its submission prefix, without a final slash."""

    key: WitnessKey

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read an address and a key with a space between them.

        Raises:
            NoteInvalid: the key is none.
            ValueError: the address does not begin with https://.

        """
        url, _, key = text.strip().partition(" ")
        if not url.startswith("https://"):
            message = "a witness looks like https://witness.example/prefix name+id+key"
            raise ValueError(message)
        return cls(url.rstrip("/"), WitnessKey.parse(key))


@dataclass(frozen=True, slots=True)
class WitnessSettings:
    """Nobody is asked unless the operator names somebody."""

    witnesses: tuple[str, ...] = ()
    """Each as ``https://address name+id+key`` (C2SP tlog-witness); asked every 10 s."""

    authority: str | None = None
    """A file with the CA certificates of witnesses that have their own, as PEM."""

    def __post_init__(self) -> None:
        """Refuse what is no witness, and a file that is no certificate.

        Raises:
            ValueError: one is none.

        """
        try:
            names = [Witness.parse(text).key.name for text in self.witnesses]
        except NoteInvalid as reason:
            raise ValueError(str(reason)) from None
        if len(set(names)) < len(names):
            message = "two witnesses have one name"
            raise ValueError(message)
        try:
            if self.authority:
                ssl.create_default_context(cafile=str(Path(self.authority)))
        except OSError as reason:
            message = f"authority: {reason}"
            raise ValueError(message) from None
