"""Backups are ciphertext, and the newest are kept.

The server itself is asked for a rehearsal; what it says is compared with the files.
"""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from strongroom.archive import (
    HEADER,
    MANIFEST,
    Draft,
    name_of,
)
from strongroom.lab import (
    Evidence,
    Lab,
    Twin,
    Vantage,
    guest,
    mint,
    proof,
    require,
    require_provable,
    sabotage,
)

from . import policy
from .proofs_rehearsal import Rehearsal, age, rehearsal_of, require_scheduled
from .service import Maker, Store


REQUESTS = "/api/v1/privacy/requests"


@sabotage("parts are stored as they come", tells="not encrypted")
async def a_plain_archive(twin: Twin) -> None:
    """Put the plain text in the place of each part."""
    add = Draft.add

    async def add_plain(self: Draft, plain: bytes) -> str:
        name = await add(self, plain)
        self.depot.put(f"{self.name}/{name}", plain)
        return name

    twin.change(Draft, "add", add_plain)


@sabotage("what is about a person is not sealed for them", tells="a person's words")
async def an_unsealed_person(twin: Twin) -> None:
    """Find nobody's key."""

    async def find_none(*_: Any) -> dict[str, bytes]:
        return {}

    twin.change(Maker, "_find_keys", find_none)


@sabotage("the server can open every archive that it made", tells="older archive")
async def a_hoarded_key(twin: Twin) -> None:
    """Forget no key."""
    twin.change(Store, "drop_drill_keys", lambda *_: None)


@proof(
    "backups.encrypted",
    vantage=Vantage.INSIDE,
    sabotages=[a_plain_archive, an_unsealed_person, a_hoarded_key],
)
async def archives_are_ciphertext(lab: Lab) -> Evidence:
    """No file shows a canary's words; what opens the newest, opens no older one."""
    own = await require_scheduled(lab, "backup", timedelta(hours=24))
    secret = mint()
    async with guest(lab) as somebody, rehearsal_of(lab) as rehearsal:
        form = {"kind": "access", "words": secret}
        asked = await somebody.http.post(REQUESTS, json=form)
        require_provable(asked.is_success, "the canary cannot ask")
        older, run = await rehearsal.backup(), await rehearsal.backup()
        files = rehearsal.parts()
        require_provable(files, "no file was written")
        plain = [each.name for each in files if not starts_encrypted(each)]
        require(not plain, f"{len(plain)} parts are not encrypted")
        hoarded = (rehearsal.folder / f"drill-{older.archive}.key").exists()
        require(not hoarded, "the server can open an older archive")
        inside = await asyncio.to_thread(opened, rehearsal, run.archive)
        row = str(somebody.account_id).encode()
        require_provable(row in inside, "the canary is not in the backup at all")
        require(secret.encode() not in inside, "an archive shows a person's words")
    return Evidence(
        population=len(files),
        positive="with its key, an archive shows the canary's row",
        observed={"made by itself": own, "bytes": run.report["bytes"]},
    )


def starts_encrypted(file: Path) -> bool:
    """Say whether a file begins as age's format does."""
    with file.open("rb") as opened_file:
        return opened_file.read(len(HEADER)) == HEADER


def opened(rehearsal: Rehearsal, name: str) -> bytes:
    """Return everything that an archive holds, as the operator would read it."""
    archive, identity = rehearsal.shelf.get(name), rehearsal.identity(name)
    return b"".join(
        archive.read(each.name, identity) for each in archive.manifest.parts
    )


@sabotage("old archives are never removed", tells="are kept")
async def a_full_shelf(twin: Twin) -> None:
    """Spare nothing."""
    twin.change(policy, "spare", lambda *_: [])


@sabotage("the newest archive is removed", tells="lost")
async def a_wrong_end(twin: Twin) -> None:
    """Begin at the wrong end."""
    twin.change(policy, "spare", lambda names, _: sorted(names)[-3:])


@sabotage("the schedule forgets backups", tells="older than")
async def a_forgotten_schedule(twin: Twin) -> None:
    """Let the newest be old, and nothing be due."""
    await age(twin, "backup", "30 hours")


@proof(
    "backups.rotation",
    vantage=Vantage.INSIDE,
    sabotages=[a_full_shelf, a_wrong_end, a_forgotten_schedule],
)
async def the_newest_are_kept(lab: Lab, every_hours: int, keep: int) -> Evidence:
    """The schedule's last backup is young; of more than are kept, the oldest go."""
    own = await require_scheduled(lab, "backup", timedelta(hours=every_hours))
    async with rehearsal_of(lab) as rehearsal:
        old = [plant(rehearsal, days) for days in range(1, keep + 3)]
        run = await rehearsal.backup()
        left = set(rehearsal.shelf.names("data"))
        wanted = {run.archive, *old[: keep - 1]}
        require(len(left) <= keep, f"{len(left)} backups are kept, not {keep}")
        require(wanted <= left, f"{len(wanted - left)} of the newest backups are lost")
    return Evidence(
        population=len(old) + 1,
        positive=f"the server made {run.archive} when asked",
        observed={
            "made by itself": own,
            "kept": len(left),
        },
    )


def plant(rehearsal: Rehearsal, days: int) -> str:
    """Put an archive of some days ago on the shelf, and return its name."""
    name = name_of("data", datetime.now(UTC) - timedelta(days=days), f"{days:08x}")
    rehearsal.shelf.depot.put(f"{name}/{MANIFEST}", b"{}")
    return name
