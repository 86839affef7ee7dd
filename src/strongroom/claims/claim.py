"""A claim: one sentence of the security page, and what has to stand behind it.

Guards against a sentence that says one thing while its proof checks another: the
digest covers both. A malformed claim cannot be made. It runs no proof and holds no
status, which is computed elsewhere from evidence.
"""

import hashlib
import json
import re
import unicodedata
from datetime import date, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Final

import msgspec


class Kind(StrEnum):
    """What has to stand behind a sentence."""

    PROVED = "proved"
    MEASURED = "measured"
    ATTESTED = "attested"
    DECLINED = "declined"
    PRINCIPLE = "principle"


class Severity(StrEnum):
    """How much a reader relies on a sentence."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class Stage(StrEnum):
    """How far an attested matter has come; there is no other word for it."""

    PLANNED = "planned"
    IN_PROGRESS = "in_progress"
    ISSUED = "issued"
    BRIDGE = "bridge"
    LAPSED = "lapsed"


FRAMEWORKS: Final = frozenset(
    {"asvs5", "ccm4", "iso27001_2022", "ksi", "mvsp3", "nist80053r5", "soc2"}
)

_ID: Final = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*\.[a-z0-9]+(-[a-z0-9]+)*")
_PROBED: Final = frozenset({Kind.PROVED, Kind.MEASURED})
_REQUIRED: Final = MappingProxyType(
    {
        Kind.PROVED: frozenset({"cadence"}),
        Kind.MEASURED: frozenset({"cadence"}),
        Kind.DECLINED: frozenset({"reason", "review_by"}),
    }
)
_ALLOWED: Final = MappingProxyType(
    {
        Kind.PROVED: frozenset({"cadence", "expect"}),
        Kind.MEASURED: frozenset({"cadence", "expect"}),
        Kind.ATTESTED: frozenset({"subject", "stage"}),
        Kind.DECLINED: frozenset({"reason", "review_by", "subject"}),
    }
)
_SPECIAL: Final = ("cadence", "expect", "reason", "review_by", "stage", "subject")


class Claim(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One sentence, its kind, and what its kind requires."""

    id: str
    statement: str
    kind: Kind
    severity: Severity
    cadence: timedelta | None = None
    expect: dict[str, bool | int | float | str] = {}
    maps: dict[str, tuple[str, ...]] = {}
    subject: str | None = None
    stage: Stage | None = None
    reason: str | None = None
    review_by: date | None = None
    note: str | None = None

    def __post_init__(self) -> None:
        """Refuse a claim that nobody could hold us to.

        Raises:
            ValueError: a field is malformed, missing, or not for this kind.

        """
        self._require_words()
        self._require_known_frameworks()
        self._require_fields_of_its_kind()

    @property
    def has_proof(self) -> bool:
        """Whether a proof runs for this claim, or a number is counted."""
        return self.kind in _PROBED

    def digest(self) -> str:
        """Return the SHA-256 that ties evidence to this sentence and expectation."""
        said = {
            "expect": self.expect,
            "id": self.id,
            "kind": self.kind.value,
            "statement": self.statement,
        }
        text = json.dumps(
            said, ensure_ascii=False, separators=(",", ":"), sort_keys=True
        )
        return hashlib.sha256(text.encode()).hexdigest()

    def _require_words(self) -> None:
        if not _ID.fullmatch(self.id):
            message = "an id looks like edge.hsts"
            raise ValueError(message)
        if not self.statement or self.statement != fold(self.statement):
            message = "the statement is not one line in Unicode NFC"
            raise ValueError(message)

    def _require_known_frameworks(self) -> None:
        if unknown := sorted(set(self.maps) - FRAMEWORKS):
            message = f"maps has no framework named {', '.join(unknown)}"
            raise ValueError(message)

    def _require_fields_of_its_kind(self) -> None:
        given = {name for name in _SPECIAL if getattr(self, name)}
        if missing := sorted(_REQUIRED.get(self.kind, frozenset()) - given):
            message = f"a {self.kind} claim needs {' and '.join(missing)}"
            raise ValueError(message)
        if surplus := sorted(given - _ALLOWED.get(self.kind, frozenset())):
            message = f"a {self.kind} claim has no {' or '.join(surplus)}"
            raise ValueError(message)


def fold(text: str) -> str:
    """Return *text* in NFC with each run of white space as one space."""
    return " ".join(unicodedata.normalize("NFC", text).split())
