"""What must be so before a server opens: folder, certificate, database.

Each step may be repeated at any time; a crash between two leaves nothing half made.
"""

import asyncpg

from strongroom.db import (
    ContextSigner,
    DatabaseUnavailable,
    RolePasswords,
    found_database,
    migrate,
    require_safe_database,
)
from strongroom.kernel import load_settings
from strongroom.oauth import OAuthSettings, require_secrets
from strongroom.room import Strongroom

from .database_urls import APP, SYSTEM, embedded_server, role_password
from .errors import CannotStart
from .installation import Installation
from .personal import keep_erased
from .product import find_product


async def prepare_database(installation: Installation) -> None:
    """Bring roles and schema up to date, and check that isolation can hold.

    Raises:
        CannotStart: the server cannot be reached, or refuses the owner; or the ledger
            of erasures was cut.
        MigrationChanged: the schema was made by an edited migration.
        UnsafeDatabase: the server or a role could break isolation.

    """
    urls = installation.urls
    try:
        if installation.options.database == "embedded":
            await _found(installation)
        await bring_schema(installation)
        await require_safe_database(urls.app, urls.system)
        await keep_erased(installation)
        await forget_old_root(installation)
    except (OSError, TimeoutError, DatabaseUnavailable) as reason:
        message = f"the database cannot be reached: {reason}"
        raise CannotStart(message) from reason
    except (asyncpg.PostgresError, asyncpg.InterfaceError) as reason:
        message = f"the database refuses: {reason}"
        raise CannotStart(message) from reason


def require_provider_secrets(installation: Installation) -> None:
    """Accept a profile of which every sign-in provider has its client secret.

    Raises:
        SettingsInvalid: one has none; only a server speaks to providers, so that no
            other command asks for it.

    """
    policy = installation.profile.policy
    require_secrets(load_settings(OAuthSettings, "oauth", policy))


async def bring_schema(installation: Installation) -> None:
    """Bring roles and schema up to date.

    Raises:
        MigrationChanged: the schema was made by an edited migration.

    """
    keys, product = installation.keys, find_product(installation.options)
    passwords = RolePasswords(role_password(keys, APP), role_password(keys, SYSTEM))
    signer = ContextSigner(keys.derive("tenant context"))
    more = product.migrations if product else None
    await migrate(installation.urls.owner, passwords, signer, more)


async def forget_old_root(installation: Installation) -> None:
    """Take back what was handed to the old root, if it was replaced."""
    settings = installation.room_settings()
    async with Strongroom(settings, installation.keys) as room:
        await room.vault.generations.forget_old_root()


async def _found(installation: Installation) -> None:
    server = embedded_server(installation.folder, installation.keys)
    password = role_password(installation.keys, "owner")
    await found_database(server.superuser_url, password)
