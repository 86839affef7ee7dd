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
    Identity,
    NotForThisKey,
    Shelf,
    name_of,
)
from strongroom.kernel import load_settings
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
from .proofs_rehearsal import (
    Rehearsal,
    age,
    rehearsal_of,
    require_scheduled,
    shelf_in,
)
from .service import Maker, Store
from .settings import BackupSettings


REQUESTS = "/api/v1/privacy/requests"


@sabotage("parts are stored as they come", tells="files are not encrypted")
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


@sabotage(
    "the server can open every archive that it made", tells="can open an older archive"
)
async def a_hoarded_key(twin: Twin) -> None:
    """Forget no key."""
    twin.change(Store, "drop_drill_keys", lambda *_: None)


@sabotage("every archive has the same key", tells="key opens an older archive")
async def one_key(twin: Twin) -> None:
    """Make one identity, and no other."""
    only = Identity.new()
    twin.change(Identity, "new", lambda: only)


@proof(
    "backups.encrypted",
    vantage=Vantage.INSIDE,
    sabotages=[a_plain_archive, an_unsealed_person, a_hoarded_key, one_key],
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
        rehearsed = files_on(rehearsal.shelf, rehearsal.folder / "archives")
        require_provable(rehearsed, "no file was written")
        files = rehearsed + own_files(lab)
        plain = [each for each in files if not (is_manifest(each) or is_sealed(each))]
        require(not plain, f"{len(plain)} files are not encrypted")
        hoarded = (rehearsal.folder / f"drill-{older.archive}.key").exists()
        require(not hoarded, "the server can open an older archive")
        await asyncio.to_thread(require_shut, rehearsal, run.archive, older.archive)
        inside = await asyncio.to_thread(opened, rehearsal, run.archive)
        row = str(somebody.account_id).encode()
        require_provable(row in inside, "the canary is not in the backup at all")
        require(secret.encode() not in inside, "an archive shows a person's words")
        telling = [each for each in rehearsed if row in each.read_bytes()]
        require(not telling, f"{len(telling)} files tell who is in the backup")
    return Evidence(
        population=len(files),
        positive="with its key, an archive shows the canary's row",
        observed={"made by itself": own, "bytes": run.report["bytes"]},
    )


def files_on(shelf: Shelf, folder: Path) -> list[Path]:
    """Return every file of the finished archives in *folder*."""
    names = [*shelf.names("data"), *shelf.names("keys")]
    return [each for name in names for each in sorted((folder / name).iterdir())]


def own_files(lab: Lab) -> list[Path]:
    """Return the files of the archives that no proof asked for, where they lie here."""
    folder = (lab.inside.backups or Path()) / "archives"
    return files_on(shelf_in(lab, folder), folder)


def is_manifest(file: Path) -> bool:
    """Say whether a file is the one that may be read: it names parts and hashes."""
    return file.name == MANIFEST


def require_shut(rehearsal: Rehearsal, newest: str, older: str) -> None:
    """Try the newest archive's key on an older one.

    Raises:
        Contradicted: it opens that, too.

    """
    try:
        rehearsal.shelf.get(older).contents(rehearsal.identity(newest))
    except NotForThisKey:
        return
    require(False, "the newest archive's key opens an older archive")


def is_sealed(file: Path) -> bool:
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
    every = timedelta(hours=every_hours)
    rules = load_settings(BackupSettings, "backups", lab.inside.policy)
    require(rules.every == every, f"a backup is due only every {rules.every}")
    own = await require_scheduled(lab, "backup", every)
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
