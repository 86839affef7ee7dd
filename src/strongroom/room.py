"""Strongroom as a library: every verb of the house, built once, without a face.

Opens nothing on the network but its database connections. A server, a command or
another program's own routes call these verbs.
"""

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar
from urllib.parse import urlsplit

from strongroom.accounts import Accounts
from strongroom.audit import (
    AuditLog,
    AuditSettings,
    AuditTree,
    AuditViews,
    TreePlace,
)
from strongroom.backups import Backups, BackupSettings
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
from strongroom.entrance import Entrance, Parts
from strongroom.integrations import Integrations, IntegrationSettings
from strongroom.integrations import Parts as IntegrationParts
from strongroom.invitations import Invitations
from strongroom.invitations import Parts as InvitationParts
from strongroom.kernel import load_settings
from strongroom.limits import Alarms, Limits, LimitsSettings, Words
from strongroom.oauth import OAuth, OAuthSettings
from strongroom.oauth import Parts as OAuthParts
from strongroom.oidc import Client
from strongroom.one_time import OneTimeValues
from strongroom.organizations import Organizations
from strongroom.outbox import Outbox, OutboxSettings
from strongroom.ownership import Ownership
from strongroom.ownership import Parts as OwnershipParts
from strongroom.passwords import Passwords, PasswordSettings
from strongroom.recovery import Recovery
from strongroom.rotation import Rotation, RotationSettings
from strongroom.sessions import Sessions, SessionSettings
from strongroom.signin import SignIn, SignInSettings
from strongroom.streams import Deliveries, LogStreams
from strongroom.tokens import ApiKeys
from strongroom.totp import Parts as TotpParts
from strongroom.totp import Totp, TotpSettings
from strongroom.vault import KeyChecks, SealedColumn, Vault
from strongroom.witnesses import Witnesses, WitnessSettings


Rules = TypeVar("Rules")


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
        self.limits = Limits(
            self.db, keys.derive("limits"), self._rules(LimitsSettings, "limits")
        )
        self.alarms = self._alarms()
        self.sessions = Sessions(
            self.db, self.audit, self._rules(SessionSettings, "sessions")
        )
        self.api_keys = ApiKeys(self.db, self.audit)
        self.passwords = Passwords(
            self.db,
            self.hashing,
            keys.derive("password pepper"),
            self._rules(PasswordSettings, "passwords"),
        )
        self.integrations = self._integrations(self._listed())
        parts = OwnershipParts(self.accounts, self.passwords, self.outbox)
        words = Words(self.settings.service_name, self.settings.public_url)
        self.ownership = Ownership(self.db, self.audit, parts, words)
        self.totp = self._totp()

    def _let_them_in(self) -> None:
        parts, settings = self._parts(), self.settings
        words = SignInSettings(settings.service_name, settings.public_url)
        self.entrance = Entrance(self.db, self.audit, parts)
        self.signin = SignIn(self.db, self.audit, parts, self.entrance, words)
        self.recovery = Recovery(self.db, self.audit, parts, words)
        self.invitations = self._invitations()
        self.oauth = self._oauth()

    def _listed(self) -> Sequence[str]:
        return self._rules(EgressSettings, "egress").listed

    def _integrations(self, listed: Sequence[str]) -> Integrations:
        rules = self._rules(IntegrationSettings, "integrations")
        gate = Gate(only_listed((*KNOWN_HOSTS, *listed)), own=self.settings.own)
        authorities = [Path(rules.authority)] if rules.authority else []
        parts = IntegrationParts(
            vault=self.vault,
            audit=self.audit,
            outbox=self.outbox,
            passwords=self.passwords,
            connectors=Connectors(Outside(gate, authorities)),
            keys=self.keys,
        )
        return Integrations(self.db, parts, rules)

    def _totp(self) -> Totp:
        parts = TotpParts(
            accounts=self.accounts,
            organizations=self.organizations,
            vault=self.vault,
            audit=self.audit,
            outbox=self.outbox,
            alarms=self.alarms,
            passwords=self.passwords,
            sessions=self.sessions,
        )
        settings = self.settings
        words = Words(settings.service_name, settings.public_url)
        return Totp(self.db, parts, self._rules(TotpSettings, "totp"), words)

    def _invitations(self) -> Invitations:
        parts = InvitationParts(
            accounts=self.accounts,
            organizations=self.organizations,
            limits=self.limits,
            passwords=self.passwords,
            sessions=self.sessions,
            one_time=self.one_time,
            outbox=self.outbox,
            entrance=self.entrance,
        )
        words = Words(self.settings.service_name, self.settings.public_url)
        return Invitations(self.db, self.audit, parts, words)

    def _oauth(self) -> OAuth:
        settings = self.settings
        rules = self._rules(OAuthSettings, "oauth")
        # The operator who configures an issuer means it; its endpoints, which it names
        # itself, may be anywhere public, and in a private network only if listed.
        gate = Gate(any_public(self._listed()), own=settings.own)
        authorities = [Path(rules.authority)] if rules.authority else []
        parts = OAuthParts(
            accounts=self.accounts,
            organizations=self.organizations,
            one_time=self.one_time,
            outbox=self.outbox,
            entrance=self.entrance,
            client=Client(Outside(gate, authorities)),
            keys=self.keys,
        )
        words = Words(settings.service_name, settings.public_url)
        return OAuth(self.db, self.audit, parts, rules, words)

    def _send_the_log_on(self, gate: Gate) -> None:
        self.witnesses = Witnesses(
            self.db, self.audit_tree, self._rules(WitnessSettings, "witnesses"), gate
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
            Words(self.settings.service_name, self.settings.public_url),
        )

    def _parts(self) -> Parts:
        return Parts(
            accounts=self.accounts,
            organizations=self.organizations,
            limits=self.limits,
            alarms=self.alarms,
            passwords=self.passwords,
            sessions=self.sessions,
            one_time=self.one_time,
            outbox=self.outbox,
            totp=self.totp,
        )

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
