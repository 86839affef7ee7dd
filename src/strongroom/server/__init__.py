"""The running server: installation, supervisor, and what both are made of."""

from .errors import CannotStart, FolderInUse, NotRunning
from .installation import Installation
from .options import LOCAL_NAMES, LOOPBACK, Options
from .supervisor import Say, serve


__all__ = [
    "LOCAL_NAMES",
    "LOOPBACK",
    "CannotStart",
    "FolderInUse",
    "Installation",
    "NotRunning",
    "Options",
    "Say",
    "serve",
]
