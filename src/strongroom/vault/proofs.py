"""What is stored is sealed, bound to its place, and opens with both shares only.

The server seals canary phrases as it seals everything. Then its database is read as a
thief would read it, and altered as a vandal would.
"""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx

from strongroom.crypto import (
    Keyring,
    as_text,
    envelope,
    from_text,
    join_shares,
)
from strongroom.kernel import Secret
from strongroom.lab import (
    Evidence,
    Lab,
    Twin,
    Vantage,
    exercise,
    keys_in_code,
    keys_in_database,
    keys_in_history,
    mint,
    proof,
    require,
    require_provable,
    sabotage,
    sweep,
)

from . import policy
from .errors import SealBroken
from .models import Generation, KeyOwner, Place
from .policy import (
    Sealer,
    bound_to,
    configured_share,
    is_root_of,
    opens_vault,
    unwraps,
)
from .service import Vault


CODE = Path(__file__).parents[1]
IN_CODE = "5eedfacade5eedfacade5eedfacade5eedfacade5eedfacade5eedfacade5eed"
"""A root key that stands in the code, for the sabotage that uses it."""


@sabotage("values are stored as they are", tells="lies in")
async def plain_text(twin: Twin) -> None:
    """Seal nothing, and open it again."""

    async def seal(*given: Any) -> str:
        return str(given[-1].reveal())

    async def open_plain(*given: Any) -> Secret:
        return Secret(given[-1])

    twin.change(Vault, "seal", seal)
    twin.change(Vault, "open", open_plain)


@sabotage("a value is not bound to its row", tells="another row")
async def any_row(twin: Twin) -> None:
    """Seal and open every row as if it were the same."""
    seal, open_sealed = Sealer.seal, Sealer.open

    def seal_anywhere(self: Sealer, place: Place, plain: bytes) -> str:
        return seal(self, place._replace(row="any"), plain)

    def open_anywhere(self: Sealer, place: Place, sealed: str) -> bytes:
        return open_sealed(self, place._replace(row="any"), sealed)

    twin.change(Sealer, "seal", seal_anywhere)
    twin.change(Sealer, "open", open_anywhere)


@sabotage("a value is not bound to its column", tells="another column")
async def any_column(twin: Twin) -> None:
    """Leave the column out of the associated data."""
    bound = envelope.SealingKeys._bound  # noqa: SLF001

    def without_column(self: Any, table: str, _: str, version: int) -> bytes:
        return bound(self, table, "", version)

    twin.change(envelope.SealingKeys, "_bound", without_column)
    twin.change(twin.room.vault, "_held", {})


@sabotage("all organizations share one key", tells="another organization")
async def one_key(twin: Twin) -> None:
    """Seal for everybody with the same key; only the row still tells them apart."""
    sealer = Vault.sealer

    async def sealer_of_nobody(self: Vault, _: KeyOwner) -> Sealer:
        return await sealer(self, KeyOwner.organization(UUID(int=0)))

    twin.change(Vault, "sealer", sealer_of_nobody)


@sabotage("what was altered opens too", tells="bit")
async def forgiving(twin: Twin) -> None:
    """Answer something for a value whose tag is wrong."""
    open_sealed = Sealer.open

    def open_anyway(self: Sealer, place: Any, sealed: Any) -> bytes:
        with suppress(SealBroken):
            return open_sealed(self, place, sealed)
        return b"nearly right"

    twin.change(Sealer, "open", open_anyway)


@proof(
    "vault.at-rest",
    vantage=Vantage.INSIDE,
    sabotages=[plain_text, any_row, any_column, one_key, forgiving],
)
async def stored_values_are_sealed(lab: Lab) -> Evidence:
    """Seal phrases, look for them everywhere, and alter what is stored in every way."""
    phrase, short = mint(), "canary"
    async with (
        lab.signed_in("a", "admin") as admin,
        lab.signed_in("b", "admin") as stranger,
        sealed_check(admin, phrase) as one,
        sealed_check(admin, short) as two,
        sealed_check(stranger, short) as foreign,
    ):
        await require_nowhere(lab, one, phrase)
        flipped = await require_intact(lab, admin, two)
        moved = await require_bound(lab, admin, one, two)
        moved += await require_own(lab, stranger, one, foreign)
        require_provable(await opens(admin, one) == phrase, "a phrase does not open")
    return Evidence(
        population=moved + flipped,
        positive="each phrase opened before it was altered and after it was put back",
        observed={"flipped bits": flipped, "moves": moved},
    )


async def require_nowhere(lab: Lab, check: str, phrase: str) -> None:
    """Find the check's id where it stands, and its phrase nowhere."""
    require_provable(await sweep(lab.inside, check), "the sweep does not find its row")
    places = await sweep(lab.inside, phrase)
    require(not places, f"a sealed phrase lies in {', '.join(places)}")


