"""A Postgres of our own, for whoever brings none.

The server comes from a wheel, listens on a Unix-domain socket only and keeps its
rows in one folder. It is a real Postgres, so isolation holds in a demo as well.
It offers no replication and no tuning: a large house brings its own server.
"""

from .errors import AlreadyRunning, PostgresUnavailable
from .postgres import EmbeddedPostgres
from .scratch import ScratchFolder


__all__ = [
    "AlreadyRunning",
    "EmbeddedPostgres",
    "PostgresUnavailable",
    "ScratchFolder",
]
