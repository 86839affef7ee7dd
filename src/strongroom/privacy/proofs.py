"""Everything about a person comes out, goes away, and ends in time.

Guests come for each proof: they sign up as anybody does, own a row in every store that
the registry knows, the embedder's too, and leave nothing but a line in the ledger of
erasures. What the house says is compared with what its tables hold, read apart.
"""

import hashlib
import io
import json
import zipfile
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import httpx

from strongroom.crypto import open_envelope, public_keys
from strongroom.db import columns_of, references_of
from strongroom.kernel import PersonalTable
from strongroom.lab import (
    Evidence,
    Guest,
    Lab,
    Twin,
    Vantage,
    about_people,
    aged_rows,
    exercise,
    guest,
    mailed_token,
    mint,
    places_of,
    proof,
    put_back,
    remove_rows,
    require,
    require_ended,
    require_provable,
    require_same_rows,
    rows_everywhere,
    sabotage,
    until,
)

from . import events, policy, store
from .models import Registry
from .service import Retention
from .tasks import Ledger


REQUESTS, EXPORTS = "/api/v1/privacy/requests", "/api/v1/privacy/exports"
ERASURES, DOWNLOAD = "/api/v1/privacy/erasures", f"{EXPORTS}/download"
JWKS = "/.well-known/strongroom/jwks.json"


@sabotage("one store is left out of exports", tells="sessions is left out")
async def an_export_without_devices(twin: Twin) -> None:
    """Forget a table."""

    def most(self: Registry) -> list[PersonalTable]:
        known = [each for each in self.tables if each.subject is not None]
        return [each for each in known if each.table != "strongroom.sessions"]

    twin.change(Registry, "personal", property(most))


@sabotage("one column is left out of exports", tells="user_agent")
async def an_export_without_browsers(twin: Twin) -> None:
    """Forget a column."""
    rows_of = store.rows_of

    async def rows_without(*given: Any) -> list[dict[str, Any]]:
        rows = await rows_of(*given)
        return [{k: v for k, v in row.items() if k != "user_agent"} for row in rows]

    twin.change(store, "rows_of", rows_without)


@sabotage("an export holds everybody's rows", tells="somebody else")
async def an_export_of_everybody(twin: Twin) -> None:
    """Add everybody's address."""
    rows_of = store.rows_of

    async def rows_of_all(door: Any, *given: Any) -> list[dict[str, Any]]:
        more = await door.fetch("select id::text, email from strongroom.accounts")
        return [*await rows_of(door, *given), *map(dict, more)]

    twin.change(store, "rows_of", rows_of_all)


@proof(
    "privacy.export",
    vantage=Vantage.INSIDE,
    sabotages=[
        an_export_without_devices,
        an_export_without_browsers,
        an_export_of_everybody,
    ],
)
async def everything_comes_out(lab: Lab) -> Evidence:
    """A guest with a row in every store finds each row in the copy, and no other's."""
    async with guest(lab) as somebody, guest(lab) as other:
        rows = await rows_everywhere(lab, somebody, mint())
        archive = await copy_of(lab, somebody)
        require(other.email.encode() not in archive["text"], "it holds somebody else")
        for entry in about_people(lab):
            require_copied(entry, rows[entry.table], archive)
        await require_signed(lab, archive)
    return Evidence(
        population=sum(map(len, rows.values())),
        positive=f"the guest owned rows in {len(rows)} stores",
        observed={"rows per store": {name: len(each) for name, each in rows.items()}},
    )


@sabotage("erasing skips one store", tells="table strongroom.mails")
async def a_skipped_store(twin: Twin) -> None:
    """Leave the mails."""
    erase = store.erase

    async def erase_most(tx: Any, entry: PersonalTable, people: Any) -> int:
        return 0 if entry.title == "Mail on its way" else await erase(tx, entry, people)

    twin.change(store, "erase", erase_most)


@sabotage("entries keep who acted", tells="table strongroom.audit_entries")
async def a_remembering_log(twin: Twin) -> None:
    """Anonymise nothing."""
    erase = store.erase

    async def delete_only(tx: Any, entry: PersonalTable, people: Any) -> int:
        return await erase(tx, entry, people) if entry.on_erasure == "delete" else 0

    twin.change(store, "erase", delete_only)


@sabotage("erasing one person signs everybody out", tells="somebody else's")
async def a_broad_eraser(twin: Twin) -> None:
    """Delete all sessions."""
    erase = store.erase

    async def erase_more(tx: Any, entry: PersonalTable, people: Any) -> int:
        if entry.table == "strongroom.sessions":
            await tx.execute("delete from strongroom.sessions")
        return await erase(tx, entry, people)

    twin.change(store, "erase", erase_more)


@sabotage("erasures are not written to the ledger", tells="restored")
async def a_forgetful_ledger(twin: Twin) -> None:
    """Say that the line was written."""
    twin.change(Ledger, "append", lambda _, __, known: known)


