"""Copies, erasures, the ledger beside the database, and the end of periods."""

import hashlib
import json
from uuid import UUID

import pytest

from strongroom.crypto import open_envelope, public_jwk, public_keys
from strongroom.db import Connection
from strongroom.kernel import Period
from strongroom.lab import mint
from strongroom.privacy import SIGNING_KEY, LedgerBroken, Privacy, Work
from strongroom.privacy.store import quoted
from strongroom.room import Strongroom
from tests.people import join, organization_of

from .conftest import MakeSomebody, Somebody, fetched, hastened, token_of


TABLES = (
    "strongroom.accounts",
    "strongroom.memberships",
    "strongroom.password_verifiers",
    "strongroom.sessions",
    "strongroom.mails",
)
"""What a person has rows in as soon as they are signed in."""


async def rows_with(owner: Connection, words: str) -> list[str]:
    """Return the tables of the house in which *words* stand."""
    tables = await owner.fetch(
        "select oid::regclass::text as name from pg_class"
        " where relkind = 'r' and relnamespace = 'strongroom'::regnamespace"
    )
    found = []
    for table in tables:
        query = f"select 1 from {table['name']} t where t::text like $1 limit 1"
        if await owner.fetchval(query, f"%{words}%"):
            found.append(table["name"])
    return sorted(found)


async def digests(owner: Connection) -> set[str]:
    """Return a digest of each row of what people own."""
    found = set()
    for table in (*TABLES, "strongroom.organizations", "strongroom.audit_entries"):
        rows = await owner.fetch(f"select md5(t::text) as it from {table} t")
        found |= {f"{table} {row['it']}" for row in rows}
    return found


async def erase(somebody: Somebody, owner: Connection, work: Work) -> None:
    """Erase somebody who asked for it, as if the time to think had passed."""
    (await somebody.ask_erasure()).raise_for_status()
    async with hastened(owner, somebody.account_id):
        await work.turn()


async def test_a_copy_holds_every_store_and_is_signed(
    room: Strongroom, work: Work, somebody: MakeSomebody, privacy: Privacy
) -> None:
    """Each store's rows are in a file whose digest the signed manifest has."""
    one, other = await somebody(), await somebody()
    files = await fetched(room, one, work)
    assert set(files) == {
        *(f"data/{each.table}.json" for each in privacy.registry.personal),
        "manifest.json",
        "manifest.dsse.json",
    }
    for table in TABLES:
        assert files[f"data/{table}.json"], table
    assert one.person.email in json.dumps(files["data/strongroom.accounts.json"])
    assert other.person.email not in json.dumps(files)
    assert "verifier" not in json.dumps(
        files["data/strongroom.password_verifiers.json"]
    )
    keys = {"keys": [public_jwk(room.keys.signing_key(SIGNING_KEY).public_key())]}
    signed = open_envelope(files["manifest.dsse.json"], public_keys(keys))
    assert signed == files["manifest.json"]
    text = json.dumps(
        files["data/strongroom.accounts.json"],
        indent=1,
        ensure_ascii=False,
        sort_keys=True,
    )
    stated = signed["files"]["data/strongroom.accounts.json"]
    assert stated["sha256"] == hashlib.sha256(text.encode()).hexdigest()
    assert stated["rows"] == 1


