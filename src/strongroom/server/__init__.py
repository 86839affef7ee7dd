"""The running server: installation, supervisor, and what both are made of."""

from .application import trust_of
from .errors import CannotStart, FolderInUse, NotRunning
from .installation import Installation
from .options import LOCAL_NAMES, LOOPBACK, Options
from .proving import Proving, proving_inside, proving_outside, selected
from .supervisor import Say, serve


__all__ = [
    "LOCAL_NAMES",
    "LOOPBACK",
    "CannotStart",
    "FolderInUse",
    "Installation",
    "NotRunning",
    "Options",
    "Proving",
    "Say",
    "proving_inside",
    "proving_outside",
    "selected",
    "serve",
    "trust_of",
]
