"""Integrations: create, test, use, replace, reveal, delete, each on record.

Guards a shared credential against the people who share it. It is opened here, at the
moment of use, and goes to the hosts that it was given for; what comes back is told
without it. Reading one needs an action of its own and the password again.
"""

from dataclasses import dataclass, replace
from functools import partial
from typing import Any
from uuid import UUID

import msgspec

from strongroom.audit import AuditLog, Entry, Target
from strongroom.connectors import (
    Connectors,
    Fields,
    Kind,
    Lender,
    Renew,
    Tested,
    Token,
    Used,
    destination,
    hosts_of,
    kind_of,
    parse_dsn,
    require_fields,
    require_secret,
)
from strongroom.crypto import Keyring
from strongroom.db import Database, Tx
from strongroom.egress import HostRefused, HostUnreachable
from strongroom.kernel import (
    Caller,
    Clock,
    Conflict,
    NotFound,
    Origin,
    Secret,
    new_id,
    utc_now,
)
from strongroom.outbox import Outbox
from strongroom.passwords import Passwords
from strongroom.vault import KeyOwner, Place, Vault

from . import events, policy, store
from .errors import CannotUndo, SecretElsewhere, SecretNeeded, WriteOnly
from .models import Integration, Sealed, Stored, Wish
from .policy import UNDO
from .settings import IntegrationSettings


TABLE, COLUMN = "strongroom.integrations", "sealed"
MIRROR = "integration mirror"
"""What the mirror's key is derived for."""


@dataclass(frozen=True, slots=True)
class Parts:
    """What integrations are composed of."""

    vault: Vault
    audit: AuditLog
    outbox: Outbox
    passwords: Passwords
    connectors: Connectors
    keys: Keyring


