"""Signing in by a provider.

Guards against answers of other sign-ins, other browsers and other providers, against
taking an address for an identity, and against a link that its owner did not ask for.
Whose account it is comes of issuer and subject; the entrance does the rest.
"""

from dataclasses import dataclass, replace
from uuid import UUID

from strongroom.access import NotForOperators
from strongroom.accounts import Account, Accounts, normalise_email
from strongroom.audit import Actor, AuditLog, Entry, Target
from strongroom.crypto import Keyring
from strongroom.db import Database, Tx
from strongroom.entrance import REFUSED, Arrival, Entrance, entry_of
from strongroom.kernel import (
    Caller,
    Conflict,
    Cookie,
    Forbidden,
    NotFound,
    Origin,
    Refusal,
    Secret,
    SettingsInvalid,
    new_id,
)
from strongroom.limits import Words
from strongroom.notices import PROVIDER_CONNECTED, PROVIDER_DISCONNECTED, Notices
from strongroom.oidc import (
    Client,
    Flow,
    Granted,
    Identity,
    IdentityRefused,
    Provider,
    ProviderSilent,
    authorize_url,
    require_issuer_of_answer,
)
from strongroom.one_time import OneTimeValues, OneTimeValueSpent
from strongroom.organizations import Organizations, require_name
from strongroom.passwords import Passwords
from strongroom.sessions import by_provider

from . import events, policy, store
from .errors import (
    AccountExists,
    EmailUnverified,
    FlowExpired,
    IdentityTaken,
    LastWayIn,
    ProviderRefused,
    ProviderUnknown,
)
from .models import Departure, LinkedIdentity, Returned, WaitingIdentity, Welcome
from .settings import OAuthSettings


@dataclass(frozen=True, slots=True)
class Parts:
    """What coming by a provider is composed of."""

    accounts: Accounts
    organizations: Organizations
    one_time: OneTimeValues
    notices: Notices
    passwords: Passwords
    entrance: Entrance
    client: Client
    keys: Keyring
    """Of which the keys of the house's own provider are derived."""


