"""Everything about a person comes out, goes away, and ends in time.

Guests come for each proof, own a row in every store that the registry knows, and leave
a line in the ledger. What the house says is compared with its tables, read apart.
"""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any, Self

import httpx

from strongroom.db import ContextSigner, Database, Pool, columns_of
from strongroom.kernel import PersonalTable
from strongroom.lab import (
    Archive,
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
    open_archive,
    places_of,
    proof,
    remove_rows,
    require,
    require_copied,
    require_ended,
    require_gone,
    require_nothing_overdue,
    require_provable,
    require_same_rows,
    restore,
    rows_everywhere,
    sabotage,
    until,
)
from strongroom.vault import KeyDestroyed, KeyOwner, Place, Vault

from . import events, policy, store
from .models import Registry
from .service import Retention
from .tasks import Ledger


REQUESTS, EXPORTS = "/api/v1/privacy/requests", "/api/v1/privacy/exports"
ERASURES, DOWNLOAD = "/api/v1/privacy/erasures", f"{EXPORTS}/download"
WELL_KNOWN = "/.well-known/strongroom"
RECORD = Place("canary.records", "words", "in an old backup")


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
        require(not archive.holds(other.email), "it holds somebody else")
        for entry in about_people(lab):
            copied = archive.rows(policy.file_of(entry.table))
            require_copied(entry, rows[entry.table], copied)
        archive.require_whole((await lab.http.get(f"{WELL_KNOWN}/jwks.json")).json())
    return Evidence(
        population=sum(map(len, rows.values())),
        positive=f"the guest owned rows in {len(rows)} stores",
        observed={"rows per store": {name: len(each) for name, each in rows.items()}},
    )


@sabotage("erasing skips one store", tells="table strongroom.mails")
async def a_skipped_store(twin: Twin) -> None:
    """Leave the mails."""
    spare(twin, lambda entry: entry.table == "strongroom.mails")


@sabotage("entries keep who acted", tells="table strongroom.audit_entries")
async def a_remembering_log(twin: Twin) -> None:
    """Anonymise nothing."""
    spare(twin, lambda entry: entry.on_erasure == "anonymise")


def spare(twin: Twin, spared: Callable[[PersonalTable], bool]) -> None:
    """Erase nobody from the stores that are *spared*."""
    erase = store.erase

    async def erase_most(tx: Any, entry: PersonalTable, people: Any) -> int:
        return 0 if spared(entry) else await erase(tx, entry, people)

    twin.change(store, "erase", erase_most)


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


@sabotage("the person's key is kept", tells="still opens")
async def a_kept_key(twin: Twin) -> None:
    """Destroy no key."""

    async def destroy(*_: Any) -> int:
        return 0

    twin.change(Vault, "destroy", destroy)


@proof(
    "privacy.erasure",
    vantage=Vantage.INSIDE,
    sabotages=[
        a_skipped_store,
        a_remembering_log,
        a_broad_eraser,
        a_forgetful_ledger,
        a_kept_key,
    ],
)
async def the_erased_are_nowhere(lab: Lab) -> Evidence:
    """A guest is erased from every store, stays so after a restore; others are not."""
    async with (
        guest(lab) as somebody,
        guest(lab) as other,
        Sealed.with_key_of(lab, somebody) as sealed,
    ):
        secret = mint()
        await somebody.http.post(REQUESTS, json={"kind": "access", "words": secret})
        require_provable(await sealed.opens(), "what was sealed for them does not open")
        rows = await rows_everywhere(lab, somebody, secret)
        theirs = await rows_everywhere(lab, other, mint())
        found = await places_of(lab, somebody, secret)
        require_provable(len(found) > 1, "the guest was nowhere before")
        await ask_erasure(lab, somebody)
        await require_gone(lab, somebody, secret, "after the erasure")
        require(not await sealed.opens(), "what their key sealed still opens")
        await restore(lab, somebody, rows)
        await require_gone(lab, somebody, secret, "after their rows were restored")
        require(not await sealed.opens(), "with its restored key it still opens")
        await require_same_rows(lab, other, theirs)
    return Evidence(
        population=sum(map(len, rows.values())),
        positive=f"before, the guest was in {', '.join(found)}",
        observed={"stores": sorted(rows), "others": sum(map(len, theirs.values()))},
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
        faults = policy.faults_of(await columns_of(database), registry)
    require(not faults, "; ".join(faults))
    async with guest(lab) as first, guest(lab) as second:
        old, young = await aged_rows(lab, first, second)
        try:
            await run_retention(lab)
            async with lab.inside.database() as database:
                await require_ended(database, old, young)
        finally:
            await remove_rows(lab, old, young)
    await require_nothing_overdue(lab)
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


async def copy_of(lab: Lab, somebody: Guest) -> Archive:
    """Fetch a fresh copy, once, and open it."""
    token = await export_link(lab, somebody)
    fetched = await somebody.http.post(DOWNLOAD, json={"token": token})
    require(fetched.is_success, f"fetching the copy answers {fetched.status_code}")
    again = await somebody.http.post(DOWNLOAD, json={"token": token})
    require(again.is_client_error, "the link works twice")
    return open_archive(fetched.content)


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


class Sealed:
    """A record in an old backup: sealed with the key of the person it is about."""

    def __init__(self, vault: Vault, owner: KeyOwner, text: str) -> None:
        """Keep *text*, which *vault* sealed for *owner*."""
        self._vault, self._owner, self._text = vault, owner, text

    @classmethod
    @asynccontextmanager
    async def with_key_of(cls, lab: Lab, somebody: Guest) -> AsyncIterator[Self]:
        """Seal a record with the guest's own key."""
        inside, owner = lab.inside, KeyOwner.person(somebody.account_id)
        pool = Pool(inside.owner_url, 2, "strongroom-proof")
        signer = ContextSigner(inside.keys.derive("tenant context"))
        async with Database(pool, pool, signer) as db:
            vault = Vault(db, inside.keys)
            yield cls(vault, owner, await vault.seal(owner, RECORD, b"a canary's"))

    async def opens(self) -> bool:
        """Say whether the record can still be read, with the key as it is now."""
        self._vault.forget(self._owner)
        try:
            await self._vault.open(self._owner, RECORD, self._text)
        except KeyDestroyed:
            return False
        return True


async def run_retention(lab: Lab) -> None:
    """Make the job due, and wait until it ran."""
    async with lab.inside.database() as database:
        await database.execute("update strongroom.privacy_jobs set due_at = now()")
        waits = "select bool_or(due_at <= now()) from strongroom.privacy_jobs"

        async def ran() -> bool:
            return not await database.fetchval(waits)

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
        return await somebody.http.post(EXPORTS, json={"password": somebody.password})


@exercise(f"POST {DOWNLOAD}", action=events.DOWNLOAD)
async def download(lab: Lab) -> httpx.Response:
    """Fetch a copy."""
    async with guest(lab) as somebody:
        token = await export_link(lab, somebody)
        return await somebody.http.post(DOWNLOAD, json={"token": token})


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
