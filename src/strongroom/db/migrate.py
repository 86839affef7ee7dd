"""The schema, brought up to date by its owner, once, under a lock.

Any number of processes may start together: the first applies, the rest wait and
find nothing to do. An applied file that was edited later is refused.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

import asyncpg

from .context import ContextSigner
from .errors import MigrationChanged


_LOCK = 7_305_432_001  # Any fixed number: it only has to be ours alone.

_ROLES = ("strongroom_app", "strongroom_system", "strongroom_guard")


@dataclass(frozen=True, slots=True)
class RolePasswords:
    """The passwords of the two roles that log in."""

    app: str
    system: str


async def migrate(
    owner_url: str,
    passwords: RolePasswords,
    signer: ContextSigner,
    more: Path | None = None,
) -> list[str]:
    """Create roles, apply what is missing, install the context key.

    The files of the folder *more*, an embedder's, are applied after the house's own.

    Returns:
        The names of the migrations applied now.

    Raises:
        MigrationChanged: an applied migration differs from its file.

    """
    owner = await asyncpg.connect(owner_url, timeout=10)
    try:
        await owner.execute("select pg_advisory_lock($1)", _LOCK)
        async with owner.transaction():
            await _ensure_roles(owner, passwords)
            applied = await _apply(owner, _own_files() | _files_in(more))
            await _install_key(owner, signer)
        return applied
    finally:
        await owner.close()


async def _ensure_roles(owner: asyncpg.Connection, passwords: RolePasswords) -> None:
    for role in _ROLES:
        exists = await owner.fetchval("select 1 from pg_roles where rolname = $1", role)
        if not exists:
            # lint: sql-format, because the names are constants of this module.
            await owner.execute(f"create role {role} nologin")
    # Handing the policy function to its own role needs membership in that role;
    # membership in the others would put the owner under their policies.
    await owner.execute("grant strongroom_guard to current_user")
    for role, password in (("app", passwords.app), ("system", passwords.system)):
        if not password.isalnum():
            message = "a role's password must be alphanumeric"
            raise ValueError(message)
        # lint: sql-format, because a password cannot be a parameter here.
        await owner.execute(f"alter role strongroom_{role} login password '{password}'")


async def _apply(
    owner: asyncpg.Connection, wanted: Mapping[str, Traversable]
) -> list[str]:
    await owner.execute(
        "create schema if not exists strongroom;"
        "create table if not exists strongroom.migrations ("
        " name text primary key, digest text not null,"
        " applied_at timestamptz not null default now())"
    )
    rows = await owner.fetch("select name, digest from strongroom.migrations")
    known = {row["name"]: row["digest"] for row in rows}
    applied = []
    for name, file in wanted.items():
        sql = file.read_text(encoding="utf-8")
        digest = hashlib.sha256(sql.encode()).hexdigest()
        if known.get(name, digest) != digest:
            message = f"{name} was applied in another form; add a new migration"
            raise MigrationChanged(message)
        if name not in known:
            await owner.execute(sql)
            await owner.execute(
                "insert into strongroom.migrations (name, digest) values ($1, $2)",
                name,
                digest,
            )
            applied.append(name)
    return applied


def _own_files() -> dict[str, Traversable]:
    folder = files("strongroom.db") / "migrations"
    found = [entry for entry in folder.iterdir() if entry.name.endswith(".sql")]
    return {entry.name: entry for entry in sorted(found, key=lambda each: each.name)}


def _files_in(folder: Path | None) -> dict[str, Traversable]:
    """Return an embedder's files, under names that none of ours can have."""
    found = sorted(folder.glob("*.sql")) if folder else []
    return {f"app/{path.name}": path for path in found}


async def _install_key(owner: asyncpg.Connection, signer: ContextSigner) -> None:
    await owner.execute("set local role strongroom_guard")
    await owner.execute(
        "insert into strongroom_guard.context_key (inner_pad, outer_pad)"
        " values ($1, $2) on conflict (only_row) do update"
        " set inner_pad = excluded.inner_pad, outer_pad = excluded.outer_pad",
        *signer.pads(),
    )
    await owner.execute("reset role")
