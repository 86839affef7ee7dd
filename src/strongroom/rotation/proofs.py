"""A key is replaced under load, nobody notices, and the old one is gone.

A canary's key is replaced as any organization's is, while readers go on reading. Only
the wait before the old key's end is shortened, by dating the new one back.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any
from uuid import UUID

import httpx

from strongroom.lab import (
    Evidence,
    Lab,
    Twin,
    Vantage,
    exercise,
    proof,
    require,
    require_provable,
    sabotage,
)
from strongroom.vault import KeyOwner

from . import store
from .service import Rotation


VALUES, READERS = 6, 3
READ_PAUSE_SECONDS = 0.03
FORGOTTEN_AFTER = 1.0
"""Seconds after which no process may know a destroyed key any more."""

PATIENCE = 60
"""Times that something is asked for again, a fifth of a second apart."""


@sabotage("values stay under the old key", tells="old version")
async def nothing_is_resealed(twin: Twin) -> None:
    """Find nothing to reseal."""

    async def nothing(*_: Any) -> list[Any]:
        return []

    twin.change(store, "values_not_of", nothing)


@sabotage("the old key is kept", tells="not destroyed")
async def nothing_is_destroyed(twin: Twin) -> None:
    """Say that it is gone, and keep it."""

    async def destroy(_: Any, __: Any, needed: list[int], ___: Any) -> Any:
        return needed, []

    twin.change(store, "destroy_older", destroy)


@sabotage("the old key is destroyed before values are resealed", tells="reads failed")
async def too_early(twin: Twin) -> None:
    """Destroy every version but the newest at once."""
    rotate = Rotation.rotate

    async def rotate_and_destroy(self: Rotation, owner: KeyOwner, *more: Any) -> int:
        version = await rotate(self, owner, *more)
        async with twin.room.db.system(reason="sabotage") as tx:
            await tx.execute(
                "update strongroom.vault_keys set wrapped = null, destroyed_at = now()"
                " where owner_id = $1 and version < $2 and wrapped is not null",
                owner.id,
                version,
            )
            await tx.execute(
                "update strongroom.vault_keys set seals_from = now()"
                " where owner_id = $1 and version = $2",
                owner.id,
                version,
            )
        return version

    twin.change(Rotation, "rotate", rotate_and_destroy)


@sabotage("one key is forgotten", tells="older than")
async def a_forgotten_key(twin: Twin) -> None:
    """Let a key seal for longer than any period that may be stated."""
    nobody = UUID(int=1)
    await twin.room.vault.sealer(KeyOwner.organization(nobody))
    await twin.sql(
        "update strongroom.vault_keys set seals_from = now() - interval '400 days'"
        " where owner_id = '00000000-0000-0000-0000-000000000001'",
        undo="delete from strongroom.vault_keys"
        " where owner_id = '00000000-0000-0000-0000-000000000001'",
    )


@proof(
    "vault.rotation",
    vantage=Vantage.INSIDE,
    sabotages=[nothing_is_resealed, nothing_is_destroyed, too_early, a_forgotten_key],
)
async def keys_are_replaced_under_load(lab: Lab, days: int) -> Evidence:
    """Replace a canary's key while it is read, and try its old ciphertext."""
    keys = await require_young_keys(lab, days)
    async with lab.signed_in("b", "admin") as admin, stored_checks(admin) as checks:
        async with readers(admin, checks) as (failures, read):
            before = await sealed_texts(lab, checks)
            new = await replaced(admin)
            await resealed(admin)
        told = f"reads failed while the key was replaced: {failures[:1]}"
        require(not failures, told)
        require_provable(set(read) == set(checks), "not every value was read")
        kept = await sealed_texts(lab, checks)
        behind = [
            each for each in kept.values() if not each.startswith(f"sr:v1:{new}:")
        ]
        require(not behind, f"{len(behind)} values are under the old version")
        await require_destroyed(lab, admin, checks[0], before[checks[0]], new)
    return Evidence(
        population=keys + len(checks),
        positive=f"{len(read)} reads during it, of each of the values, succeeded",
        observed={"keys": keys, "values": len(checks), "period in days": days},
    )


async def require_young_keys(lab: Lab, days: int) -> int:
    """Find no key that seals for longer than stated, on either level."""
    await lab.canary("b")
    async with lab.inside.database() as database:
        rows = await database.fetch(
            """
            with sealing as (
                select max(seals_from) as since from strongroom.vault_keys k
                 where wrapped is not null and seals_from <= now()
                 group by owner_kind, owner_id
                union all
                select max(created_at) from strongroom.vault_generations
                 where share is not null having count(*) > 0
            )
            select count(*) as keys,
                   count(*) filter (where since < now() - $1 * interval '1 day') as old
              from sealing
            """,
            days,
        )
    ((keys, old),) = rows
    require(not old, f"{old} keys are older than {days} days")
    return int(keys)


@asynccontextmanager
async def stored_checks(admin: httpx.AsyncClient) -> AsyncIterator[list[str]]:
    """Have the server seal some phrases for as long as the context is open."""
    async with AsyncExitStack() as stored:
        checks = []
        for number in range(VALUES):
            form = {"label": "canary", "phrase": f"canary {number}"}
            answer = await admin.post("/api/v1/key-checks", json=form)
            require_provable(answer.is_success, f"sealing: {answer.status_code}")
            check = str(answer.json()["id"])
            stored.push_async_callback(admin.delete, f"/api/v1/key-checks/{check}")
            checks.append(check)
        yield checks


