"""Token pairs: connect an app, find for whom it acts, refresh, disconnect.

Guards against tokens that outlive their session, membership or scopes: the row is read
at each use. A refresh token works once; whoever shows an older one ends the family and
its session. It does not decide what a route needs; see ``strongroom.access``.
"""

import math
import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from time import monotonic
from uuid import UUID

from strongroom.access import GRANTS, actions_for_keys
from strongroom.audit import HOUSE, Actor, AuditLog, Entry, Target
from strongroom.crypto import Keyring
from strongroom.db import Batch, Database, Tx
from strongroom.kernel import (
    NOWHERE,
    Caller,
    Clock,
    NotFound,
    Origin,
    Secret,
    new_id,
    utc_now,
)
from strongroom.limits import Alarms, Attempt, Words
from strongroom.outbox import Outbox
from strongroom.sessions import Sessions
from strongroom.tokens import ScopeTooWide

from . import events, policy, store
from .errors import (
    RefreshTokenInvalid,
    RefreshTokenReused,
    SigningKeyWaits,
    TokenPairInvalid,
)
from .models import (
    NewSigningKey,
    NewTokens,
    Refreshing,
    TokenPair,
    Turn,
    WantedTokenPair,
)
from .settings import TokenPairSettings


TURNS_KNOWN = 60.0
"""Seconds for which a process goes on with the keys that it has read. A new one is
published for far longer before it signs."""


@dataclass(frozen=True, slots=True)
class Parts:
    """What token pairs work with."""

    alarms: Alarms
    audit: AuditLog
    keys: Keyring
    outbox: Outbox
    sessions: Sessions


