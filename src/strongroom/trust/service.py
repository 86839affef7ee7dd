"""The security page's facts: statuses, evidence, history, attestations.

Guards against a status that nobody can check: each is computed from signed rows at
the moment of asking. It cannot make a claim true, and has no verb to say so.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from strongroom.claims import Claim, Kind, Profile
from strongroom.crypto import Keyring, public_jwk, sign
from strongroom.db import Database
from strongroom.kernel import Clock, NotFound, new_id, utc_now
from strongroom.lab import (
    Outcome,
    Proof,
    attestation_of,
    build_digest,
    statement_of,
)

from . import policy, store
from .errors import NotAttestable
from .models import Attestation, Day, Run, SabotageRecord, Standing


KEPT = timedelta(days=90)
SIGNING_KEY = "evidence signing"


@dataclass(frozen=True, slots=True)
class Subject:
    """What is claimed, about which server, and what could prove it."""

    profile: Profile
    proofs: Mapping[str, Proof]
    target: str
    retention: Sequence[Any] = ()
    """What is kept, what for, and until when, as privacy's registry has it."""

    keys: Sequence[Ed25519PublicKey] = ()
    """What the house signs with besides evidence, to be published beside its key."""

    own_authority: bool = False
    """Whether the target's certificate is of an authority that nobody else trusts."""


class Trust:
    """Everything that the security page says."""

    def __init__(
        self, db: Database, keys: Keyring, subject: Subject, clock: Clock = utc_now
    ) -> None:
        """Speak about *subject*, with evidence in *db* signed by *keys*."""
        self._db, self._clock = db, clock
        self._key = keys.signing_key(SIGNING_KEY)
        self.profile, self.proofs = subject.profile, subject.proofs
        self.retention, self._other_keys = subject.retention, subject.keys
        self._target, self.own_authority = subject.target, subject.own_authority
        self.build = build_digest()

    async def standings(self) -> list[Standing]:
        """Return every claim of the page with its status now, in page order."""
        claims = self.profile.claims
        door = self._db.system(reason="compute the security page")
        runs = await store.newest_runs(door, list(claims), each=2)
        passed = await store.last_passed(door, list(claims))
        words = await store.newest_attestations(door)
        return [
            self._standing(claim, runs.get(name, []), passed.get(name), words.get(name))
            for name, claim in claims.items()
        ]

    async def standing(self, claim_id: str) -> Standing:
        """Return one claim with its status now.

        Raises:
            NotFound: the page has no such claim.

        """
        for standing in await self.standings():
            if standing.claim.id == claim_id:
                return standing
        raise NotFound

    async def runs(self, claim_id: str, limit: int = 10) -> list[Run]:
        """Return the newest runs of a claim's proof."""
        door = self._db.system(reason="show the runs of a proof")
        found = await store.newest_runs(door, [claim_id], limit)
        return found.get(claim_id, [])

    async def record(
        self, claim: Claim, outcome: Outcome, sabotage: SabotageRecord | None
    ) -> Run:
        """Sign what one run saw, and keep it."""
        proof = self.proofs[claim.id]
        fresh = outcome.finished_at + policy.fresh_for(claim.cadence or timedelta(0))
        statement = statement_of(
            claim,
            proof,
            outcome,
            store.sabotage_json(sabotage),
            target=self._target,
            build=self.build,
            fresh_until=fresh,
        )
        run = Run(
            id=new_id(),
            claim=claim.id,
            subject_digest=claim.digest(),
            result=outcome.result,
            reason=outcome.reason,
            population=outcome.population,
            sabotage=sabotage,
            started_at=outcome.started_at,
            finished_at=outcome.finished_at,
            fresh_until=fresh,
            envelope=sign(statement, self._key),
        )
        async with self._db.system(reason="keep evidence") as tx:
            await store.insert_run(tx, run)
        return run

    async def attest(self, claim_id: str, made_by: str, until: datetime) -> Attestation:
        """Keep a named human's word for a claim of kind *attested*.

        Raises:
            NotFound: the page has no such claim.
            NotAttestable: no word counts for this claim, or this one has no name
                or no day to come.

        """
        claim = self._attestable(claim_id)
        now = self._clock()
        if until <= now or not made_by.strip():
            message = "an attestation needs a name and a day that is still to come"
            raise NotAttestable(message)
        statement = attestation_of(claim, made_by, made_at=now, valid_until=until)
        envelope = sign(statement, self._key)
        word = Attestation(claim.id, claim.digest(), made_by, now, until, envelope)
        async with self._db.system(reason="keep an attestation") as tx:
            await store.insert_attestation(tx, word, new_id())
        return word

    async def history(self) -> dict[str, list[Day]]:
        """Return ninety days per claim, oldest first; a day nobody saw is empty."""
        now = self._clock()
        subjects = {name: claim.digest() for name, claim in self.profile.claims.items()}
        door = self._db.system(reason="compute the security page")
        kept = await store.days_since(door, subjects, (now - KEPT).date())
        return {name: policy.strip(kept.get(name, {}), now) for name in subjects}

    async def system_uses(self) -> list[tuple[str, int]]:
        """Return why, and how often in ninety days, the wall was crossed by its door.

        Moved into the table every half minute; the newest uses are still to come.
        """
        door = self._db.system(reason="compute the security page")
        rows = await store.system_uses(door, KEPT.days)
        return [(row["reason"], row["uses"]) for row in rows]

    async def observe(self, seconds: float) -> None:
        """Add *seconds* of each claim's present status to its history."""
        observed = [
            (each.claim.id, each.claim.digest(), each.status.value)
            for each in await self.standings()
        ]
        async with self._db.system(reason="keep the history of statuses") as tx:
            await store.add_seconds(tx, observed, seconds)

    @property
    def public_url(self) -> str:
        """Where this service is reached, without a final slash."""
        return self._target

    def now(self) -> datetime:
        """Return the moment for which statuses are computed."""
        return self._clock()

    def key_set(self) -> dict[str, Any]:
        """Return the public keys of evidence and of other records (RFC 7517)."""
        published = (self._key.public_key(), *self._other_keys)
        return {"keys": [public_jwk(each) for each in published]}

    def _standing(
        self,
        claim: Claim,
        runs: Sequence[Run],
        proved_at: datetime | None,
        word: Attestation | None,
    ) -> Standing:
        proof = self.proofs.get(claim.id)
        status, reason = policy.status_of(
            claim,
            runs,
            word,
            has_proof=proof is not None,
            build=self.build,
            now=self._clock(),
        )
        return Standing(
            claim=claim,
            status=status,
            reason=reason,
            proof=proof.name if proof else None,
            vantage=proof.vantage.value if proof else None,
            latest=runs[0] if runs else None,
            proved_at=proved_at,
            attestation=word,
        )

    def _attestable(self, claim_id: str) -> Claim:
        claim = self.profile.claims.get(claim_id)
        if claim is None:
            raise NotFound
        if claim.kind is not Kind.ATTESTED:
            message = f"{claim_id} is {claim.kind}: nobody's word counts for it"
            raise NotAttestable(message)
        return claim
