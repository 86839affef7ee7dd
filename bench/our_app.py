"""Our whole public application, for Granian to call as a factory in its own process."""

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit

from strongroom.claims import load_profile
from strongroom.crypto import Keyring
from strongroom.db import ContextSigner, RolePasswords, migrate
from strongroom.middleware import App, EdgeSettings
from strongroom.server import Installation, Options
from strongroom.server.application import application
from strongroom.server.data_folder import DataFolder
from strongroom.server.database_urls import DatabaseURLs, role_password
from strongroom.server.log_rotation import LogSettings
from strongroom.server.memory import settle_memory
from strongroom.server.tracing import TelemetrySettings


ROOMY = dict.fromkeys(("sign_ins", "sign_ups", "everybody", "mails"), "1000000/1d")
"""Every limit is decided as ever, and none is met: all load is from one address."""


@dataclass(frozen=True)
class Place:
    """Where an installation of ours keeps its rows, its keys and its logs."""

    database_url: str
    root: str
    """The root key, in hexadecimal."""
    data: Path
    proxies: tuple[str, ...] = ()
    """Networks of proxies that are believed."""
    limits: Mapping[str, str] = field(default_factory=lambda: ROOMY)

    @classmethod
    def new(cls, database_url: str, scratch: Path) -> Self:
        """Return a place with a new root key and a folder of its own in *scratch*."""
        root = secrets.token_hex(32)
        data = scratch / f"data-{root[:8]}"
        (data / "log").mkdir(parents=True)
        return cls(database_url, root, data)

    @classmethod
    def of_environment(cls) -> Self:
        """Return the place that `environment` described to this process."""
        told = os.environ
        return cls(
            told["DATABASE_URL"],
            told["BENCH_ROOT"],
            Path(told["BENCH_DATA"]),
            tuple(told["BENCH_PROXIES"].split()),
        )

    def environment(self) -> dict[str, str]:
        """Return what a server's process has to be told."""
        return {
            "DATABASE_URL": self.database_url,
            "BENCH_ROOT": self.root,
            "BENCH_DATA": str(self.data),
            "BENCH_PROXIES": " ".join(self.proxies),
        }

    def keys(self) -> Keyring:
        """Return the keys derived from the root."""
        return Keyring(bytes.fromhex(self.root))

    async def prepare(self) -> None:
        """Bring the schema into an empty database."""
        keys = self.keys()
        passwords = (role_password(keys, role) for role in ("app", "system"))
        signer = ContextSigner(keys.derive("tenant context"))
        await migrate(self.database_url, RolePasswords(*passwords), signer)

    def installation(self, port: int) -> Installation:
        """Return the installation here, answering plain HTTP at *port*."""
        data, profile = str(self.data), load_profile("default")
        return Installation(
            options=Options(data=data, host="127.0.0.1", port=port, workers=1),
            folder=DataFolder(self.data),
            keys=self.keys(),
            profile=replace(profile, policy={**profile.policy, "limits": self.limits}),
            edge=EdgeSettings(trusted_proxies=self.proxies),
            logs=LogSettings(),
            telemetry=TelemetrySettings(),
            urls=self._urls(),
        )

    def _urls(self) -> DatabaseURLs:
        url, keys = self.database_url, self.keys()
        return DatabaseURLs(
            owner=url,
            app=as_role(url, "strongroom_app", role_password(keys, "app")),
            system=as_role(url, "strongroom_system", role_password(keys, "system")),
        )


def as_role(url: str, role: str, password: str) -> str:
    """Return *url* for another role."""
    parts = urlsplit(url)
    query = f"?{parts.query}" if parts.query else ""
    host = parts.netloc.rpartition("@")[2]
    return f"{parts.scheme}://{role}:{password}@{host}{parts.path}{query}"


def app() -> App:
    """Return the application that the environment describes, as a worker builds it."""
    built = application(Place.of_environment().installation(int(os.environ["PORT"])))
    settle_memory()
    return built
