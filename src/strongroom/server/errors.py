"""Why a server does not start or a command does not run, in one line for people.

CannotStart   something in the way: a port, a file, a setting, the database
├── FolderInUse   another server holds the data folder
├── NotRunning    the command needs a running server, and none holds the folder
├── UnfinishedExpression  a word is missing in what -k was given
└── Sealed        the root key is in shares that nobody has brought yet

NotGuarded    a product's handler was reached without the passes around it
"""

from pathlib import Path


class CannotStart(Exception):
    """The message says what is in the way and what to do, in one line."""


class FolderInUse(CannotStart):
    """Another process holds the data folder."""


class NotRunning(CannotStart):
    """No process holds the data folder."""


class UnfinishedExpression(CannotStart):
    """A word is missing in what -k was given."""


class Sealed(CannotStart):
    """The root key is in shares that nobody has brought yet."""

    def __init__(self, data: Path) -> None:
        """Say what opens the server on the folder *data*."""
        super().__init__(f"sealed: run strongroom vault unseal --data {data}")


class NotGuarded(Exception):
    """A request has not passed the house, so nobody looked who it speaks for."""
