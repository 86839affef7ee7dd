"""Services: add one, recognise its calls, tell it for whom a credential acts.

Guards against user tokens on service routes, and against calls that were altered or
came before. Only public keys are kept: whoever reads the database signs nothing.
"""

from datetime import timedelta
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from strongroom.admission import is_within
from strongroom.audit import HOUSE, Actor, AuditLog, Entry, Target
from strongroom.db import Database, Tx
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
from strongroom.sessions import Sessions
from strongroom.token_pairs import TokenPairs
from strongroom.tokens import ApiKeys

from . import events, policy, store
from .errors import ServiceCallReplayed, ServiceExists, ServiceSignatureInvalid
from .models import Introspected, NewSigner, ServiceCall, Shown, Signer


class Services:
    """The operator's programs that call this one."""

    def __init__(
        self,
        db: Database,
        audit: AuditLog,
        finders: tuple[Sessions, ApiKeys, TokenPairs],
        clock: Clock = utc_now,
    ) -> None:
        """Keep public keys in *db*; ask *finders* for whom a credential acts."""
        self._db, self._audit, self._clock = db, audit, clock
        self._finders = finders

    async def recognise(self, call: ServiceCall) -> str:
        """Return the name of the service that made *call*, and let it in once.

        Raises:
            ServiceSignatureInvalid: no service signed it as it came, at this moment.
            ServiceCallReplayed: it came before.
            DatabaseUnavailable: nobody can tell.

        """
        said = policy.read_signature(call, self._clock())
        async with self._db.system(reason="recognise a service") as tx:
            found = await store.public_key(tx, said.service_id)
            if found is None:
                raise ServiceSignatureInvalid
            name, public_key = found
            policy.require_signed(call, said, public_key)
            # Only now: a stranger cannot spend a service's nonces.
            kept = 2 * policy.WINDOW + timedelta(seconds=5)
            if not await store.claim_nonce(tx, said.service_id, said.nonce, kept):
                raise ServiceCallReplayed
        return name

    async def introspect(
        self, service: str, shown: Shown, origin: Origin
    ) -> Introspected:
        """Tell a service for whom a session cookie or bearer acts (RFC 7662).

        Whoever their organization lets in from some networks only is nobody elsewhere,
        and where the service does not say from where they came.
        """
        caller = await self._find(shown.token)
        if caller is not None and not _is_at_home(caller, shown.address):
            caller = None  # The service could not tell them from the person at home.
        entry = Entry(
            events.INTROSPECT,
            Actor("house", name=f"service {service}"),
            Target("session", str(caller.session_id) if caller else None),
            caller.organization_id if caller else None,
            origin=origin,
        )
        async with self._db.system(reason="tell a service of a session") as tx:
            await self._audit.record(tx, entry)
        return Introspected(caller)

    async def add(self, name: str, by: str) -> NewSigner:
        """Add a service; its private key is returned this once.

        It is on record *by* whom.

        Raises:
            ServiceExists: the name is taken.

        """
        key, service_id = Ed25519PrivateKey.generate(), new_id()
        public = key.public_key().public_bytes_raw()
        async with self._db.system(reason="add a service") as tx:
            if not await store.insert(tx, service_id, name, public):
                raise ServiceExists
            details = {"by": by, "name": name}
            await self._record(tx, events.ADD, service_id, details)
        return NewSigner(service_id, name, Secret(key.private_bytes_raw().hex()))

    async def all(self) -> list[Signer]:
        """Return every service, for the operator."""
        return await store.everything(self._db.system(reason="show every service"))

    async def revoke(self, service_id: UUID, by: str) -> None:
        """Revoke a service; its next call is refused, and it is on record *by* whom.

        Raises:
            NotFound: there is no such service.

        """
        async with self._db.system(reason="revoke a service") as tx:
            if not await store.revoke(tx, service_id):
                message = f"no service that is not revoked has the id {service_id}"
                raise NotFound(message)
            await self._record(tx, events.REVOKE, service_id, {"by": by})

    async def _record(
        self, tx: Tx, action: str, service_id: UUID, details: dict[str, str]
    ) -> None:
        target = Target("service", str(service_id))
        entry = Entry(action, HOUSE, target, origin=NOWHERE, details=details)
        await self._audit.record(tx, entry)

    async def _find(self, token: Secret) -> Caller | None:
        for finder in self._finders:
            found = await finder.find(token.reveal())
            if found is not None:
                return found
        return None


def _is_at_home(caller: Caller, address: str | None) -> bool:
    """Say whether *caller* is a person who meets their organization's policy."""
    if caller.barred or caller.acting:
        return False
    return not caller.networks or is_within(address, caller.networks)
