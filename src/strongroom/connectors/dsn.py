"""Connection strings, taken apart; their password is masked wherever they are shown."""

from urllib.parse import unquote, urlsplit

from strongroom.kernel import Secret
from strongroom.redaction import MASK

from .errors import FieldsInvalid
from .kinds import Kind
from .shapes import is_host


POSTGRES, MONGODB = 5432, 27017
MOST_HOSTS = 10
"""A test asks each in turn: with more, whoever typed them has ours knock for them."""


class DSN:
    """A connection string, taken apart; its password is asked for by name."""

    def __init__(self, text: str, default_port: int) -> None:
        """Read *text*; ``ValueError`` where it is none."""
        scheme, _, rest = text.partition("://")
        netloc, slash, tail = rest.partition("/")
        credentials, _, hosts = netloc.rpartition("@")
        user, _, password = credentials.partition(":")
        database, _, query = tail.partition("?")
        self.user, self.password = unquote(user), Secret(unquote(password))
        self.written = password
        self.database = unquote(database)
        self.hosts = [_host_and_port(each, default_port) for each in hosts.split(",")]
        self.options = dict(
            each.partition("=")[::2] for each in query.split("&") if each
        )
        self.source = self.options.get("authSource") or self.database or "admin"
        """Where a MongoDB knows the user (its connection string specification)."""
        asked = f"?{query}" if query else ""
        self.shown = f"{scheme}://{user}:{MASK}@{hosts}{slash}{database}{asked}"


_OPTIONS = {
    # None that names another host, a file, or how much is verified.
    "postgres": ({"postgres", "postgresql"}, {"application_name"}, POSTGRES),
    "mongodb": (
        {"mongodb"},
        {"appName", "authSource", "readPreference", "replicaSet", "retryWrites", "w"},
        MONGODB,
    ),
}


def parse_dsn(kind: Kind, secret: Secret) -> DSN:
    """Return a connection string, taken apart.

    Raises:
        FieldsInvalid: it is none, has an option that could lead elsewhere, or names
            a host twice or too many of them.

    """
    schemes, options, port = _OPTIONS[kind.means]
    scheme = secret.reveal().partition("://")[0]
    words = f"Such as {max(schemes)}://user:password@host/database."
    try:
        found = DSN(secret.reveal(), port)
    except ValueError:
        raise FieldsInvalid(fields={kind.secret.name: words}) from None
    if scheme not in schemes or not (found.user and found.password.reveal()):
        raise FieldsInvalid(fields={kind.secret.name: words})
    if len(set(found.hosts)) < len(found.hosts) or len(found.hosts) > MOST_HOSTS:
        words = f"Name each host once, and at most {MOST_HOSTS} of them."
        raise FieldsInvalid(fields={kind.secret.name: words})
    if odd := set(found.options) - options:
        known = odd & {"sslmode", "tls", "ssl"}
        words = "TLS is always verified: leave that option out."
        other = f"Only these options: {', '.join(sorted(options))}."
        raise FieldsInvalid(fields={kind.secret.name: words if known else other})
    return found


def _host_and_port(text: str, default: int) -> tuple[str, int]:
    parts = urlsplit(f"//{text}")
    host = parts.hostname or ""
    if not is_host(host) or parts.path or parts.query or parts.username:
        raise ValueError(text)
    return host, parts.port or default
