"""How the database says no.

DatabaseUnavailable  503  Postgres is gone, full or slow; it comes back by itself
UnsafeDatabase            the server or a role could break isolation: do not start
MigrationChanged          an applied migration differs from the file on disk
"""

from strongroom.kernel import Unavailable


class DatabaseUnavailable(Unavailable):
    """Postgres did not answer in time."""

    code, status, title = "database-unavailable", 503, "The database does not answer."

    def __init__(self) -> None:
        """Ask the client to come back in two seconds."""
        super().__init__(retry_after=2)


class UnsafeDatabase(Exception):
    """The server's version or a role's rights could break isolation."""


class MigrationChanged(Exception):
    """A migration that was applied is not the one on disk any more."""