@asynccontextmanager
async def readers(
    admin: httpx.AsyncClient, checks: list[str]
) -> AsyncIterator[tuple[list[str], list[str]]]:
    """Read every check again and again; list what went wrong, and what was read.

    With a pause in which nobody is hurried, so that no limit of reads is met; where
    one is all the same, nobody can tell.
    """
    failures: list[str] = []
    opened: list[str] = []
    done = asyncio.Event()

    async def read() -> None:
        while not done.is_set():
            for check in checks:
                answer = await admin.get(f"/api/v1/key-checks/{check}")
                hurried = answer.status_code == httpx.codes.TOO_MANY_REQUESTS
                require_provable(not hurried, "a limit of reads is met")
                if answer.is_success:
                    opened.append(check)
                else:
                    failures.append(answer.json().get("type", str(answer.status_code)))
                await asyncio.sleep(READ_PAUSE_SECONDS)

    async with asyncio.TaskGroup() as group:
        for _ in range(READERS):
            group.create_task(read())
        try:
            yield failures, opened
        finally:
            done.set()


async def sealing_version(admin: httpx.AsyncClient) -> int:
    """Return the version that seals now."""
    found = [each for each in await versions(admin) if each["state"] == "sealing"]
    require_provable(found, "no version seals")
    return int(found[-1]["version"])


async def replaced(admin: httpx.AsyncClient) -> int:
    """Replace the key, and return its new version once that seals."""
    answer = await post_when_free(admin)
    require_provable(answer.is_success, f"replacing answers {answer.status_code}")
    new = int(answer.json()["version"])
    for _ in range(PATIENCE):
        if await sealing_version(admin) == new:
            return new
        await asyncio.sleep(0.2)
    require(False, f"version {new} never seals")
    return new


async def post_when_free(admin: httpx.AsyncClient) -> httpx.Response:
    """Replace the key, after a replacement that is under way."""
    answer = await admin.post("/api/v1/keys")
    for _ in range(PATIENCE):
        if answer.status_code != httpx.codes.CONFLICT:
            break
        await asyncio.sleep(0.2)
        answer = await admin.post("/api/v1/keys")
    return answer


async def versions(admin: httpx.AsyncClient) -> list[Any]:
    """Return the versions of the canary's key."""
    answer = await admin.get("/api/v1/keys")
    require_provable(answer.is_success, f"the keys answer {answer.status_code}")
    found: list[Any] = answer.json()
    return found


async def resealed(admin: httpx.AsyncClient) -> Any:
    """Reseal until nothing is left, and return how the last batch went."""
    done: Any = None
    for _ in range(PATIENCE):
        answer = await admin.post("/api/v1/keys/reseal")
        require_provable(answer.is_success, f"resealing answers {answer.status_code}")
        done = answer.json()
        if not done["resealed"]:
            break
    return done


async def sealed_texts(lab: Lab, checks: list[str]) -> dict[str, str]:
    """Return the phrases as they lie in the table."""
    async with lab.inside.database() as database:
        rows = await database.fetch(
            "select id, phrase from strongroom.vault_checks where id = any($1::uuid[])",
            checks,
        )
    return {str(row["id"]): row["phrase"] for row in rows}


async def require_destroyed(
    lab: Lab, admin: httpx.AsyncClient, check: str, sealed: str, new: int
) -> None:
    """Let the old version's time pass; then its key is gone, and its values with it."""
    organization = (await lab.canary("b")).id
    async with lab.inside.database() as database:
        await database.execute(
            "update strongroom.vault_keys set seals_from = seals_from"
            " - interval '2 days' where owner_id = $1",
            organization,
        )
        await resealed(admin)
        left = await database.fetchval(
            "select count(*) from strongroom.vault_keys where owner_id = $1"
            " and version < $2 and wrapped is not null",
            organization,
            new,
        )
        require(not left, f"{left} old keys are not destroyed")
        await database.execute(
            "update strongroom.vault_checks set phrase = $2 where id = $1",
            check,
            sealed,
        )
        await asyncio.sleep(FORGOTTEN_AFTER)
        answer = await admin.get(f"/api/v1/key-checks/{check}")
        gone = answer.status_code == httpx.codes.GONE
        require(gone, f"a value of a destroyed key answers {answer.status_code}")
        await database.execute(
            "delete from strongroom.vault_keys where owner_id = $1"
            " and destroyed_at is not null and version < $2",
            organization,
            new,
        )


@exercise("POST /api/v1/keys", action="key.rotate")
async def rotate(lab: Lab) -> httpx.Response:
    """Replace the canary's key; the house finishes it in its own time."""
    async with lab.signed_in("a", "admin") as admin:
        return await post_when_free(admin)


@exercise("POST /api/v1/keys/reseal", action="key.reseal")
async def reseal(lab: Lab) -> httpx.Response:
    """Reseal what waits, if anything does."""
    async with lab.signed_in("a", "admin") as admin:
        return await admin.post("/api/v1/keys/reseal")