async def require_bound(lab: Lab, admin: httpx.AsyncClient, one: str, two: str) -> int:
    """Move values to another row and column of the organization; none opens there."""
    label, phrase = await stored(lab, one)
    _, other = await stored(lab, two)
    moves = {"row": other, "column": label}
    for name, value in moves.items():
        await store_phrase(lab, one, value)
        found = await opens(admin, one)
        require(found is None, f"a value opens that was sealed for another {name}")
    await store_phrase(lab, one, phrase)
    return len(moves)


async def require_own(
    lab: Lab, stranger: httpx.AsyncClient, ours: str, theirs: str
) -> int:
    """Give a row to another organization for a moment; it does not open there."""
    give = "update strongroom.vault_checks set organization_id = $2 where id = $1"
    async with lab.inside.database() as database:
        await database.execute(give, ours, (await lab.canary("b")).id)
        try:
            found = await opens(stranger, ours)
        finally:
            await database.execute(give, ours, (await lab.canary("a")).id)
    require(found is None, "a value opens that was sealed for another organization")
    require_provable(await opens(stranger, theirs), "its own value does not open")
    return 1


async def require_intact(lab: Lab, admin: httpx.AsyncClient, check: str) -> int:
    """Flip each bit of one value, cut it, empty it: it never opens."""
    _, whole = await stored(lab, check)
    tried = 0
    for what, altered in alterations(whole):
        await store_phrase(lab, check, altered)
        require(await opens(admin, check) is None, f"a value opens with {what}")
        tried += 1
    await store_phrase(lab, check, whole)
    require_provable(await opens(admin, check) is not None, "it does not open whole")
    return tried