async def test_a_copy_is_private_and_goes(
    room: Strongroom,
    work: Work,
    somebody: MakeSomebody,
    privacy: Privacy,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Only the server's own user can read the file, and it is deleted in time."""
    one = await somebody()
    (await one.ask("exports")).raise_for_status()
    await work.turn()
    [archive] = privacy.exports.glob("*")
    assert archive.stat().st_mode & 0o777 == 0o600
    assert archive.parent.stat().st_mode & 0o777 == 0o700
    at = archive.stat().st_mtime
    monkeypatch.setattr("time.time", lambda: at + 7 * 86_400 - 60)
    await work.exports.forget_old()
    assert archive.exists()
    monkeypatch.setattr("time.time", lambda: at + 7 * 86_400 + 60)
    await work.exports.forget_old()
    assert not archive.exists()
    monkeypatch.undo()
    token = await token_of(room, one.person.email)
    answer = await one.app.post(
        "/api/v1/privacy/exports/download", json={"token": token}
    )
    assert answer.status_code == 410


async def test_an_erased_person_is_nowhere(
    room: Strongroom, owner: Connection, work: Work, somebody: MakeSomebody
) -> None:
    """No table knows their address or browser; what others own is untouched."""
    one = await somebody()
    secret = mint()
    await one.app.get("/api/v1/session", headers={"user-agent": secret})
    await owner.execute(
        "update strongroom.sessions set user_agent = $2 where account_id = $1",
        one.account_id,
        secret,
    )
    refused = {"email": one.person.email, "password": "a quite wrong password"}
    await one.app.post("/api/v1/sessions", json=refused, headers={"user-agent": secret})
    await fetched(room, one, work)
    assert set(TABLES) <= set(await rows_with(owner, one.person.email)) | set(
        await rows_with(owner, str(one.account_id))
    )
    assert "strongroom.audit_entries" in await rows_with(owner, secret)
    await somebody()
    before = await digests(owner)
    organization = await organization_of(one.app)
    await erase(one, owner, work)
    assert await rows_with(owner, one.person.email) == []
    assert await rows_with(owner, secret) == []
    assert (await one.app.get("/api/v1/session")).status_code == 401
    assert not await owner.fetchval(
        "select 1 from strongroom.organizations where id = $1", organization
    )
    lost = before - await digests(owner)
    for table in ("accounts", "memberships", "organizations", "password_verifiers"):
        theirs = [row for row in lost if row.startswith(f"strongroom.{table} ")]
        assert len(theirs) == 1, table


async def test_the_erased_leave_their_entries_without_themselves(
    owner: Connection, work: Work, somebody: MakeSomebody
) -> None:
    """What was done stays on record; who, from where and with what does not."""
    one = await somebody()
    await erase(one, owner, work)
    entries = await owner.fetch(
        "select action, actor_name, address, user_agent from strongroom.audit_entries"
        " where actor_id = $1",
        one.account_id,
    )
    assert {"account.verify", "privacy.erase"} <= {each["action"] for each in entries}
    assert {tuple(each)[1:] for each in entries} == {(None, None, None)}
    said = await owner.fetchval(
        "select actor_kind from strongroom.audit_entries"
        " where action = 'account.erased' and target_id = $1",
        str(one.account_id),
    )
    assert said == "house"


async def test_nobody_can_be_written_into_an_entry(
    room: Strongroom, owner: Connection, somebody: MakeSomebody
) -> None:
    """The house's own role may empty the person in an entry, and replace nobody."""
    one = await somebody()
    statement = (
        "update strongroom.audit_entries set actor_name = {} where actor_id = $1"
    )
    with pytest.raises(Exception, match="can be emptied, not replaced"):
        async with room.db.system(reason="forge an entry in a test") as tx:
            await tx.execute(statement.format("'somebody else'"), one.account_id)
    async with room.db.system(reason="empty an entry in a test") as tx:
        await tx.execute(statement.format("null"), one.account_id)
    assert await owner.fetchval(
        "select count(*) from strongroom.audit_entries"
        " where actor_id = $1 and actor_name is null",
        one.account_id,
    )


async def test_whoever_comes_back_with_a_backup_is_erased_again(
    room: Strongroom, owner: Connection, work: Work, somebody: MakeSomebody
) -> None:
    """The ledger beside the database outlives a restore; a second replay is idle."""
    one, other = await somebody(), await somebody()
    saved = await saved_rows(owner, one)
    await erase(one, owner, work)
    assert await rows_with(owner, one.person.email) == []
    await put_back(owner, saved)
    assert "strongroom.accounts" in await rows_with(owner, one.person.email)
    async with room.db.system(reason="replay in a test") as tx:
        assert await work.erasures.replay(tx) > 0
    assert await rows_with(owner, one.person.email) == []
    assert (await other.app.get("/api/v1/session")).is_success
    async with room.db.system(reason="replay in a test") as tx:
        assert await work.erasures.replay(tx) == 0


async def test_whoever_comes_back_while_we_run_is_noticed(
    owner: Connection, work: Work, somebody: MakeSomebody
) -> None:
    """A turn finds an erased account that somebody restored, and erases it."""
    one = await somebody()
    saved = await saved_rows(owner, one)
    await erase(one, owner, work)
    await put_back(owner, saved)
    await work.turn()
    assert await rows_with(owner, one.person.email) == []


async def saved_rows(owner: Connection, somebody: Somebody) -> dict[str, list[str]]:
    """Return somebody's rows, as a backup has them."""
    organization = await organization_of(somebody.app)
    key = {
        "strongroom.organizations": ("id", organization),
        "strongroom.accounts": ("id", somebody.account_id),
        "strongroom.memberships": ("account_id", somebody.account_id),
        "strongroom.password_verifiers": ("account_id", somebody.account_id),
        "strongroom.sessions": ("account_id", somebody.account_id),
        "strongroom.mails": ("recipient", somebody.person.email),
    }
    saved = {}
    for table, (column, value) in key.items():
        rows = await owner.fetch(
            f"select to_jsonb(t)::text as it from {table} t where {column} = $1", value
        )
        saved[table] = [row["it"] for row in rows]
        assert saved[table], table
    return saved


async def put_back(owner: Connection, saved: dict[str, list[str]]) -> None:
    """Restore rows that were deleted."""
    for table, rows in saved.items():
        for row in rows:
            await owner.execute(
                f"insert into {table}"
                f" select * from jsonb_populate_record(null::{table}, $1::jsonb)",
                row,
            )


async def test_an_edited_or_cut_ledger_is_noticed(
    room: Strongroom, owner: Connection, work: Work, somebody: MakeSomebody
) -> None:
    """A changed line, a missing line and a cut tail are each named."""
    await erase(await somebody(), owner, work)
    await erase(await somebody(), owner, work)
    path, whole = work.erasures.ledger.path, work.erasures.ledger.path.read_bytes()
    lines = whole.splitlines(keepends=True)
    assert path.stat().st_mode & 0o777 == 0o600
    for broken, told in (
        (whole.replace(b'"held":[]', b'"held":["x"]', 1), "line 1 does not follow"),
        (b"".join(lines[1:]), "line 1 does not follow"),
        (b"".join(lines[:-1]), f"line {len(lines)} and those after it"),
        (b"".join(lines[:-2]) + lines[-1], f"line {len(lines) - 1} does not follow"),
        (b"", "line 1 and those after it"),
    ):
        path.write_bytes(broken)
        try:
            with pytest.raises(LedgerBroken, match=told):
                async with room.db.system(reason="replay in a test") as tx:
                    await work.erasures.replay(tx)
        finally:
            path.write_bytes(whole)
    async with room.db.system(reason="replay in a test") as tx:
        await work.erasures.replay(tx)


async def test_an_unfinished_line_is_no_erasure(
    room: Strongroom, owner: Connection, work: Work, somebody: MakeSomebody
) -> None:
    """A crash in the middle of a line leaves it out, and the next line stands alone."""
    await erase(await somebody(), owner, work)
    path = work.erasures.ledger.path
    whole = path.read_bytes()
    path.write_bytes(whole + b'{"line":')
    one = await somebody()
    await erase(one, owner, work)
    assert path.read_bytes().startswith(whole + b'{"line":')
    async with room.db.system(reason="replay in a test") as tx:
        await work.erasures.replay(tx)
    assert await rows_with(owner, one.person.email) == []


async def test_a_person_is_not_erased_if_nobody_would_remember(
    owner: Connection, work: Work, somebody: MakeSomebody
) -> None:
    """With a broken ledger the erasure waits and says why; mended, it goes on."""
    await erase(await somebody(), owner, work)
    one, path = await somebody(), work.erasures.ledger.path
    whole = path.read_bytes()
    path.write_bytes(b"")
    try:
        with pytest.raises(LedgerBroken):
            await erase(one, owner, work)
    finally:
        path.write_bytes(whole)
    assert (await one.app.get("/api/v1/session")).is_success
    [request] = (await one.app.get("/api/v1/privacy/requests")).json()
    assert "are gone" in request["obstacle"]
    async with hastened(owner, one.account_id):
        await work.turn()
    assert await rows_with(owner, one.person.email) == []


async def test_the_last_owner_of_others_hands_over_first(
    room: Strongroom, owner: Connection, work: Work, somebody: MakeSomebody
) -> None:
    """The refusal names the organization; after the hand-over the others stay."""
    one = await somebody()
    organization = await organization_of(one.app)
    other = await join(room, organization, "member")
    refused = await one.ask_erasure()
    assert refused.status_code == 409
    assert refused.json()["type"] == "/problems/hand-over-first"
    assert "Canary Works" in refused.json()["detail"]
    members = (await one.app.get("/api/v1/members")).json()
    [heir] = [each for each in members if each["email"] == other.email]
    address = f"/api/v1/members/{heir['account_id']}"
    (await one.app.patch(address, json={"role": "owner"})).raise_for_status()
    await erase(one, owner, work)
    left = await owner.fetch(
        "select account_id from strongroom.memberships where organization_id = $1",
        organization,
    )
    assert [row["account_id"] for row in left] == [UUID(heir["account_id"])]


async def test_an_owner_left_alone_meanwhile_is_not_erased(
    room: Strongroom, owner: Connection, work: Work, somebody: MakeSomebody
) -> None:
    """Who became the last owner of others while waiting is told so, and stays."""
    one = await somebody()
    (await one.ask_erasure()).raise_for_status()
    await join(room, await organization_of(one.app), "member")
    async with hastened(owner, one.account_id):
        await work.turn()
    [request] = (await one.app.get("/api/v1/privacy/requests")).json()
    assert request["state"] == "waiting"
    assert "last owner of Canary Works" in request["obstacle"]


async def test_an_undone_erasure_erases_nothing(
    owner: Connection, work: Work, somebody: MakeSomebody
) -> None:
    """Within the time to think it is undone, and after it nothing happens."""
    one = await somebody()
    asked = (await one.ask_erasure()).json()
    address = f"/api/v1/privacy/requests/{asked['id']}"
    assert (await one.app.delete(address)).status_code == 204
    assert (await one.app.delete(address)).status_code == 404
    async with hastened(owner, one.account_id):
        await work.turn()
    assert (await one.app.get("/api/v1/session")).is_success


async def test_what_is_held_stays_until_it_is_released(
    owner: Connection, work: Work, privacy: Privacy, somebody: MakeSomebody
) -> None:
    """One store is held: the others go, its rows stay, and go when it is released."""
    one = await somebody()
    email = one.person.email
    held = await privacy.hold(email, "strongroom.memberships", "a court order", "Ada")
    await erase(one, owner, work)
    assert await rows_with(owner, email) == ["strongroom.accounts"]
    assert "strongroom.memberships" in await rows_with(owner, str(one.account_id))
    assert (await one.app.get("/api/v1/session")).status_code == 401
    [request] = [each for each in await privacy.desk() if each.email == email]
    assert (request.state, request.obstacle) == (
        "waiting",
        "held: strongroom.memberships",
    )
    await privacy.release(held.id, "Ada")
    await work.turn()
    assert await rows_with(owner, email) == []
    assert "strongroom.memberships" not in await rows_with(owner, str(one.account_id))


async def test_held_rows_outlive_their_period(
    owner: Connection, work: Work, privacy: Privacy, somebody: MakeSomebody
) -> None:
    """The retention job leaves a held person's old rows, and takes everybody else's."""
    one, other = await somebody(), await somebody()
    await privacy.hold(one.person.email, "strongroom.sessions", "a court order", "Ada")
    await owner.execute(
        "update strongroom.sessions set expires_at = now() - interval '31 days'"
        " where account_id = any($1::uuid[])",
        [one.account_id, other.account_id],
    )
    await owner.execute("update strongroom.privacy_jobs set due_at = now()")
    await work.retention.turn()
    left = await owner.fetch(
        "select account_id from strongroom.sessions where account_id = any($1::uuid[])",
        [one.account_id, other.account_id],
    )
    assert {row["account_id"] for row in left} == {one.account_id}


async def test_each_class_ends_at_its_period(
    owner: Connection, work: Work, privacy: Privacy, somebody: MakeSomebody
) -> None:
    """Rows a minute past their period are gone after the job, younger ones stay."""
    one = await somebody()
    await owner.execute(
        "insert into strongroom.sign_ups (id, email, verifier, organization_name,"
        " created_at) values (gen_random_uuid(), 'old@x.invalid', 'v', 'o',"
        " now() - interval '1 day 1 minute'), (gen_random_uuid(), 'young@x.invalid',"
        " 'v', 'o', now() - interval '23 hours')"
    )
    await owner.execute("update strongroom.privacy_jobs set due_at = now()")
    await work.retention.turn()
    left = await owner.fetch("select email from strongroom.sign_ups")
    assert {row["email"] for row in left} >= {"young@x.invalid"}
    assert "old@x.invalid" not in {row["email"] for row in left}
    assert (await work.retention.job()).removed["strongroom.sign_ups"] >= 1
    assert (await one.app.get("/api/v1/session")).is_success
    for entry in privacy.registry.tables:
        if isinstance(entry.kept, Period) and entry.kept.by is None:
            past = await owner.fetchval(
                f"select count(*) from {quoted(entry.table)}"
                f" where {entry.kept.clock} < now() - $1::interval",
                entry.kept.under(privacy.registry.policy),
            )
            held = entry.table == "strongroom.sessions"
            assert past == 0 or held, entry.table


async def test_a_late_job_is_shown(owner: Connection, work: Work) -> None:
    """Two hours after it was due, the job is late; after it ran, it is not."""
    await owner.execute(
        "update strongroom.privacy_jobs set due_at = now() - interval '2 hours'"
    )
    assert (await work.retention.job()).is_late
    await work.retention.turn()
    job = await work.retention.job()
    assert not job.is_late
    assert not job.is_due
