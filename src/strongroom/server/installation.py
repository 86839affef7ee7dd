"""One installation: its folder, its keys, its profile and its database, put together.

Opening it only reads. Whoever runs the server prepares it first; whoever looks at a
running one, such as a command, opens it the same way.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from strongroom.claims import Profile, load_profile
from strongroom.crypto import Keyring
from strongroom.egress import Own
from strongroom.kernel import load_settings
from strongroom.middleware import EdgeSettings
from strongroom.room import RoomSettings
from strongroom.trust import TrustSettings
from strongroom.vault import SealedColumn

from .certificates import TLSFiles
from .data_folder import DataFolder
from .database_urls import DatabaseURLs, embedded_urls, external_urls
from .domains import DOMAINS
from .errors import CannotStart
from .handover import find_root
from .log_rotation import LogSettings
from .occupancy import read_note
from .options import LOCAL_NAMES, LOOPBACK, Options, authority
from .product import find_product
from .succession import keyring_of
from .tls import local_files, public_files
from .tracing import TelemetrySettings


DATABASE_URL = "DATABASE_URL"

MOST_CONNECTIONS = 130
"""Of all pools together; the embedded Postgres takes 200, and others need some."""


@dataclass(frozen=True, slots=True)
class Installation:
    """Everything that a process of the server, or a command, needs to know."""

    options: Options
    folder: DataFolder
    keys: Keyring
    profile: Profile
    edge: EdgeSettings
    logs: LogSettings
    telemetry: TelemetrySettings
    urls: DatabaseURLs

    @classmethod
    def open(
        cls,
        options: Options,
        environment: Mapping[str, str] = os.environ,
        root: bytes | None = None,
    ) -> Self:
        """Read what is there, and make nothing; find the *root* key if it is not given.

        Raises:
            CannotStart: the root key or the database's address is missing or unusable.
            ProfileInvalid: there is no such profile, or it contradicts itself.
            SettingsInvalid: its policy has a rule that does not exist.

        """
        folder = DataFolder(Path(options.data))
        found = find_root(folder, environment) if root is None else root
        keys = keyring_of(folder, found)
        profile = load_profile(options.profile)
        return cls(
            options=options,
            folder=folder,
            keys=keys,
            profile=profile,
            edge=load_settings(EdgeSettings, "edge", profile.policy, environment),
            logs=load_settings(LogSettings, "logs", profile.policy, environment),
            telemetry=load_settings(
                TelemetrySettings, "telemetry", profile.policy, environment
            ),
            urls=_urls(options, folder, keys, environment),
        )

    @classmethod
    def running(cls, data: Path, environment: Mapping[str, str] = os.environ) -> Self:
        """Open the installation whose server holds the folder *data*.

        Raises:
            NotRunning: none does.

        """
        return cls.open(read_note(str(data.resolve())).options, environment)

    @property
    def service_name(self) -> str:
        """What the service is called on pages and in mails."""
        return load_settings(TrustSettings, "trust", self.profile.policy).name

    @property
    def public_tls(self) -> TLSFiles:
        """The certificate of the public listener, and its key."""
        return public_files(self.options, self.folder)

    @property
    def local_tls(self) -> TLSFiles:
        """The certificate for this machine's own names, and its key."""
        return local_files(self.folder)

    @property
    def certificate_authority(self) -> Path | None:
        """The local authority, or None when the operator brought a certificate."""
        local = self.options.tls_certificate is None
        return self.folder.certificate_authority if local else None

    def room_settings(self) -> RoomSettings:
        """Return what the house needs to open."""
        processes = self.options.workers + 1
        return RoomSettings(
            app_url=self.urls.app,
            system_url=self.urls.system,
            public_url=self.options.public_url,
            service_name=self.service_name,
            policy=self.profile.policy,
            folder=self.folder.path,
            sealed=self.sealed_columns(),
            own=self.own_listener(),
            connections=max(2, min(8, MOST_CONNECTIONS // (2 * processes))),
        )

    def own_listener(self) -> Own:
        """Return the public listener as this very machine reaches it."""
        bind = self.options.bind
        everywhere = {"0.0.0.0": LOOPBACK, "::": "::1"}  # noqa: S104 - read, not bound.
        return Own(
            self.options.host,
            self.options.port,
            everywhere.get(bind, bind),
            self.certificate_authority,
        )

    def sealed_columns(self) -> tuple[SealedColumn, ...]:
        """Return every column that the vault seals, the product's included."""
        product = find_product(self.options)
        domains = (*DOMAINS, product.domain) if product else DOMAINS
        return tuple(column for domain in domains for column in domain.sealed)

    def public_hosts(self) -> frozenset[bytes]:
        """Return every Host under which the public listener may be asked."""
        port = self.options.port
        hosts = {authority(name, port) for name in self.options.names}
        hosts |= {authority(name, port) for name in self.edge.hosts}
        hosts |= set(self.edge.hosts)
        return frozenset(host.lower().encode() for host in hosts)

    def admin_hosts(self) -> frozenset[bytes]:
        """Return every Host under which the operator's listener may be asked."""
        hosts = {authority(name, self.options.admin_port) for name in LOCAL_NAMES}
        return frozenset(host.lower().encode() for host in hosts)


def _urls(
    options: Options, folder: DataFolder, keys: Keyring, environment: Mapping[str, str]
) -> DatabaseURLs:
    if options.database == "embedded":
        return embedded_urls(folder, keys)
    if DATABASE_URL not in environment:
        message = "the server uses a DATABASE_URL: set the same one here"
        raise CannotStart(message)
    return external_urls(environment[DATABASE_URL], keys)