def alterations(sealed: str) -> Iterator[tuple[str, str]]:
    """Yield a sealed text with each bit of its content flipped, and cut, and empty."""
    raw = from_text(sealed)
    start = raw.index(b":", 6) + 1
    for bit in range(start * 8, len(raw) * 8):
        flipped = bytearray(raw)
        flipped[bit // 8] ^= 1 << bit % 8
        yield f"bit {bit} flipped", as_text(bytes(flipped))
    yield "another version", sealed.replace("sr:v1:", "sr:v1:9", 1)
    yield "its last bits cut off", sealed[:-4]
    yield "no bit left", ""


@sabotage("the root key is noted in the database", tells="database")
async def a_note(twin: Twin) -> None:
    """Write it where an operator might, to have it at hand."""
    root = twin.room.keys._root.hex()  # noqa: SLF001
    await twin.sql(
        f"create table public.handover as select '{root}'::text as note",
        undo="drop table public.handover",
    )


@sabotage("the root key stands in the code", tells="code")
async def a_constant(twin: Twin) -> None:
    """Use a key that somebody wrote into a file, until there was time for another."""
    await begin_anew(twin)
    keys = Keyring(bytes.fromhex(IN_CODE))
    twin.change(twin.room.vault.generations, "_keys", keys)


@proof("vault.root-key", vantage=Vantage.INSIDE, sabotages=[a_note, a_constant])
async def nothing_stored_opens_the_vault(lab: Lab) -> Evidence:
    """Try each key-sized value of database, code and its history as the root key."""
    async with lab.signed_in("b", "admin") as admin, sealed_check(admin, mint()):
        generations = await stored_generations(lab)
        dumped = await keys_in_database(lab.inside)
    written, past = keys_in_code(CODE), await keys_in_history(CODE)
    places = {"database": dumped, "code": written, "version control": past}
    for where, found in places.items():
        opening = [key for key in found if opens_vault(key, generations)]
        require(not opening, f"the {where} alone holds a key that opens the vault")
    for each in generations:
        real = is_root_of(lab.inside.keys, each)
        require_provable(real, "the real root key does not open the vault either")
    return Evidence(
        population=sum(map(len, places.values())),
        positive="the real root key opens every generation",
        observed={where: len(found) for where, found in places.items()},
    )


@sabotage("the database's share is not used", tells="database's share is missing")
async def configuration_is_enough(twin: Twin) -> None:
    """Derive the wrapping key from the configuration alone."""
    await begin_anew(twin)
    twin.change(
        policy, "join_shares", lambda ours, _, n: join_shares(ours, bytes(32), n)
    )


@sabotage("the configuration's share is not used", tells="configuration's share")
async def database_is_enough(twin: Twin) -> None:
    """Derive the wrapping key from the database alone."""
    await begin_anew(twin)
    twin.change(
        policy, "join_shares", lambda _, theirs, n: join_shares(bytes(32), theirs, n)
    )


@proof(
    "vault.split-key",
    vantage=Vantage.INSIDE,
    sabotages=[configuration_is_enough, database_is_enough],
)
async def both_shares_are_needed(lab: Lab) -> Evidence:
    """Put one share together with whatever may stand in for the other."""
    async with lab.signed_in("b", "admin") as admin, sealed_check(admin, mint()):
        organization = (await lab.canary("b")).id
        keys = await wrapped_keys(lab, organization)
    require_provable(keys, "the canary has no key")
    owner, tried = KeyOwner.organization(organization), 0
    for generation, version, wrapped in keys:
        number, share = generation.number, generation.share or b""
        configured = configured_share(lab.inside.keys, generation)
        pairs = [("database's", (configured, each)) for each in stand_ins(configured)]
        pairs += [("configuration's", (each, share)) for each in stand_ins(share)]
        bound = bound_to(owner, version)
        for whose, pair in pairs:
            opened = unwraps(wrapped, join_shares(*pair, number), bound)
            require(not opened, f"a key opens while the {whose} share is missing")
        both = join_shares(configured, share, number)
        require_provable(unwraps(wrapped, both, bound), "both shares do not open it")
        tried += len(pairs)
    return Evidence(
        population=tried,
        positive="both shares together open each key",
        observed={"keys": len(keys), "attempts": tried},
    )


def stand_ins(share: bytes) -> list[bytes]:
    """Return what could pass for the other share in a careless derivation."""
    return [bytes(32), b"\xff" * 32, share, share[::-1]]


async def begin_anew(twin: Twin) -> None:
    """Empty the twin's vault, now and at the end, so that its keys are made anew."""
    vault = twin.room.vault
    vault.generations._known.clear()  # noqa: SLF001
    vault._held.clear()  # noqa: SLF001
    twin.change(vault.generations, "_known", {})
    twin.change(vault, "_held", {})
    empty = (
        "delete from strongroom.vault_checks; delete from strongroom.vault_keys;"
        " delete from strongroom.vault_generations"
    )
    await twin.sql(empty, undo=empty)


async def post_check(admin: httpx.AsyncClient, phrase: str) -> httpx.Response:
    """Ask the server to seal *phrase*."""
    form = {"label": "canary", "phrase": phrase}
    return await admin.post("/api/v1/key-checks", json=form)


@asynccontextmanager
async def sealed_check(admin: httpx.AsyncClient, phrase: str) -> AsyncIterator[str]:
    """Have the server seal *phrase* for as long as the context is open."""
    answer = await post_check(admin, phrase)
    require_provable(answer.is_success, f"sealing answers {answer.status_code}")
    check = str(answer.json()["id"])
    try:
        yield check
    finally:
        await admin.delete(f"/api/v1/key-checks/{check}")


async def opens(reader: httpx.AsyncClient, check: str) -> str | None:
    """Return the phrase of a check as *reader* sees it, or None if it does not open."""
    answer = await reader.get(f"/api/v1/key-checks/{check}")
    if answer.is_success:
        return str(answer.json()["phrase"])
    code = answer.json().get("type", "").rpartition("/")[2]
    told = f"a check answers {answer.status_code} {code}"
    require_provable(code in {"seal-broken", "key-destroyed"}, told)
    return None


async def stored(lab: Lab, check: str) -> tuple[str, str]:
    """Return a check's label and phrase as they lie in the table."""
    query = "select label, phrase from strongroom.vault_checks where id = $1"
    async with lab.inside.database() as database:
        rows = await database.fetch(query, check)
    require_provable(rows, "a check is not in its table")
    return rows[0]["label"], rows[0]["phrase"]


async def store_phrase(lab: Lab, check: str, phrase: str) -> None:
    """Put another value in the place of a check's phrase."""
    put = "update strongroom.vault_checks set phrase = $2 where id = $1"
    async with lab.inside.database() as database:
        await database.execute(put, check, phrase)


async def stored_generations(lab: Lab) -> list[Generation]:
    """Return the generations whose share is in the database."""
    query = "select * from strongroom.vault_generations where share is not null"
    async with lab.inside.database() as database:
        return [Generation.of(row) for row in await database.fetch(query)]


async def wrapped_keys(lab: Lab, organization: UUID) -> list[Any]:
    """Return generation, version and wrapped form of each living key."""
    async with lab.inside.database() as database:
        found: list[Any] = await database.fetch(
            "select g.*, k.version, k.wrapped"
            " from strongroom.vault_keys k join strongroom.vault_generations g"
            " using (generation) where k.owner_id = $1 and k.wrapped is not null",
            organization,
        )
    return [(Generation.of(row), row["version"], row["wrapped"]) for row in found]


@exercise("POST /api/v1/key-checks", action="key-check.seal")
async def seal(lab: Lab) -> httpx.Response:
    """Seal a phrase, and leave none behind."""
    async with lab.signed_in("a", "admin") as admin:
        answer = await post_check(admin, "canary")
        if answer.is_success:
            await admin.delete(f"/api/v1/key-checks/{answer.json()['id']}")
    return answer


@exercise("DELETE /api/v1/key-checks/{check_id}", action="key-check.delete")
async def delete(lab: Lab) -> httpx.Response:
    """Delete a phrase that was sealed for this alone."""
    async with lab.signed_in("a", "admin") as admin:
        check = (await post_check(admin, "canary")).json()
        return await admin.delete(f"/api/v1/key-checks/{check['id']}")
