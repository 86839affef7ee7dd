"""API keys: make one, find for whom it acts, list, revoke.

Guards against keys that outlive their end, their maker's membership or their maker's
role, and against keys that make wider keys. Each use reads the row; nothing is cached.
It does not decide what a route needs; see ``strongroom.access``.
"""

from uuid import UUID

from strongroom.access import ADMINS, GRANTS, actions_for_keys
from strongroom.audit import HOUSE, Actor, AuditLog, Entry, Target
from strongroom.crypto import new_token, token_digest
from strongroom.db import Batch, Database, Tx
from strongroom.kernel import NOWHERE, Caller, NotFound, Origin, Secret, new_id

from . import events, policy, store
from .errors import ApiKeyInvalid, MadeAlready, ScopeTooWide
from .models import ApiKey, NewApiKey, WantedApiKey


class ApiKeys:
    """The keys by which programs act for members."""

    def __init__(self, db: Database, audit: AuditLog) -> None:
        """Keep digests in *db*; put what is done on record in *audit*."""
        self._db, self._audit = db, audit
        self._callers = Batch(self._look_up)

    async def find(self, token: str) -> Caller | None:
        """Return for whom the key *token* acts at this moment, or None.

        Raises:
            DatabaseUnavailable: the database did not answer in time.

        """
        if not policy.is_well_formed(token):
            return None
        return await self._callers.find(token_digest(token))

    async def of(self, organization_id: UUID) -> list[ApiKey]:
        """Return an organization's keys, the newest first."""
        return await store.all_of(self._db.tenant(organization_id))

    async def count_of(self, account_id: UUID, tx: Tx | None = None) -> int:
        """Return how many keys act for an account, in all of its organizations."""
        door = tx or self._db.system(reason="count the API keys of an account")
        return await store.count_living(door, account_id)

    async def everywhere(self) -> list[ApiKey]:
        """Return the keys of every organization, for the operator."""
        return await store.all_of(self._db.system(reason="show every API key"))

    async def create(
        self, caller: Caller, wanted: WantedApiKey, origin: Origin
    ) -> NewApiKey:
        """Make a key that acts for *caller*; its text is returned this once.

        Raises:
            ApiKeyInvalid: its name, scopes or lifetime cannot be used.
            ScopeTooWide: it would do what the caller, or any key, may not do.
            MadeAlready: the form that asks made one before.

        """
        wanted = policy.require_usable(wanted)
        if not wanted.scopes <= GRANTS.keys():
            raise ApiKeyInvalid(fields={"scopes": "There is no such scope."})
        if not wanted.scopes <= actions_for_keys(caller.role, caller.granted):
            raise ScopeTooWide(fields={"scopes": ScopeTooWide.title})
        key_id, text = wanted.form or new_id(), policy.key_text(new_token())
        hint = text[: policy.HINT_LENGTH]
        async with self._db.tenant(caller.organization_id) as tx:
            expires_at = await store.insert(
                tx, key_id, caller.account_id, token_digest(text), hint, wanted
            )
            if expires_at is None:
                raise MadeAlready
            details = {"name": wanted.name, "scopes": " ".join(sorted(wanted.scopes))}
            await self._audit.record(
                tx,
                Entry(
                    events.CREATE,
                    Actor.of(caller),
                    Target("api-key", str(key_id)),
                    caller.organization_id,
                    details=details,
                    origin=origin,
                ),
            )
        return NewApiKey(key_id, Secret(text), expires_at)

    async def revoke(self, caller: Caller, key_id: UUID, origin: Origin) -> None:
        """End a key: one's own, or as an administrator any of the organization.

        Raises:
            NotFound: there is no such living key.

        """
        maker = None if caller.role in ADMINS else caller.account_id
        async with self._db.tenant(caller.organization_id) as tx:
            if await store.revoke(tx, key_id, maker) is None:
                raise NotFound
            await self._audit.record(
                tx,
                Entry(
                    events.REVOKE,
                    Actor.of(caller),
                    Target("api-key", str(key_id)),
                    caller.organization_id,
                    origin=origin,
                ),
            )

    async def revoke_all(self, tx: Tx, account_id: UUID) -> None:
        """End every key that acts for an account whose owner froze it."""
        await store.revoke_all(tx, account_id)

    async def revoke_anywhere(self, key_id: UUID, by: str) -> None:
        """End any organization's key, for the operator; it is on record *by* whom.

        Raises:
            NotFound: there is no such living key.

        """
        async with self._db.system(reason="revoke an API key") as tx:
            organization_id = await store.revoke(tx, key_id, None)
            if organization_id is None:
                message = f"no living key has the id {key_id}"
                raise NotFound(message)
            await self._audit.record(
                tx,
                Entry(
                    events.REVOKE,
                    HOUSE,
                    Target("api-key", str(key_id)),
                    organization_id,
                    details={"by": by},
                    origin=NOWHERE,
                ),
            )

    async def _look_up(self, digests: list[bytes]) -> dict[bytes, Caller]:
        door = self._db.system(reason="look up the API key of a request")
        callers, due = await store.look_up(door, digests)
        if due:
            await store.touch(door, due)
        return callers