class Integrations:
    """An organization's credentials for other services."""

    def __init__(
        self,
        db: Database,
        parts: Parts,
        settings: IntegrationSettings,
        clock: Clock = utc_now,
    ) -> None:
        """Keep rows in *db*, composed of *parts*, under the rules of *settings*."""
        self.db, self.parts, self.settings = db, parts, settings
        self._clock = clock
        self._key = parts.keys.derive("integration fingerprints")
        self._lender = Lender()
        self.mirror_key = parts.keys.derive(MIRROR)

    def is_due(self, integration: Integration) -> bool:
        """Say whether its secret should be replaced."""
        return self._clock() >= integration.due_at(self.settings.rotate_after)

    async def all(self, caller: Caller) -> list[Integration]:
        """Return the organization's integrations, those lately deleted last."""
        return await store.newest(self.db.tenant(caller.organization_id), UNDO)

    async def get(self, caller: Caller, integration: UUID) -> Integration:
        """Return one integration.

        Raises:
            NotFound: there is none, or it is another organization's.

        """
        return (await self._find(caller, integration)).integration

    async def create(
        self, caller: Caller, kind: str, wish: Wish, origin: Origin
    ) -> Integration:
        """Keep a new credential.

        Raises:
            FieldsInvalid: a field cannot be used.
            EgressRefused: its host may not be reached.

        """
        row = new_id()
        new = await self._stored(caller, kind_of(kind), row, wish)
        entry = _entry(events.CREATE, row, caller, origin)
        async with self.db.tenant(caller.organization_id) as tx:
            await store.add(tx, new)
            await self.parts.audit.record(tx, entry)
        return await self.get(caller, row)

    async def change(
        self, caller: Caller, integration: UUID, wish: Wish, origin: Origin
    ) -> Integration:
        """Give it another name, other fields, and, if one is given, another secret.

        Raises:
            NotFound: there is none, or it is another organization's.
            FieldsInvalid: a field cannot be used.
            SecretNeeded: it would go to another host, and the secret was not given.
            EgressRefused: its host may not be reached.

        """
        before = await self._find(caller, integration)
        after = await self._changed(caller, before, wish)
        changes = (before, after, wish.secret is not None)
        await self._write(caller, changes, events.CHANGE, origin)
        return await self.get(caller, integration)

    async def rotate(
        self, caller: Caller, integration: UUID, secret: Secret, origin: Origin
    ) -> Integration:
        """Replace the secret; everything else stays.

        Raises:
            NotFound: there is none, or it is another organization's.
            FieldsInvalid: the secret cannot be used, or is the one that is kept.

        """
        before = await self._find(caller, integration)
        shown, kind = before.integration, kind_of(before.integration.kind)
        wish = Wish(shown.name, _typed(kind, shown.fields), secret)
        after = await self._stored(caller, kind, shown.id, wish)
        policy.require_other_secret(shown, after.integration)
        await self._write(caller, (before, after, True), events.ROTATE, origin)
        return await self.get(caller, integration)

    async def test(self, caller: Caller, integration: UUID, origin: Origin) -> Tested:
        """Try the connection with the credential, and keep what came of it.

        Raises:
            NotFound: there is none, or it is another organization's.
            EgressRefused: its host may not be reached.
            SecretElsewhere: the row names another host than the secret was given for.

        """
        found = await self._find(caller, integration)
        kind, secret = await self._open(caller, found)
        await self._record(events.TEST, found.integration, caller, origin)
        fields = found.integration.fields
        renew = self.renewing(caller.organization_id, found)
        tested = await self.parts.connectors.test(kind, fields, secret, renew)
        async with self.db.tenant(caller.organization_id) as tx:
            await store.keep_test(tx, integration, tested)
        return tested

    async def use(
        self,
        caller: Caller,
        integration: UUID,
        verb: str,
        arguments: Fields,
        origin: Origin,
    ) -> Used:
        """Let the house do *verb* with the credential; return what came back.

        It is on record before the secret leaves, so that no use is without a trace.

        Raises:
            NotFound: there is none, or it is another organization's.
            ArgumentInvalid: the kind has no such verb, or it cannot be sent.
            EgressRefused: its host may not be reached.
            SecretElsewhere: the row names another host than the secret was given for.
            HostUnreachable: the host did not answer.
            HostRefused: the host refused.

        """
        found = await self._find(caller, integration)
        kind, secret = await self._open(caller, found)
        shown = found.integration
        prepare = self.parts.connectors.prepared
        renew = self.renewing(caller.organization_id, found)
        work = prepare(kind, shown.fields, secret, verb, arguments, renew)
        where = shown.destination
        await self._record(events.USE, shown, caller, origin, verb=verb, host=where)
        try:
            return await work()
        except (HostUnreachable, HostRefused) as failed:
            failed.on_record = True  # The use is; that it came to nothing is an answer.
            raise

    async def reveal(
        self, caller: Caller, integration: UUID, password: Secret, origin: Origin
    ) -> Secret:
        """Return the secret to somebody who has just proved who they are.

        Raises:
            NotFound: there is none, or it is another organization's.
            WriteOnly: secrets of this kind are never read back.
            WrongPassword: it is not the caller's.

        """
        found = await self._find(caller, integration)
        if kind_of(found.integration.kind).write_only:
            raise WriteOnly
        await self.parts.passwords.prove(caller.account_id, password)
        _, secret = await self._open(caller, found)
        await self._record(events.REVEAL, found.integration, caller, origin)
        return secret

    async def delete(self, caller: Caller, integration: UUID, origin: Origin) -> None:
        """Delete it; for a day this can be undone, and nothing uses it meanwhile.

        Raises:
            NotFound: there is none, or it is another organization's.

        """
        async with self.db.tenant(caller.organization_id) as tx:
            if not await store.delete(tx, integration):
                raise NotFound
            entry = _entry(events.DELETE, integration, caller, origin)
            await self.parts.audit.record(tx, entry)

    async def restore(self, caller: Caller, integration: UUID, origin: Origin) -> None:
        """Undo a deletion.

        Raises:
            CannotUndo: nothing was deleted within a day.

        """
        async with self.db.tenant(caller.organization_id) as tx:
            if not await store.restore(tx, integration, UNDO):
                raise CannotUndo
            entry = _entry(events.RESTORE, integration, caller, origin)
            await self.parts.audit.record(tx, entry)

    def renewing(self, organization_id: UUID, found: Stored) -> Renew:
        """Return what lends an integration by OAuth its access token."""
        shown = found.integration
        exchange = partial(self._exchange, organization_id, shown.id)
        return self._lender.of(shown.id, shown.mark, exchange)

    async def _exchange(self, organization_id: UUID, row: UUID) -> Token:
        """Exchange a credential, and keep the one that comes in its place.

        The row is locked meanwhile: two uses of one refresh token are taken for theft
        where it is replaced, and end every token (RFC 9700 §4.14.2).
        """
        async with self.db.tenant(organization_id) as tx:
            found = await store.find_locked(tx, row)
            if found is None:
                raise NotFound
            kind, secret = await open_stored(self.parts.vault, organization_id, found)
            fields = found.integration.fields
            token = await self.parts.connectors.exchange(kind, fields, secret)
            if token.credential.reveal() != secret.reveal():
                await self._renew(tx, organization_id, found, token.credential)
        return token

    async def _renew(
        self, tx: Tx, organization_id: UUID, found: Stored, secret: Secret
    ) -> None:
        shown = found.integration
        sealed = await self._seal(organization_id, shown, secret)
        marks = self._marks(organization_id, kind_of(shown.kind), secret)
        await store.renew(tx, shown.id, sealed, *marks)

    def _marks(self, where: UUID, kind: Kind, secret: Secret) -> tuple[str, str]:
        """Return the last four characters of a secret, and its fingerprint."""
        fingerprint = policy.fingerprint(self._key, where, secret)
        return policy.last_four(kind, secret), fingerprint

    async def _seal(self, where: UUID, shown: Integration, secret: Secret) -> str:
        bound = policy.bound(kind_of(shown.kind), shown.destination)
        content = msgspec.json.encode(Sealed(bound, secret.reveal())).decode()
        place = Place(TABLE, COLUMN, shown.id)
        owner = KeyOwner.organization(where)
        return await self.parts.vault.seal(owner, place, Secret(content))

    async def _find(self, caller: Caller, integration: UUID) -> Stored:
        found = await store.find(self.db.tenant(caller.organization_id), integration)
        if found is None:
            raise NotFound
        return found

    async def _stored(
        self, caller: Caller, kind: Kind, row: UUID, wish: Wish
    ) -> Stored:
        """Return what is written of a *wish*, with its secret sealed for its hosts."""
        name, fields = policy.require_name(wish.name), wish.fields
        fields = require_fields(kind, fields)
        secret = require_secret(kind, wish.secret)
        for host, port in hosts_of(kind, fields, secret):
            self.parts.connectors.gate.require_listed(host, port)
        if kind.secret.form == "dsn":
            fields["shown"] = parse_dsn(kind, secret).shown
        marks = self._marks(caller.organization_id, kind, secret)
        shown = policy.shown(
            kind, row, Wish(name, fields, secret), self._clock(), marks
        )
        sealed = await self._seal(caller.organization_id, shown, secret)
        return Stored(shown, sealed)

    async def _changed(self, caller: Caller, before: Stored, wish: Wish) -> Stored:
        shown = before.integration
        kind = kind_of(shown.kind)
        if wish.secret is not None:
            return await self._stored(caller, kind, shown.id, wish)
        fields = require_fields(kind, wish.fields)
        if kind.secret.form == "dsn":
            fields = dict(shown.fields)
        elif destination(kind, fields, Secret("")) != shown.destination:
            raise SecretNeeded(fields={kind.secret.name: SecretNeeded.title})
        name = policy.require_name(wish.name)
        return replace(before, integration=replace(shown, name=name, fields=fields))

    async def _write(
        self,
        caller: Caller,
        changes: tuple[Stored, Stored, bool],
        action: str,
        origin: Origin,
    ) -> None:
        before, after, rotated = changes
        entry = _entry(action, after.integration.id, caller, origin)
        async with self.db.tenant(caller.organization_id) as tx:
            if not await store.change(tx, after, before, rotated=rotated):
                message = "Somebody else changed it meanwhile. Look again."
                raise Conflict(message)
            await self.parts.audit.record(tx, entry)

    async def _open(self, caller: Caller, found: Stored) -> tuple[Kind, Secret]:
        return await open_stored(self.parts.vault, caller.organization_id, found)

    async def _record(
        self,
        action: str,
        shown: Integration,
        caller: Caller,
        origin: Origin,
        **details: str,
    ) -> None:
        entry = _entry(action, shown.id, caller, origin, **details)
        async with self.db.tenant(caller.organization_id) as tx:
            await self.parts.audit.record(tx, entry)


async def open_stored(
    vault: Vault, organization_id: UUID, found: Stored
) -> tuple[Kind, Secret]:
    """Return the kind and the secret, if it was given for what the row names.

    Raises:
        SealBroken: it was altered, cut or moved.
        SecretElsewhere: the row names another host, or is of another kind.

    """
    shown, owner = found.integration, KeyOwner.organization(organization_id)
    opened = await vault.open(owner, Place(TABLE, COLUMN, shown.id), found.sealed)
    content = msgspec.json.decode(opened.reveal(), type=Sealed)
    kind, secret = kind_of(shown.kind), Secret(content.secret)
    where = destination(kind, shown.fields, secret)
    if content.bound != policy.bound(kind, where):
        raise SecretElsewhere
    return kind, secret


def _typed(kind: Kind, fields: Fields) -> dict[str, str]:
    """Return the fields that a person typed, without those derived from the secret."""
    return {each.name: fields[each.name] for each in kind.fields}


def _entry(
    action: str, integration: UUID, caller: Caller, origin: Origin, **details: Any
) -> Entry:
    target = Target("integration", str(integration))
    return Entry.by(caller, action, target, origin, **details)
