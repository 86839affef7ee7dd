"""Strongroom as a library: every verb of the house, built once, without a face.

Opens nothing on the network but its database connections. A server, a command or
another program's own routes call these verbs.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from inspect import signature
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar
from urllib.parse import urlsplit

from strongroom.access import Access
from strongroom.accounts import Accounts
from strongroom.addresses import Addresses
from strongroom.admission import Admission, Parts as AdmissionParts, WayIn
from strongroom.audit import (
    AuditLog,
    AuditSettings,
    AuditTree,
    AuditViews,
    TreePlace,
)
from strongroom.backups import Backups, BackupSettings
from strongroom.break_glass import BreakGlass
from strongroom.connectors import KNOWN_HOSTS, Connectors
from strongroom.crypto import HashingLane, Keyring
from strongroom.db import (
    ContextSigner,
    Database,
    DatabaseUnavailable,
    Pool,
    keep_uses,
    move_uses,
)
from strongroom.egress import (
    EgressSettings,
    Gate,
    Outside,
    Own,
    any_public,
    only_listed,
)
from strongroom.entrance import Desk, Entrance, Parts
from strongroom.impersonation import Impersonations, Parts as ImpersonationParts
from strongroom.integrations import (
    Integrations,
    IntegrationSettings,
    Parts as IntegrationParts,
)
from strongroom.invitations import Invitations, Parts as InvitationParts
from strongroom.kernel import load_settings
from strongroom.limits import Alarms, Limits, LimitsSettings, Words
from strongroom.magic_links import MagicLinks, MagicLinkSettings, Means as LinkMeans
from strongroom.notices import Notices, Parts as NoticeParts
from strongroom.oauth import (
    OAuth,
    OAuthSettings,
    Parts as OAuthParts,
    issuer_of,
    title_of,
)
from strongroom.oidc import Client
from strongroom.one_time import OneTimeValues
from strongroom.operators import Operators, OperatorSettings, Parts as OperatorParts
from strongroom.organizations import Organizations, RoleNames
from strongroom.outbox import Outbox, OutboxSettings
from strongroom.ownership import Ownership, Parts as OwnershipParts
from strongroom.passkeys import Parts as PasskeyParts, Passkeys
from strongroom.passwords import Passwords, PasswordSettings
from strongroom.recovery import Given, Recovery
from strongroom.roles import Roles
from strongroom.rotation import Rotation, RotationSettings
from strongroom.services import Services
from strongroom.sessions import (
    MAGIC_LINK,
    PASSKEY,
    PASSWORD,
    AllSessions,
    Sessions,
    SessionSettings,
    by_provider,
    way_name,
)
from strongroom.signin import SignIn, SignInSettings
from strongroom.streams import Deliveries, LogStreams
from strongroom.token_pairs import (
    Parts as TokenPairParts,
    TokenPairs,
    TokenPairSettings,
)
from strongroom.tokens import ApiKeys
from strongroom.totp import Parts as TotpParts, Totp, TotpSettings
from strongroom.vault import KeyChecks, SealedColumn, Vault
from strongroom.witnesses import Witnesses, WitnessSettings


Rules = TypeVar("Rules")
Made = TypeVar("Made")


@dataclass(frozen=True, slots=True)
class RoomSettings:
    """What the house needs to open: where its data is, its root, its policy."""

    app_url: str
    """Postgres as the role of the tenant door."""

    system_url: str
    """Postgres as the role of the system door."""

    public_url: str
    """Where browsers reach this server, without a final slash."""

    service_name: str
    """What the service is called on pages and in mails."""

    policy: Mapping[str, Mapping[str, Any]]
    """The profile's policy: one table per domain."""

    folder: Path
    """Where the house keeps what must not lie in the database, such as its witness."""

    sealed: Sequence[SealedColumn] | None = None
    """Every sealed column, for rotation; None where nobody rotates."""

    own: Own | None = None
    """The public listener, which integrations may reach; None where none listens."""

    connections: int = 8
    """At most so many connections per door."""


