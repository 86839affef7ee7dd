"""The URLs by which each role reaches the database.

Guards against a password or a row crossing a network in the clear: a server on
another machine must be asked for verified TLS.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit, urlunsplit

from strongroom.crypto import Keyring
from strongroom.db import DATABASE, OWNER, embedded

from .data_folder import DataFolder
from .errors import CannotStart


APP, SYSTEM, SUPERUSER = "app", "system", "superuser"

_SCHEMES = frozenset({"postgres", "postgresql"})
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


@dataclass(frozen=True, slots=True)
class DatabaseURLs:
    """One URL per role; they hold passwords."""

    owner: str
    app: str
    system: str


def role_password(keys: Keyring, role: str) -> str:
    """Return the password of a role, made of hexadecimal digits."""
    return keys.derive(f"database {role}").hex()


def embedded_server(folder: DataFolder, keys: Keyring) -> embedded.EmbeddedPostgres:
    """Return the folder's own Postgres, not started."""
    password = role_password(keys, SUPERUSER)
    return embedded.EmbeddedPostgres(folder.postgres, password)


def embedded_urls(folder: DataFolder, keys: Keyring) -> DatabaseURLs:
    """Return the URLs into the folder's own Postgres, running or not."""
    server = embedded_server(folder, keys)

    def url(name: str, role: str) -> str:
        return server.url(name, role_password(keys, role), DATABASE)

    return DatabaseURLs(
        owner=url(OWNER, "owner"),
        app=url("strongroom_app", APP),
        system=url("strongroom_system", SYSTEM),
    )


def external_urls(owner_url: str, keys: Keyring) -> DatabaseURLs:
    """Return the URLs into the server that *owner_url* names.

    Raises:
        CannotStart: the URL is unusable, or would cross a network unverified.

    """
    parts = _require_private(owner_url)

    def url(role: str) -> str:
        who = f"strongroom_{role}:{role_password(keys, role)}"
        host = parts.netloc.rpartition("@")[2]
        return urlunsplit(parts._replace(netloc=f"{who}@{host}"))

    return DatabaseURLs(owner=owner_url, app=url(APP), system=url(SYSTEM))


def _require_private(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
    except ValueError:
        message = "DATABASE_URL cannot be read: check its brackets"
        raise CannotStart(message) from None
    query = parse_qs(parts.query)
    hosts = [*_hosts(parts.netloc.rpartition("@")[2])]
    hosts += [host for entry in query.get("host", ()) for host in _hosts(entry)]
    if parts.scheme not in _SCHEMES or not hosts or not parts.path.strip("/"):
        message = "DATABASE_URL must look like postgresql://owner:password@host/name"
        raise CannotStart(message)
    far = [host for host in hosts if not _is_near(host)]
    if far and query.get("sslmode") != ["verify-full"]:
        message = f"DATABASE_URL reaches {far[0]} unverified: add ?sslmode=verify-full"
        raise CannotStart(message)
    return parts


def _hosts(text: str) -> Iterator[str]:
    """Yield each host of a list such as ``one:5432,[::1]:5433``, without ports."""
    for host in text.split(","):
        bare = host[1:].partition("]")[0] if host[:1] == "[" else host.partition(":")[0]
        if bare:
            yield unquote(bare)


def _is_near(host: str) -> bool:
    return host.startswith("/") or host in _LOOPBACK
