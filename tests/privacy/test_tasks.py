"""Copies and erasures, as the house carries them out."""

import hashlib
import json
from uuid import UUID

import pytest

from strongroom.crypto import open_envelope, public_jwk, public_keys
from strongroom.db import Connection
from strongroom.lab import mint
from strongroom.privacy import SIGNING_KEY, Desk, Privacy, Work
from strongroom.room import Strongroom
from tests.conftest import Visit
from tests.people import join, organization_of, sign_in

from .conftest import (
    TABLES,
    MakeSomebody,
    Somebody,
    digests,
    erase,
    fetched,
    hastened,
    rows_with,
    token_of,
)


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


async def test_a_copy_tells_what_others_did_and_not_who(
    room: Strongroom, work: Work, somebody: MakeSomebody, visit: Visit
) -> None:
    """A member reads that their role was changed, but not by whom or from where."""
    boss, member = await somebody(), visit()
    organization = await organization_of(boss.app)
    person = await join(room, organization, "member")
    await sign_in(member, person)
    account_id = (await member.get("/api/v1/session")).json()["account_id"]
    address = f"/api/v1/members/{account_id}"
    (await boss.app.patch(address, json={"role": "viewer"})).raise_for_status()
    files = await fetched(room, Somebody(UUID(account_id), person, member), work)
    entries = files["data/strongroom.audit_entries.json"]
    [changed] = [each for each in entries if each["action"] == "member.change-role"]
    assert not {"actor_id", "actor_name", "address", "user_agent"} & set(changed)
    assert boss.person.email not in json.dumps(files)
    [own] = [each for each in entries if each["action"] == "session.create"]
    assert own["actor_name"] == person.email


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
    await owner.execute(
        "update strongroom.memberships set role = 'owner' where account_id = $1",
        UUID(heir["account_id"]),
    )
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
    held = await Desk(privacy).hold(
        email, "strongroom.memberships", "a court order", "Ada"
    )
    await erase(one, owner, work)
    assert await rows_with(owner, email) == ["strongroom.accounts"]
    assert "strongroom.memberships" in await rows_with(owner, str(one.account_id))
    assert (await one.app.get("/api/v1/session")).status_code == 401
    [request] = [each for each in await Desk(privacy).requests() if each.email == email]
    assert (request.state, request.obstacle) == (
        "waiting",
        "held: strongroom.memberships",
    )
    await Desk(privacy).release(held.id, "Ada")
    await work.turn()
    assert await rows_with(owner, email) == []
    assert "strongroom.memberships" not in await rows_with(owner, str(one.account_id))
