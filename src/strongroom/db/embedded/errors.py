"""Why an embedded Postgres is not there. Every message is one line."""


class PostgresUnavailable(Exception):
    """The server could not be started or stopped; the message says why."""

    def __init__(self, reason: str) -> None:
        """Keep the *reason*, folded into one line."""
        super().__init__(" ".join(reason.split()))


class AlreadyRunning(PostgresUnavailable):
    """Another process is running a server on this folder."""