class OAuth:
    """The way in by a provider."""

    def __init__(
        self,
        db: Database,
        audit: AuditLog,
        parts: Parts,
        settings: OAuthSettings,
        words: Words,
    ) -> None:
        """Compose *parts*."""
        self._db, self._audit, self._parts, self._words = db, audit, parts, words
        self._providers = policy.providers_of(settings)
        self.canary = policy.canary_of(parts.keys, words.public_url)
        own = policy.as_provider(self.canary)
        self._all = {**self._providers, policy.CANARY: own}

    @property
    def providers(self) -> list[Provider]:
        """Those that people may come from."""
        return list(self._providers.values())

    async def depart(self, name: str, wanted: str | None = None) -> Departure:
        """Send a browser to provider *name*, to sign in.

        Raises:
            ProviderUnknown: there is no such provider.
            ProviderSilent: it does not answer.

        """
        return await self._depart(name, new_id(), policy.way_in(name), "in", wanted)

    async def depart_to_link(
        self, name: str, caller: Caller, password: Secret
    ) -> Departure:
        """Send a browser to provider *name*, to link what it says to *caller*.

        Whoever has only a session must not make themselves another way in.

        Raises:
            ProviderUnknown: there is no such provider.
            ProviderSilent: it does not answer.
            WrongPassword: it is not the caller's, or the account has none yet.
            ConnectedAlready: the caller's organization asks for another way in, and
                the account has this one: a second identity would be somebody else's.
            Forbidden: a program asks.
            NotForOperators: an operator does, who acts as the account.

        """
        _require_person(caller)
        issuer = self._provider(name).issuer
        if caller.barred == "way":
            policy.require_first(await self.of(caller), issuer)
        await self._parts.passwords.prove(caller.account_id, password)
        purpose = policy.way_to_link(name)
        return await self._depart(name, caller.account_id, purpose, "link", None)

    async def _depart(
        self, name: str, subject: UUID, purpose: str, kind: str, wanted: str | None
    ) -> Departure:
        provider = self._provider(name)
        metadata = await self._parts.client.metadata(provider)
        async with self._db.system(reason="let a browser go to a provider") as tx:
            token = await self._parts.one_time.mint(
                tx, purpose, subject, policy.LIFETIME
            )
        back = policy.redirect_uri(self._words.public_url, name)
        url = authorize_url(provider, metadata, Flow(token), back)
        value = f"{kind}~{token.reveal()}~{wanted or ''}"
        return Departure(provider.title, url, [policy.cookie(policy.WAY_COOKIE, value)])

    async def come_back(
        self, name: str, returned: Returned, caller: Caller | None, origin: Origin
    ) -> Welcome:
        """Let a browser in that comes back from provider *name*, or link, or ask on.

        Nothing changes before every check has passed.

        Raises:
            FlowExpired: the way began elsewhere, too long ago, or has ended.
            ProviderRefused: the provider says no.
            IdentityRefused: its answer does not check out.
            ProviderSilent: it does not answer, or takes no secret of ours.
            EmailUnverified: somebody new has no verified address.
            AccountExists: somebody new has another account's address.
            IdentityTaken: what shall be linked is another account's.
            NotForOperators: an operator comes back, who acts as the account.

        """
        provider = self._provider(name)
        kind, token, wanted = _read(returned.cookie)
        try:
            subject = await self._spend(name, kind, token)
            identity = await self._identity(provider, Flow(token), returned)
            if kind == "link":
                return await self._link(identity, subject, caller, origin)
            return await self._enter(provider, identity, wanted, origin)
        except (
            FlowExpired,
            ProviderRefused,
            IdentityRefused,
            EmailUnverified,
            AccountExists,
            IdentityTaken,
        ) as refused:
            await self._refuse(kind, refused, origin)
            raise

    async def newcomer(self, token: Secret) -> WaitingIdentity:
        """Return who waits for the name of their organization.

        Raises:
            FlowExpired: nobody does, any more.

        """
        try:
            found = await self._parts.one_time.attempt(policy.NEWCOMER, token)
        except OneTimeValueSpent:
            raise FlowExpired from None
        door = self._db.system(reason="find who came by a provider")
        waiting = await store.waiting(door, found)
        if waiting is None:
            raise FlowExpired
        return waiting

    async def sign_up(
        self, token: Secret, organization: str, origin: Origin
    ) -> Welcome:
        """Make account and organization of somebody new, and sign them in.

        Raises:
            FlowExpired: it took too long, or was done already.
            NameInvalid: the organization cannot be called that.
            AccountExists: the address has an account by now.

        """
        name, waiting = require_name(organization), await self.newcomer(token)
        try:
            async with self._db.system(reason="make an account by a provider") as tx:
                await self._parts.one_time.consume(tx, policy.NEWCOMER, token)
                account = await self._parts.accounts.create(tx, waiting.email)
                where = await self._parts.organizations.found(tx, name, account.id)
                if not await store.link(tx, new_id(), account.id, waiting):
                    raise IdentityTaken
                await store.forget(tx, waiting.id)
                entry = entry_of(events.SIGN_UP, account, where.id, origin)
                await self._audit.record(tx, entry)
        except OneTimeValueSpent:
            raise FlowExpired from None
        except IdentityTaken:
            raise
        except Conflict:
            raise AccountExists from None
        arrival = await self._admit(account, waiting.provider, origin)
        gone = policy.cookie(policy.NEWCOMER_COOKIE, "")
        return Welcome(None, _with(arrival, gone), ())

    async def of(self, caller: Caller) -> list[LinkedIdentity]:
        """Return the caller's identities, oldest first."""
        door = self._db.system(reason="list an account's identities")
        return await store.of(door, caller.account_id)

    async def unlink(
        self, caller: Caller, identity_id: UUID, password: Secret, origin: Origin
    ) -> None:
        """Let an identity sign in to the caller's account no more.

        Raises:
            NotFound: the account has no such identity.
            LastWayIn: it has no other way in.
            WrongPassword: it is not the caller's, or the account has none yet.
            Forbidden: a program asks.

        """
        _require_person(caller)
        mine = caller.account_id
        if identity_id not in {each.id for each in await self.of(caller)}:
            raise NotFound
        door = self._db.system(reason="see which ways in would be left")
        if not await store.has_ways_besides(door, mine, identity_id):
            raise LastWayIn
        # Whoever has the password keeps a way in, whatever else is connected.
        await self._parts.passwords.prove(mine, password)
        async with self._db.system(reason="disconnect an identity") as tx:
            if not await store.unlink(tx, mine, identity_id):
                raise NotFound
            account = Account(mine, caller.email)
            await self._parts.notices.notify(tx, account, PROVIDER_DISCONNECTED, origin)
            await self._record(tx, events.UNLINK, caller, identity_id, origin)

    async def unlink_all(self, tx: Tx, account_id: UUID) -> None:
        """Forget every identity of an account, which then signs in otherwise."""
        await store.unlink_all(tx, account_id)

    def _provider(self, name: str) -> Provider:
        if name not in self._all:
            raise ProviderUnknown
        return self._all[name]

    async def _spend(self, name: str, kind: str, token: Secret) -> UUID:
        purpose = policy.way_to_link(name) if kind == "link" else policy.way_in(name)
        try:
            async with self._db.system(reason="let a browser come back once") as tx:
                return await self._parts.one_time.consume(tx, purpose, token)
        except OneTimeValueSpent:
            raise FlowExpired from None

    async def _identity(
        self, provider: Provider, flow: Flow, returned: Returned
    ) -> Identity:
        # A no lets nobody in, and some providers say it without the state, although
        # RFC 6749 §4.1.2.1 asks for it: the person is told what it is all the same.
        if returned.error:
            raise ProviderRefused
        flow.require_state(returned.state)
        client = self._parts.client
        require_issuer_of_answer(await client.metadata(provider), returned.issuer)
        if not returned.code:
            raise ProviderRefused
        back = policy.redirect_uri(self._words.public_url, provider.name)
        try:
            return await client.identity(provider, Granted(returned.code, flow, back))
        except SettingsInvalid:  # It was there when the server started.
            raise ProviderSilent(policy.SILENT) from None

    async def _enter(
        self, provider: Provider, identity: Identity, wanted: str | None, origin: Origin
    ) -> Welcome:
        account = await self._account_of(identity)
        gone = policy.cookie(policy.WAY_COOKIE, "")
        if account is None:
            waits = await self._wait(provider, identity)
            return Welcome(None, None, [gone, waits])
        try:
            if account.disabled:
                raise ProviderRefused
            arrival = await self._admit(account, provider.name, origin)
        except (ProviderRefused, *REFUSED) as refused:
            await self._parts.entrance.refuse(events.SIGN_IN, account, refused, origin)
            raise
        return Welcome(wanted, _with(arrival, gone), ())

    async def _admit(self, account: Account, name: str, origin: Origin) -> Arrival:
        way = by_provider(name)
        return await self._parts.entrance.admit(account, way, events.SIGN_IN, origin)

    async def _account_of(self, identity: Identity) -> Account | None:
        door = self._db.system(reason="find the account of an identity")
        found = await store.account_of(door, identity.issuer, identity.subject)
        return await self._parts.accounts.find_by_id(found) if found else None

    async def _wait(self, provider: Provider, identity: Identity) -> Cookie:
        policy.require_vouched(provider, identity)
        email = normalise_email(identity.email)
        if await self._parts.accounts.find(email) is not None:
            raise AccountExists
        waiting = WaitingIdentity(
            new_id(), identity.issuer, identity.subject, email, provider.name
        )
        async with self._db.system(reason="let somebody new name their house") as tx:
            await store.keep(tx, waiting, policy.LIFETIME)
            token = await self._parts.one_time.mint(
                tx, policy.NEWCOMER, waiting.id, policy.LIFETIME
            )
        return policy.cookie(policy.NEWCOMER_COOKIE, token.reveal())

    async def _link(
        self,
        identity: Identity,
        subject: UUID,
        caller: Caller | None,
        origin: Origin,
    ) -> Welcome:
        if caller is None or caller.account_id != subject:
            raise FlowExpired
        _require_person(caller)
        account = Account(caller.account_id, caller.email)
        identity_id = new_id()
        async with self._db.system(reason="connect an identity") as tx:
            await store.hold(tx, account.id)
            if caller.barred == "way":  # Asked again: it may have gone there twice.
                known = await store.of(tx, account.id)
                policy.require_first(known, identity.issuer)
            if not await store.link(tx, identity_id, caller.account_id, identity):
                raise IdentityTaken
            await self._parts.notices.notify(tx, account, PROVIDER_CONNECTED, origin)
            await self._record(tx, events.LINK, caller, identity_id, origin)
        gone = policy.cookie(policy.WAY_COOKIE, "")
        return Welcome(None, None, [gone], linked=True)

    async def _record(
        self, tx: Tx, action: str, caller: Caller, identity_id: UUID, origin: Origin
    ) -> None:
        target = Target("identity", str(identity_id))
        where = caller.organization_id
        entry = Entry(action, Actor.of(caller), target, where, origin=origin)
        await self._audit.record(tx, entry)

    async def _refuse(self, kind: str, refused: Refusal, origin: Origin) -> None:
        if refused.on_record:
            return
        action = events.LINK if kind == "link" else events.SIGN_IN
        await self._parts.entrance.refuse(action, None, refused, origin)


def _read(cookie: str) -> tuple[str, Secret, str | None]:
    parts = cookie.split("~", 2)
    if len(parts) != 3 or parts[0] not in {"in", "link"}:  # noqa: PLR2004
        raise FlowExpired
    return parts[0], Secret(parts[1]), parts[2] or None


def _with(arrival: Arrival, cookie: Cookie) -> Arrival:
    return replace(arrival, cookies=[*arrival.cookies, cookie])


def _require_person(caller: Caller) -> None:
    if caller.scopes is not None:  # A key opens no way in.
        raise Forbidden
    if caller.acting is not None:
        raise NotForOperators