class Strongroom:
    """The house: its doors to the database and its verbs."""

    def __init__(self, settings: RoomSettings, keys: Keyring) -> None:
        """Build every domain once.

        Raises:
            SettingsInvalid: the policy has a rule that does not exist or is too weak.

        """
        self.settings = settings
        self.keys = keys
        self.db = Database(
            Pool(settings.app_url, settings.connections, "strongroom"),
            Pool(settings.system_url, settings.connections, "strongroom"),
            ContextSigner(keys.derive("tenant context")),
        )
        self.words = Words(settings.service_name, settings.public_url)
        self.hashing = HashingLane()
        self._keep_records()
        self._know_people()
        self._let_them_in()
        self.backups = Backups(self.db, self._rules(BackupSettings, "backups"))

    def _rules(self, kind: type[Rules], section: str) -> Rules:
        return load_settings(kind, section, self.settings.policy)

    def _keep_records(self) -> None:
        settings, keys = self.settings, self.keys
        self.audit = AuditLog(self.db)
        self.audit_tree = AuditTree(
            self.db,
            keys,
            TreePlace(urlsplit(settings.public_url).netloc, settings.folder / "audit"),
            self._rules(AuditSettings, "audit"),
        )
        self.audit_views = AuditViews(self.db, self.audit)
        self.one_time = OneTimeValues(self.db)
        self.outbox = Outbox(self.db, self._rules(OutboxSettings, "outbox"))
        self.vault = Vault(self.db, keys, settings.sealed)
        self.checks = KeyChecks(self.db, self.vault, self.audit)
        self.rotation = Rotation(
            self.db,
            self.vault,
            self.audit,
            self._rules(RotationSettings, "vault"),
            settings.sealed or (),
        )
        self._send_the_log_on(Gate(any_public(self._listed())))

    def _know_people(self) -> None:
        keys = self.keys
        self.accounts = Accounts(self.db)
        self.organizations = Organizations(self.db, self.audit)
        self.role_names = RoleNames(self.db)
        self.access = Access(self.organizations, self.role_names)
        self.limits = Limits(
            self.db, keys.derive("limits"), self._rules(LimitsSettings, "limits")
        )
        self.alarms = self._alarms()
        rules = self._rules(SessionSettings, "sessions")
        self.all_sessions = AllSessions(self.db, self.audit)
        self.sessions = Sessions(self.db, self.audit, rules)
        self.roles = Roles(self.db, self.audit)
        self.api_keys = ApiKeys(self.db, self.audit)
        self.passwords = Passwords(
            self.db,
            self.hashing,
            keys.derive("password pepper"),
            self._rules(PasswordSettings, "passwords"),
        )
        asked = self._made_of(AdmissionParts)
        self.admission = Admission(self.db, asked, rules, self._ways())
        self.integrations = self._integrations(self._listed())
        parts = OwnershipParts(self.accounts, self.passwords, self.outbox)
        self.ownership = Ownership(self.db, self.audit, parts, self.words)
        self.notices = Notices(self._made_of(NoticeParts), self.words)
        self.token_pairs = self._token_pairs()
        finders = (self.sessions, self.api_keys, self.token_pairs)
        self.services = Services(self.db, self.audit, finders)
        self.totp = self._totp()
        self.passkeys = self._passkeys()
        self._operate()

    def _let_them_in(self) -> None:
        parts, settings = self._made_of(Parts), self.settings
        words = SignInSettings(settings.service_name, settings.public_url)
        self.entrance = Entrance(self.db, self.audit, parts)
        self.desk = Desk(self.db, self.audit, parts, self.entrance)
        self.signin = SignIn(self.db, self.audit, parts, self.entrance, words)
        self.oauth = self._oauth()
        joining = self._made_of(InvitationParts)
        self.invitations = Invitations(self.db, self.audit, joining, self.words)
        given = self._made_of(Given)
        self.recovery = Recovery(self.db, self.audit, parts, given, words)
        self.magic_links = self._magic_links(parts)
        self.addresses = Addresses(
            self.db, self.audit, parts, self.recovery, self.words
        )

    def _magic_links(self, parts: Parts) -> MagicLinks:
        return MagicLinks(
            self.db,
            self.audit,
            parts,
            self.entrance,
            LinkMeans(self.keys.derive("magic links"), self.words),
            self._rules(MagicLinkSettings, "magic_links"),
        )

    def _ways(self) -> Mapping[str, WayIn]:
        """Return the ways in that this house has."""
        mails = self._rules(MagicLinkSettings, "magic_links").enabled
        own = (PASSWORD, PASSKEY, MAGIC_LINK) if mails else (PASSWORD, PASSKEY)
        providers = self._rules(OAuthSettings, "oauth").providers
        ours: dict[str, WayIn] = {way: WayIn(way_name(way)) for way in own}
        return ours | {
            by_provider(name): WayIn(title_of(name, each), issuer_of(each))
            for name, each in providers.items()
        }

    def _listed(self) -> Sequence[str]:
        return self._rules(EgressSettings, "egress").listed

    def _integrations(self, listed: Sequence[str]) -> Integrations:
        rules = self._rules(IntegrationSettings, "integrations")
        gate = Gate(only_listed((*KNOWN_HOSTS, *listed)), own=self.settings.own)
        authorities = [Path(rules.authority)] if rules.authority else []
        parts = self._made_of(
            IntegrationParts, connectors=Connectors(Outside(gate, authorities))
        )
        return Integrations(self.db, parts, rules)

    def _token_pairs(self) -> TokenPairs:
        parts = self._made_of(TokenPairParts)
        rules = self._rules(TokenPairSettings, "token_pairs")
        return TokenPairs(self.db, parts, rules, self.words)

    def _totp(self) -> Totp:
        parts = self._made_of(TotpParts)
        rules = self._rules(TotpSettings, "totp")
        return Totp(self.db, parts, rules, self.words)

    def _passkeys(self) -> Passkeys:
        parts = self._made_of(PasskeyParts)
        secret = self.keys.derive("passkey challenges")
        return Passkeys(self.db, parts, self.words, secret)

    def _operate(self) -> None:
        rules = self._rules(OperatorSettings, "operators")
        parts = self._made_of(OperatorParts)
        self.operators = Operators(self.db, parts, rules)
        self.break_glass = BreakGlass(self.db, self.audit)
        acting = self._made_of(ImpersonationParts)
        self.impersonations = Impersonations(self.db, acting, rules.impersonation)

    def _oauth(self) -> OAuth:
        settings = self.settings
        rules = self._rules(OAuthSettings, "oauth")
        # The operator who configures an issuer means it; its endpoints, which it names
        # itself, may be anywhere public, and in a private network only if listed.
        gate = Gate(any_public(self._listed()), own=settings.own)
        authorities = [Path(rules.authority)] if rules.authority else []
        parts = self._made_of(OAuthParts, client=Client(Outside(gate, authorities)))
        return OAuth(self.db, self.audit, parts, rules, self.words)

    def _send_the_log_on(self, gate: Gate) -> None:
        self.witnesses = Witnesses(
            self.audit_tree, self._rules(WitnessSettings, "witnesses"), gate
        )
        self.deliveries = Deliveries(
            self.db,
            self.vault,
            self.audit_tree,
            gate,
            urlsplit(self.settings.public_url).hostname or "-",
        )
        self.streams = LogStreams(self.db, self.audit, self.vault, self.deliveries)

    def _alarms(self) -> Alarms:
        return Alarms(
            self.db,
            self.limits,
            self.audit,
            self.organizations,
            self.outbox,
            self.words,
        )

    def _made_of(self, kind: Callable[..., Made], **others: Any) -> Made:
        """Return a domain's parts: each is called here as it is called there."""
        own = signature(kind).parameters.keys() - others
        return kind(**{name: getattr(self, name) for name in own}, **others)

    async def __aenter__(self) -> Self:
        """Open: connections are made when first used, and their uses are kept."""
        self._keeping = asyncio.create_task(keep_uses(self.db))
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        raised: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close the hashing lane and the idle connections."""
        self._keeping.cancel()
        with suppress(DatabaseUnavailable):
            await move_uses(self.db)
        await self.hashing.close()
        await self.db.close()
