"""The running server: installation, supervisor, and what both are made of."""

from .application import trust_of
from .backups import backups_of, name_recipient
from .data_folder import DataFolder
from .embedding import (
    entry_of,
    find_caller,
    leave,
    nonce_of,
    open_for,
    require_caller,
    room_of,
    seal_for,
)
from .errors import CannotStart, FolderInUse, NotGuarded, NotRunning
from .guarding import guard
from .handover import bring_root
from .installation import Installation
from .options import LOCAL_NAMES, LOOPBACK, AppName, Options
from .personal import privacy_of, registry_of
from .product import Product, find_product
from .proving import Proving, proving_inside, proving_outside, selected
from .restoring import restore_backup
from .succession import (
    FOLDER,
    Successor,
    keep_old,
    successor_of,
    take_over,
)
from .supervisor import Say, serve


__all__ = [
    "FOLDER",
    "LOCAL_NAMES",
    "LOOPBACK",
    "AppName",
    "CannotStart",
    "DataFolder",
    "FolderInUse",
    "Installation",
    "NotGuarded",
    "NotRunning",
    "Options",
    "Product",
    "Proving",
    "Say",
    "Successor",
    "backups_of",
    "bring_root",
    "entry_of",
    "find_caller",
    "find_product",
    "guard",
    "keep_old",
    "leave",
    "name_recipient",
    "nonce_of",
    "open_for",
    "privacy_of",
    "proving_inside",
    "proving_outside",
    "registry_of",
    "require_caller",
    "restore_backup",
    "room_of",
    "seal_for",
    "selected",
    "serve",
    "successor_of",
    "take_over",
    "trust_of",
]