@proof(
    "privacy.erasure",
    vantage=Vantage.INSIDE,
    sabotages=[
        a_skipped_store,
        a_remembering_log,
        a_broad_eraser,
        a_forgetful_ledger,
    ],
)
async def the_erased_are_nowhere(lab: Lab) -> Evidence:
    """A guest is erased from every store, stays so after a restore; others are not."""
    async with guest(lab) as somebody, guest(lab) as other:
        secret = mint()
        await somebody.http.post(REQUESTS, json={"kind": "access", "words": secret})
        rows = await rows_everywhere(lab, somebody, secret)
        theirs = await rows_everywhere(lab, other, mint())
        found = await places_of(lab, somebody, secret)
        require_provable(len(found) > 1, "the guest was nowhere before")
        await ask_erasure(lab, somebody)
        await require_gone(lab, somebody, secret, "after the erasure")
        await restore(lab, rows)
        require_provable(await places_of(lab, somebody, secret), "nothing was restored")
        await require_gone(lab, somebody, secret, "after their rows were restored")
        await require_same_rows(lab, other, theirs)
    return Evidence(
        population=sum(map(len, rows.values())),
        positive=f"before, the guest was in {', '.join(found)}",
        observed={"stores": sorted(rows), "of others": sum(map(len, theirs.values()))},
    )


@sabotage("a new personal column is not registered", tells="column nickname")
async def an_unsaid_column(twin: Twin) -> None:
    """Add a column as a hurried migration would."""
    await twin.sql(
        "alter table strongroom.accounts add column nickname text",
        undo="alter table strongroom.accounts drop column nickname",
    )


@sabotage("the retention job does not run", tells="does not run")
async def a_lazy_job(twin: Twin) -> None:
    """Do nothing."""

    async def rest(_: Retention) -> None:
        return

    twin.change(Retention, "turn", rest)


@sabotage("the retention job forgets one store", tells="mails keeps")
async def a_forgetful_job(twin: Twin) -> None:
    """Keep old mails."""
    expiring = policy.expiring
    twin.change(
        policy,
        "expiring",
        lambda registry: [
            each for each in expiring(registry) if each[0].table != "strongroom.mails"
        ],
    )


@sabotage("the retention job takes too much", tells="loses")
async def a_greedy_job(twin: Twin) -> None:
    """Halve every period."""
    expire = store.expire

    async def expire_early(tx: Any, entry: Any, period: Any, length: timedelta) -> int:
        return await expire(tx, entry, period, length / 2)

    twin.change(store, "expire", expire_early)


@proof(
    "privacy.minimal",
    vantage=Vantage.INSIDE,
    sabotages=[an_unsaid_column, a_lazy_job, a_forgetful_job, a_greedy_job],
)
async def each_column_is_said_and_each_row_ends(lab: Lab) -> Evidence:
    """The registry fits the catalogue; rows past their period go, younger ones stay."""
    registry = Registry(lab.inside.personal, lab.inside.policy)
    async with lab.inside.database() as database:
        columns = await columns_of(database)
        faults = policy.faults_of(columns, registry)
    require(not faults, "; ".join(faults))
    async with guest(lab) as somebody:
        old, young = await aged_rows(lab, somebody)
        try:
            await run_retention(lab)
            async with lab.inside.database() as database:
                await require_ended(database, old, young)
        finally:
            await remove_rows(lab, old, young)
    named = sum(len(entry.named) for entry in registry.tables)
    return Evidence(
        population=named + len(old),
        positive=f"{len(young)} rows within their period stayed",
        observed={"columns named": named, "stores that end": sorted(old)},
    )


async def export_link(lab: Lab, somebody: Guest) -> str:
    """Ask for a copy as anybody does, wait for its mail, and return its token."""
    answer = await somebody.http.post(EXPORTS, json={"password": somebody.password})
    require(answer.is_success, f"asking for a copy answers {answer.status_code}")
    await until(lambda: is_settled(somebody, answer), "no copy is made")
    return await mailed_token(lab.inside, somebody.email)


async def copy_of(lab: Lab, somebody: Guest) -> dict[str, Any]:
    """Fetch a fresh copy, once, and open it."""
    token = await export_link(lab, somebody)
    fetched = await somebody.http.post(DOWNLOAD, json={"token": token})
    require(fetched.is_success, f"fetching the copy answers {fetched.status_code}")
    again = await somebody.http.post(DOWNLOAD, json={"token": token})
    require(not again.is_success, "the link works twice")
    with zipfile.ZipFile(io.BytesIO(fetched.content)) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    return {"files": files, "text": b"".join(files.values())}


def require_copied(
    entry: PersonalTable, rows: list[dict[str, Any]], archive: Mapping[str, Any]
) -> None:
    """Find every row of a store in the copy, with every column but those withheld."""
    content = archive["files"].get(policy.file_of(entry.table))
    require(content, f"{entry.table} is left out of the copy")
    copied = json.loads(content or b"[]")
    require(len(copied) >= len(rows), f"{entry.table}: {len(rows)} rows, fewer copied")
    wanted = set(rows[0]) - set(entry.withheld)
    for row in copied:
        missing = ", ".join(sorted(wanted - set(row)))
        require(not missing, f"{entry.table} is copied without {missing}")
        shown = ", ".join(sorted(set(row) & set(entry.withheld)))
        require(not shown, f"{entry.table} is copied with {shown}")
    telling = [name for name in entry.personal if name not in entry.withheld]
    for row in rows:
        values = {name: row[name] for name in telling}
        held = any(values.items() <= each.items() for each in copied)
        require(held, f"{entry.table}: a row of theirs is not in the copy")


