"""The schema, brought up to date by its owner, once, under a lock.

Any number of processes may start together: the first applies, the rest wait and
find nothing to do. An applied file that was edited later is refused.
"""

import hashlib
from dataclasses import dataclass
from importlib.resources import files
from importlib.resources.abc import Traversable

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
    owner_url: str, passwords: RolePasswords, signer: ContextSigner
) -> list[str]:
    """Create roles, apply what is missing, install the context key.

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
            applied = await _apply(owner)
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


async def _apply(owner: asyncpg.Connection) -> list[str]:
    await owner.execute(
        "create schema if not exists strongroom;"
        "create table if not exists strongroom.migrations ("
        " name text primary key, digest text not null,"
        " applied_at timestamptz not null default now())"
    )
    rows = await owner.fetch("select name, digest from strongroom.migrations")
    known = {row["name"]: row["digest"] for row in rows}
    applied = []
    for file in _files():
        sql = file.read_text(encoding="utf-8")
        digest = hashlib.sha256(sql.encode()).hexdigest()
        if known.get(file.name, digest) != digest:
            message = f"{file.name} was applied in another form; add a new migration"
            raise MigrationChanged(message)
        if file.name not in known:
            await owner.execute(sql)
            await owner.execute(
                "insert into strongroom.migrations (name, digest) values ($1, $2)",
                file.name,
                digest,
            )
            applied.append(file.name)
    return applied


def _files() -> list[Traversable]:
    folder = files("strongroom.db") / "migrations"
    found = [entry for entry in folder.iterdir() if entry.name.endswith(".sql")]
    return sorted(found, key=lambda entry: entry.name)


async def _install_key(owner: asyncpg.Connection, signer: ContextSigner) -> None:
    await owner.execute("set local role strongroom_guard")
    await owner.execute(
        "insert into strongroom_guard.context_key (inner_pad, outer_pad)"
        " values ($1, $2) on conflict (only_row) do update"
        " set inner_pad = excluded.inner_pad, outer_pad = excluded.outer_pad",
        *signer.pads(),
    )
    await owner.execute("reset role")
