"""The only way to Postgres: three doors, migrations, isolation, checks at boot."""

from .batch import Batch, Turns
from .callers import caller_of
from .catalogue import Column, children_first, columns_of, references_of
from .checks import require_safe_database
from .context import ContextSigner
from .copying import (
    clear,
    copied_columns,
    copy_in,
    copy_out,
    filling,
    has_rows,
    new_database,
    one_at_a_time,
    quoted,
    quoted_column,
    renumber,
    replace_database,
    snapshot,
)
from .doors import Database, Door, Followed, Row, TenantDoor, Tx
from .errors import DatabaseUnavailable, MigrationChanged, UnsafeDatabase
from .founding import DATABASE, OWNER, found_database
from .joined import Joined, joined
from .migrate import RolePasswords, migrate
from .owner import single_connection
from .pool import Connection, Pool
from .uses import keep_uses, move_uses
from .wall import wall_breaches


__all__ = [
    "DATABASE",
    "OWNER",
    "Batch",
    "Column",
    "Connection",
    "ContextSigner",
    "Database",
    "DatabaseUnavailable",
    "Door",
    "Followed",
    "Joined",
    "MigrationChanged",
    "Pool",
    "RolePasswords",
    "Row",
    "TenantDoor",
    "Turns",
    "Tx",
    "UnsafeDatabase",
    "caller_of",
    "children_first",
    "clear",
    "columns_of",
    "copied_columns",
    "copy_in",
    "copy_out",
    "filling",
    "found_database",
    "has_rows",
    "joined",
    "keep_uses",
    "migrate",
    "move_uses",
    "new_database",
    "one_at_a_time",
    "quoted",
    "quoted_column",
    "references_of",
    "renumber",
    "replace_database",
    "require_safe_database",
    "single_connection",
    "snapshot",
    "wall_breaches",
]