async def require_signed(lab: Lab, archive: Mapping[str, Any]) -> None:
    """Verify the manifest with the published key, and each file with the manifest."""
    files = archive["files"]
    keys = public_keys((await lab.http.get(JWKS)).json())
    manifest = open_envelope(json.loads(files["manifest.dsse.json"]), keys)
    for name, stated in manifest["files"].items():
        digest = hashlib.sha256(files.get(name, b"")).hexdigest()
        require(stated["sha256"] == digest, f"{name} is not what the manifest says")
    unsaid = set(files) - set(manifest["files"])
    extra = unsaid - {"manifest.json", "manifest.dsse.json"}
    require(not extra, f"the manifest does not know {extra}")


async def ask_erasure(lab: Lab, somebody: Guest) -> None:
    """Ask for the erasure as anybody does, and let the time to think have passed."""
    wrong = confirmed_by(somebody) | {"password": "not theirs at all"}
    refused = await somebody.http.post(ERASURES, json=wrong)
    require(refused.is_client_error, "a wrong password erases")
    answer = await somebody.http.post(ERASURES, json=confirmed_by(somebody))
    require(answer.is_success, f"asking for erasure answers {answer.status_code}")
    async with lab.inside.database() as database:
        await database.execute(
            "update strongroom.privacy_requests set starts_at = now()"
            " where account_id = $1 and kind = 'erasure'",
            somebody.account_id,
        )


def confirmed_by(somebody: Guest) -> dict[str, str]:
    """Return what one types to be erased."""
    return {"password": somebody.password, "confirmation": somebody.email}


async def require_gone(lab: Lab, somebody: Guest, secret: str, when: str) -> None:
    """Wait until the account is gone; then nothing of the guest may be anywhere."""

    async def is_gone() -> bool:
        async with lab.inside.database() as database:
            query = "select 1 from strongroom.accounts where id = $1"
            return not await database.fetchval(query, somebody.account_id)

    await until(is_gone, f"the guest is still there {when}")
    left = await places_of(lab, somebody, secret)
    require(not left, f"{when}: {', '.join(left)}")


async def restore(lab: Lab, rows: Mapping[str, Any]) -> None:
    """Bring rows back as a backup would, those that others refer to first."""
    async with lab.inside.database() as database:
        references = await references_of(database)
        await put_back(database, rows, policy.children_first(rows, references)[::-1])


async def run_retention(lab: Lab) -> None:
    """Make the job due, and wait until it ran."""
    async with lab.inside.database() as database:
        before = await database.fetchval(
            "update strongroom.privacy_jobs set due_at = now() returning now()"
        )

        async def ran() -> bool:
            at = await database.fetchval(
                "select max(ran_at) from strongroom.privacy_jobs"
            )
            return at is not None and at >= before

        await until(ran, "the retention job does not run")


async def is_settled(somebody: Guest, asked: httpx.Response) -> bool:
    """Say whether the guest's request is done."""
    found = {each["id"]: each for each in (await somebody.http.get(REQUESTS)).json()}
    return bool(found[asked.json()["id"]]["state"] == "done")


@exercise(f"POST {REQUESTS}", action=events.REQUEST)
async def ask(lab: Lab) -> httpx.Response:
    """Ask what a human must answer."""
    async with guest(lab) as somebody:
        form = {"kind": "access", "words": "What do you know about a canary?"}
        return await somebody.http.post(REQUESTS, json=form)


@exercise(f"POST {EXPORTS}", action=events.EXPORT)
async def export(lab: Lab) -> httpx.Response:
    """Ask for a copy."""
    async with guest(lab) as somebody:
        form = {"password": somebody.password}
        return await somebody.http.post(EXPORTS, json=form)


@exercise(f"POST {DOWNLOAD}", action=events.DOWNLOAD)
async def download(lab: Lab) -> httpx.Response:
    """Fetch a copy."""
    async with guest(lab) as somebody:
        form = {"token": await export_link(lab, somebody)}
        return await somebody.http.post(DOWNLOAD, json=form)


@exercise(f"POST {ERASURES}", action=events.ERASE)
async def erase(lab: Lab) -> httpx.Response:
    """Ask for an erasure, which the guest does not live to see."""
    async with guest(lab) as somebody:
        return await somebody.http.post(ERASURES, json=confirmed_by(somebody))


@exercise(f"DELETE {REQUESTS}/{{request_id}}", action=events.CANCEL)
async def cancel(lab: Lab) -> httpx.Response:
    """Undo an erasure."""
    async with guest(lab) as somebody:
        asked = await somebody.http.post(ERASURES, json=confirmed_by(somebody))
        return await somebody.http.delete(f"{REQUESTS}/{asked.json()['id']}")