class TokenPairs:
    """The tokens of apps to which people gave a part of what they may do."""

    def __init__(
        self,
        db: Database,
        parts: Parts,
        settings: TokenPairSettings,
        words: Words,
        clock: Clock = utc_now,
    ) -> None:
        """Keep families in *db*, and sign for the address in *words*."""
        self._db, self._parts, self._settings = db, parts, settings
        self._words, self._clock = words, clock
        self._turns: Sequence[Turn] = ()
        self._turns_read = -math.inf
        self._secret = parts.keys.derive("refresh tokens")
        self._callers = Batch(self._look_up)

    async def find(self, token: str) -> Caller | None:
        """Return for whom the access *token* acts at this moment, or None.

        Raises:
            DatabaseUnavailable: the database did not answer in time.

        """
        try:
            says = (await self._issuer()).verify(token, self._clock())
        except policy.NotGenuine:
            return None
        caller = await self._callers.find(says.pair_id)
        if caller is None:
            return None
        found = (caller.account_id, caller.organization_id, caller.session_id)
        said = (says.account_id, says.organization_id, says.session_id)
        return caller if found == said else None

    async def key_set(self) -> dict[str, object]:
        """Return the public keys under which access tokens verify (RFC 7517)."""
        self._turns_read = -math.inf  # Whoever reads this caches it.
        return policy.key_set((await self._issuer()).published(self._clock()))

    async def rotate_key(self, by: str) -> NewSigningKey:
        """Let another key sign access tokens soon, which is on record *by* whom.

        Until then it is published, and afterwards so is the one before it, for as long
        as tokens that it signed live: no app notices.

        Raises:
            SigningKeyWaits: the last one that somebody made does not sign yet.

        """
        async with self._db.system(reason="replace what signs access tokens") as tx:
            salt = os.urandom(policy.SALT_BYTES)
            turn = await store.begin_turn(tx, new_id(), salt, policy.AHEAD)
            if turn is None:
                raise SigningKeyWaits
            issuer = policy.Issuer(self._parts.keys, self._words.public_url, [turn])
            kid = issuer.signing(turn.signs_from).thumbprint()
            target, details = Target("signing-key", kid), {"by": by}
            entry = Entry(
                events.ROTATE_KEY, HOUSE, target, details=details, origin=NOWHERE
            )
            await self._parts.audit.record(tx, entry)
        return NewSigningKey(kid, turn.signs_from)

    async def of(self, caller: Caller) -> list[TokenPair]:
        """Return the caller's connected apps, the newest first."""
        door = self._db.system(reason="list the apps of an account")
        return await store.living(door, caller.account_id)

    async def create(
        self, caller: Caller, wanted: WantedTokenPair, origin: Origin
    ) -> NewTokens:
        """Connect an app; its tokens are returned this once.

        Raises:
            TokenPairInvalid: its name or scopes cannot be used.
            ScopeTooWide: it would do what the caller, or any program, may not do.

        """
        wanted = policy.require_usable(wanted)
        if not wanted.scopes <= GRANTS.keys():
            raise TokenPairInvalid(fields={"scopes": "There is no such scope."})
        if not wanted.scopes <= actions_for_keys(caller.role, caller.granted):
            raise ScopeTooWide(fields={"scopes": ScopeTooWide.title})
        lifetime = self._settings.refresh
        async with self._db.tenant(caller.organization_id) as tx:
            pair = await store.insert(tx, new_id(), caller, wanted, lifetime)
            details = {"name": pair.name, "scopes": " ".join(sorted(pair.scopes))}
            who = Actor.of(caller)
            await self._record(tx, events.CREATE, who, pair, origin, details)
        return await self._tokens(pair, 1)

    async def refresh(self, text: str, origin: Origin) -> NewTokens:
        """Return the next tokens of an app.

        The same answer is given again within the grace, while its tokens are unused.

        Raises:
            RefreshTokenInvalid: it is none of ours, or its family or session has ended.
            RefreshTokenReused: it was used before. Its family and session are ended.

        """
        shown = policy.read_refresh(self._secret, text)
        if shown is None:
            raise RefreshTokenInvalid
        async with self._db.system(reason="refresh the tokens of an app") as tx:
            pair = await self._take(tx, shown)
            if pair is not None:
                who = Actor("account", pair.account_id)
                await self._record(tx, events.REFRESH, who, pair, origin)
            found = pair or await self._end_family(tx, shown.pair_id, origin)
        # Raised out here, so that what it ended stays ended.
        if isinstance(found, Attempt):
            await self._parts.alarms.note_reused_token(found)
            raise RefreshTokenReused
        return await self._tokens(found, shown.generation + 1)

    async def revoke(self, caller: Caller, pair_id: UUID, origin: Origin) -> None:
        """Disconnect one of the caller's apps; its next request is refused.

        Raises:
            NotFound: the caller has no such app.

        """
        async with self._db.system(reason="disconnect an app") as tx:
            if not await store.end(tx, pair_id, caller.account_id):
                raise NotFound
            pair = await store.one(tx, pair_id)
            await self._record(tx, events.REVOKE, Actor.of(caller), pair, origin)

    async def _take(self, tx: Tx, shown: Refreshing) -> TokenPair | None:
        """Return the pair whose next tokens are due, or None when this is a reuse."""
        pair = await store.rotate(tx, shown)
        if pair is not None:
            return pair
        state = await store.state(tx, shown.pair_id, self._settings.grace)
        if state is None or state.ended or not state.alive:
            raise RefreshTokenInvalid
        if state.generation == shown.generation + 1 and state.lately:
            return await store.one(tx, shown.pair_id)
        return None

    async def _end_family(self, tx: Tx, pair_id: UUID, origin: Origin) -> Attempt:
        pair = await store.one(tx, pair_id)
        await store.end(tx, pair_id, pair.account_id)
        await self._parts.sessions.end_stolen(tx, pair.session_id)
        await self._record(tx, events.REUSE, HOUSE, pair, origin)
        words = self._words
        mail = policy.reuse_mail(words.service_name, words.public_url, pair.name)
        email = await store.address_of(tx, pair.account_id)
        await self._parts.outbox.post(tx, email, *mail)
        return Attempt(email, origin, pair.account_id, [pair.organization_id])

    async def _record(
        self,
        tx: Tx,
        action: str,
        who: Actor,
        pair: TokenPair,
        origin: Origin,
        details: dict[str, str] | None = None,
    ) -> None:
        entry = Entry(
            action,
            who,
            Target("token-pair", str(pair.id)),
            pair.organization_id,
            details=details or {},
            origin=origin,
        )
        await self._parts.audit.record(tx, entry)

    async def _issuer(self) -> policy.Issuer:
        """Return who signs; what followed by hand is read again after a moment."""
        if monotonic() - self._turns_read > TURNS_KNOWN:
            door = self._db.system(reason="see which keys sign access tokens")
            self._turns = await store.turns(door)
            self._turns_read = monotonic()
        return policy.Issuer(self._parts.keys, self._words.public_url, self._turns)

    async def _tokens(self, pair: TokenPair, generation: int) -> NewTokens:
        now: datetime = self._clock()
        ends = now + self._settings.access
        refresh = policy.refresh_text(self._secret, Refreshing(pair.id, generation))
        return NewTokens(
            pair.id,
            Secret((await self._issuer()).sign(pair, now, ends)),
            ends,
            Secret(refresh),
            pair.expires_at,
        )

    async def _look_up(self, pair_ids: list[UUID]) -> dict[UUID, Caller]:
        door = self._db.system(reason="look up the token of a request")
        callers, due = await store.look_up(door, pair_ids)
        if due:
            await self._parts.sessions.touch(due)
        return callers
