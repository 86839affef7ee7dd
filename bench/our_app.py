"""Our whole public application, for Granian to call as a factory in its own process."""

import os
from pathlib import Path
from urllib.parse import urlsplit

from strongroom.claims import load_profile
from strongroom.crypto import Keyring
from strongroom.db import ContextSigner, RolePasswords, migrate
from strongroom.middleware import App, EdgeSettings
from strongroom.server import Installation, Options
from strongroom.server.application import application
from strongroom.server.data_folder import DataFolder
from strongroom.server.database_urls import DatabaseURLs, role_password


def open_installation(database_url: str, root: str, port: int) -> Installation:
    """Return an installation on *database_url*, answering plain HTTP at *port*."""
    keys = Keyring(bytes.fromhex(root))
    profile = load_profile("default")
    return Installation(
        options=Options(data="/nonexistent", host="127.0.0.1", port=port, workers=1),
        folder=DataFolder(Path("/nonexistent")),
        keys=keys,
        profile=profile,
        edge=EdgeSettings(),
        urls=DatabaseURLs(
            owner=database_url,
            app=as_role(database_url, "strongroom_app", role_password(keys, "app")),
            system=as_role(
                database_url, "strongroom_system", role_password(keys, "system")
            ),
        ),
    )


async def prepare(database_url: str, root: str) -> None:
    """Bring the schema into an empty database."""
    keys = Keyring(bytes.fromhex(root))
    passwords = RolePasswords(role_password(keys, "app"), role_password(keys, "system"))
    signer = ContextSigner(keys.derive("tenant context"))
    await migrate(database_url, passwords, signer)


def as_role(url: str, role: str, password: str) -> str:
    """Return *url* for another role."""
    parts = urlsplit(url)
    query = f"?{parts.query}" if parts.query else ""
    host = parts.netloc.rpartition("@")[2]
    return f"{parts.scheme}://{role}:{password}@{host}{parts.path}{query}"


def app() -> App:
    """Return the application that the environment describes."""
    return application(
        open_installation(
            os.environ["DATABASE_URL"],
            os.environ["BENCH_ROOT"],
            int(os.environ["PORT"]),
        )
    )
