"""Archives that no drill may call good, each broken in another way.

Some are damaged as a disk would. Others the house itself has signed, as a faulty backup
would be: only what is in them is wrong, and only reading it all finds that out.
"""

import asyncio
import secrets
from collections.abc import Callable
from datetime import UTC, datetime

from strongroom.archive import Contents, Draft, Identity, name_of
from strongroom.lab import require

from .proofs_rehearsal import Rehearsal


Change = Callable[[bytes], bytes]

DAMAGES: dict[str, tuple[Change, str]] = {
    "truncated": (lambda raw: raw[:-1], "bytes"),
    "altered": (lambda raw: raw[:-1] + bytes([raw[-1] ^ 1]), "was altered"),
}
"""What happens to one part on its disk, and what the drill then says."""


async def require_damage_is_seen(rehearsal: Rehearsal, name: str) -> list[str]:
    """Break the archive in each way; return the ways, each drill of which was red.

    Raises:
        Contradicted: a broken archive passes for good, or is red for another reason.

    """
    part = rehearsal.parts(name)[0]
    whole = part.read_bytes()
    for what, (change, says) in DAMAGES.items():
        part.write_bytes(change(whole))
        await require_red(rehearsal, name, what, says)
    part.write_bytes(whole)
    forged = {
        "wrongly keyed": (await with_another_key(rehearsal, name), "not encrypted for"),
        "falsified": (await with_a_row_less(rehearsal, name), "not those that were"),
        "empty": (await with_nothing_in_it(rehearsal), "is empty"),
    }
    for what, (archive, says) in forged.items():
        await require_red(rehearsal, archive, what, says)
    return [*DAMAGES, *forged]


async def require_red(rehearsal: Rehearsal, name: str, what: str, says: str) -> None:
    """Have an archive tried, and find the drill failed because of its damage."""
    drill = await rehearsal.ask("drill", name)
    require(drill.result == "failed", f"an archive that is {what} passes for good")
    told = f"an archive that is {what} is red for another reason: {drill.reason}"
    require(says in drill.reason, told)


async def with_another_key(rehearsal: Rehearsal, name: str) -> str:
    """Copy an archive, and keep a key for it that it was not encrypted for."""
    own = rehearsal.identity(name)
    copy, contents = await copied(rehearsal, name, own, lambda plain: plain)
    return await finished(rehearsal, copy, contents, Identity.new())


async def with_a_row_less(rehearsal: Rehearsal, name: str) -> str:
    """Copy an archive without the first row of the first table."""
    own = rehearsal.identity(name)
    first = "000001.age"
    copy, contents = await copied(
        rehearsal, name, own, lambda plain: plain.partition(b"\n")[2], only=first
    )
    return await finished(rehearsal, copy, contents, own)


async def with_nothing_in_it(rehearsal: Rehearsal) -> str:
    """Make an archive of no table."""
    own = Identity.new()
    return await finished(rehearsal, draft_for(rehearsal, own), Contents([]), own)


async def copied(
    rehearsal: Rehearsal,
    name: str,
    own: Identity,
    change: Change,
    only: str | None = None,
) -> tuple[Draft, Contents]:
    """Return a copy of an archive with one part changed, and what it claims to hold."""
    archive, copy = rehearsal.shelf.get(name), draft_for(rehearsal, own)
    contents = await asyncio.to_thread(archive.contents, own)
    for part in (each for table in contents.tables for each in table.parts):
        plain = await asyncio.to_thread(archive.read, part, own)
        await copy.add(change(plain) if part == only else plain)
    return copy, contents


def draft_for(rehearsal: Rehearsal, own: Identity) -> Draft:
    """Return an archive to be written, older than any of the server's."""
    name = name_of("data", datetime(2001, 1, 1, tzinfo=UTC), secrets.token_hex(4))
    return Draft(rehearsal.shelf.depot, name, "data", [own.recipient])


async def finished(
    rehearsal: Rehearsal, draft: Draft, contents: Contents, kept: Identity
) -> str:
    """Sign an archive as the house does, keep a key for it, and return its name."""
    await draft.finish(contents, datetime.now(UTC), rehearsal.key)
    key = rehearsal.folder / f"drill-{draft.name}.key"
    key.write_text(f"{kept.text()}\n", "ascii")
    return draft.name
