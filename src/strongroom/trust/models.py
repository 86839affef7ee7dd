"""What stands behind a sentence at this moment."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from strongroom.claims import Claim
from strongroom.crypto import Envelope


class Status(StrEnum):
    """Computed from evidence, never stored as a truth and never set by hand."""

    PROVED = "proved"
    FAILING = "failing"
    UNPROVEN = "unproven"
    STALE = "stale"
    MEASURED = "measured"
    ATTESTED = "attested"
    EXPIRED = "expired"
    DECLINED = "declined"
    PRINCIPLE = "principle"


@dataclass(frozen=True, slots=True)
class SabotageRecord:
    """When a proof was last tried against its sabotages, and what it noticed."""

    at: datetime
    build: str
    """The digest of the code that was tried."""

    bites: tuple[Mapping[str, Any], ...]
    """Per sabotage: what was broken, whether it was caught, what the proof said."""

    @property
    def all_caught(self) -> bool:
        """Whether there was something to catch, and all of it was."""
        return bool(self.bites) and all(bite["caught"] for bite in self.bites)


@dataclass(frozen=True, slots=True)
class Run:
    """One run of a proof, as it is kept."""

    id: UUID
    claim: str
    subject_digest: str
    result: str
    reason: str | None
    population: int
    sabotage: SabotageRecord | None
    started_at: datetime
    finished_at: datetime
    fresh_until: datetime
    envelope: Envelope


@dataclass(frozen=True, slots=True)
class Attestation:
    """A named human's word for a claim, until a day."""

    claim: str
    subject_digest: str
    made_by: str
    made_at: datetime
    valid_until: datetime
    envelope: Envelope


@dataclass(frozen=True, slots=True)
class Standing:
    """A claim with its status and what it was computed from."""

    claim: Claim
    status: Status
    reason: str | None = None
    proof: str | None = None
    vantage: str | None = None
    latest: Run | None = None
    proved_at: datetime | None = None
    attestation: Attestation | None = None


@dataclass(frozen=True, slots=True)
class Day:
    """How many seconds of one day a claim had which status."""

    date: date
    length: float
    seconds: Mapping[str, float] = field(default_factory=dict)
