"""A thief who is shut out comes back by a way that they left open.

Whoever is in an account adds a way in, or lets a change wait, before its owner notices
(pre-hijacking, USENIX Security 2022). Freezing ends each of them, and so does a new
password where the way rested on the old one.
"""

import asyncio
import re
from dataclasses import dataclass, replace

import httpx
import pytest

from strongroom.access import NotForOperators
from strongroom.invitations import Joining
from strongroom.kernel import NOWHERE, Caller, NotFound, Secret, new_id
from strongroom.lab import make_passkey
from strongroom.oauth import store
from strongroom.oidc import Identity
from strongroom.room import Strongroom
from strongroom.sessions import COOKIE
from strongroom.tokens import WantedApiKey
from tests.conftest import Visit
from tests.passkeys.people import FACTOR, SIGN_IN, show
from tests.people import (
    PASSWORD,
    Person,
    found_organization,
    join,
    latest_mail,
    new_person,
    organization_of,
    sign_in,
)


CHANGES, FREEZE = "/api/v1/address-changes", "/api/v1/account-freezes"
SESSION, SESSIONS = "/api/v1/session", "/api/v1/sessions"
RESET = "/api/v1/password-resets/complete"
NEW = "eleven loud trumpets on the hill"


@dataclass(frozen=True, slots=True)
class Stolen:
    """An account whose password a thief knows, who is signed in."""

    owner: Person
    thief: httpx.AsyncClient
    notice: str


@pytest.fixture
async def stolen(room: Strongroom, app: httpx.AsyncClient, visit: Visit) -> Stolen:
    """Return an account that a thief is in; its owner got the notice of it."""
    owner, thief = await found_organization(room, app), visit()
    await sign_in(thief, owner)
    return Stolen(owner, thief, await link(room, owner.email, "not-me", "notice"))


async def link(room: Strongroom, email: str, path: str, name: str = "token") -> str:
    """Return the token of the newest mailed link to *path*."""
    pattern = re.compile(rf"/{path}\?{name}=(\S+)")
    mails = [each for each in await room.outbox.newest() if each.recipient == email]
    found = (pattern.search(each.body or "") for each in mails)
    return next(each[1] for each in found if each)


async def ask(thief: httpx.AsyncClient, email: str, password: str) -> None:
    """Ask for another address."""
    form = {"email": email, "password": password}
    (await thief.post(CHANGES, json=form)).raise_for_status()


async def confirm(room: Strongroom, by: httpx.AsyncClient, email: str) -> int:
    """Press the button of the newest link to confirm, and return the status."""
    form = {"token": await link(room, email, "confirm-address")}
    return (await by.post(f"{CHANGES}/confirm", json=form)).status_code


async def undo(room: Strongroom, by: httpx.AsyncClient, email: str) -> int:
    """Press the button of the newest link that undoes, and return the status."""
    form = {"token": await link(room, email, "undo-address")}
    return (await by.post(f"{CHANGES}/undo", json=form)).status_code


async def freeze(visit: Visit, stolen: Stolen) -> None:
    """Say that it was not the owner."""
    answer = await visit().post(FREEZE, json={"token": stolen.notice})
    assert answer.status_code == 202


async def choose_anew(room: Strongroom, visit: Visit, email: str) -> None:
    """Choose a new password by the newest mail."""
    form = {"token": await link(room, email, "reset-password"), "password": NEW}
    assert (await visit().post(RESET, json=form)).status_code == 204


async def caller_of(room: Strongroom, app: httpx.AsyncClient) -> Caller:
    """Return for whom the session of *app* acts."""
    found = await room.sessions.find(app.cookies[COOKIE])
    assert found is not None
    return found


async def test_a_waiting_change_of_address_ends_with_the_freeze(
    room: Strongroom, visit: Visit, stolen: Stolen
) -> None:
    """A frozen account is not carried to an address where a reset could be mailed."""
    theirs = new_person().email
    await ask(stolen.thief, theirs, stolen.owner.password)
    await freeze(visit, stolen)
    assert await confirm(room, visit(), theirs) == 410
    await choose_anew(room, visit, stolen.owner.email)
    assert await confirm(room, visit(), theirs) == 410
    await sign_in(visit(), Person(stolen.owner.email, NEW))


async def test_a_waiting_change_of_address_ends_with_the_password(
    room: Strongroom, visit: Visit, app: httpx.AsyncClient, stolen: Stolen
) -> None:
    """It was asked for by the old one."""
    theirs = new_person().email
    await ask(stolen.thief, theirs, stolen.owner.password)
    change = {"current": stolen.owner.password, "new": NEW}
    assert (await app.put("/api/v1/password", json=change)).status_code == 204
    assert await confirm(room, visit(), theirs) == 410


async def test_one_change_of_address_waits_at_a_time(
    room: Strongroom, visit: Visit, stolen: Stolen
) -> None:
    """The link to one address confirms no other, in whatever order they were asked."""
    first, second = new_person().email, new_person().email
    password = stolen.owner.password
    await asyncio.gather(*(ask(stolen.thief, e, password) for e in (first, second)))
    told = {email: await confirm(room, visit(), email) for email in (first, second)}
    assert sorted(told.values()) == [204, 410]
    (moved,) = [email for email, status in told.items() if status == 204]
    await sign_in(visit(), Person(moved, password))


async def test_an_account_that_is_carried_on_comes_back(
    room: Strongroom, visit: Visit, stolen: Stolen
) -> None:
    """The first owner's link undoes every step, and no later link undoes that."""
    near, far = new_person().email, new_person().email
    for email in (near, far):
        await ask(stolen.thief, email, stolen.owner.password)
        assert await confirm(room, stolen.thief, email) == 204
    assert await undo(room, visit(), stolen.owner.email) == 204
    assert (await stolen.thief.get(SESSION)).status_code == 401
    assert await undo(room, visit(), near) == 410
    await choose_anew(room, visit, stolen.owner.email)
    await sign_in(visit(), Person(stolen.owner.email, NEW))


async def test_a_thief_who_undoes_first_wins_nothing(
    room: Strongroom, visit: Visit, stolen: Stolen
) -> None:
    """The link of the earlier address outranks that of the later one."""
    near, far = new_person().email, new_person().email
    for email in (near, far):
        await ask(stolen.thief, email, stolen.owner.password)
        assert await confirm(room, stolen.thief, email) == 204
    assert await undo(room, visit(), near) == 204
    await choose_anew(room, visit, near)
    assert await undo(room, visit(), stolen.owner.email) == 204
    await choose_anew(room, visit, stolen.owner.email)
    await sign_in(visit(), Person(stolen.owner.email, NEW))


async def test_a_connected_provider_ends_with_the_freeze(
    room: Strongroom, visit: Visit, stolen: Stolen
) -> None:
    """The thief's own identity signs in to nothing any more."""
    caller = await caller_of(room, stolen.thief)
    identity = Identity("https://id.example.com", new_id().hex, "t@example.com", True)
    async with room.db.system(reason="connect a thief's identity in a test") as tx:
        assert await store.link(tx, new_id(), caller.account_id, identity)
    await freeze(visit, stolen)
    door = room.db.system(reason="look for a thief's identity in a test")
    assert await store.account_of(door, identity.issuer, identity.subject) is None


async def test_what_was_given_away_is_taken_back(
    room: Strongroom, visit: Visit, stolen: Stolen
) -> None:
    """Neither the thief's invitation nor their offer of ownership is accepted."""
    taker = await join(room, await organization_of(stolen.thief), "member")
    accomplice, invited = visit(), new_person().email
    await sign_in(accomplice, taker)
    account = (await accomplice.get(SESSION)).json()["account_id"]
    offer = {"account_id": account, "password": stolen.owner.password}
    made = await stolen.thief.post("/api/v1/ownership", json=offer)
    assert made.is_success, made.text
    wanted = {"email": invited, "role": "admin"}
    made = await stolen.thief.post("/api/v1/invitations", json=wanted)
    assert made.is_success, made.text
    await freeze(visit, stolen)
    answer = await accomplice.post("/api/v1/ownership/accept")
    assert answer.json()["type"] == "/problems/no-offer"
    form = {"token": await link(room, invited, "invitation"), "password": NEW}
    answer = await visit().post("/api/v1/invitations/accept", json=form)
    assert answer.status_code == 410


async def test_a_session_connects_no_provider(stolen: Stolen) -> None:
    """It takes the password too, or a borrowed device would be a way in for good."""
    for form in ({}, {"password": "not this one at all"}):
        answer = await stolen.thief.post(
            "/console/sign-in-methods/with/canary",
            data=form,
            headers={"accept": "text/html", "sec-fetch-site": "same-origin"},
        )
        assert answer.status_code in {401, 422}
        assert "set-cookie" not in answer.headers


async def test_a_passkey_signs_in_no_more_by_itself(
    room: Strongroom, visit: Visit, stolen: Stolen
) -> None:
    """After the freeze it is asked for after the password, and begins nothing."""
    device, _ = await make_passkey(stolen.thief, stolen.owner.password)
    assert (await show(visit(), device, SIGN_IN)).status_code == 201
    await freeze(visit, stolen)
    await choose_anew(room, visit, stolen.owner.email)
    refused = await show(visit(), device, SIGN_IN)
    assert refused.status_code == 403
    assert refused.json()["type"] == "/problems/password-first"
    assert "set-cookie" not in refused.headers
    back = visit()
    form = {"email": stolen.owner.email, "password": NEW}
    assert (await back.post(SESSIONS, json=form)).status_code == 202
    assert (await show(back, device, FACTOR)).status_code == 201


async def test_a_session_that_moves_on_does_not_outrun_the_freeze(
    room: Strongroom, stolen: Stolen
) -> None:
    """The freeze waits for a session that is being opened, and ends it too."""
    caller = await caller_of(room, stolen.thief)

    async def shut() -> None:
        async with room.db.system(reason="freeze an account in a test") as tx:
            await room.recovery.shut_out(tx, caller.account_id)

    async with room.db.system(reason="switch while the account freezes") as tx:
        opened = await room.sessions.switch(tx, caller, caller.organization_id)
        freezing = asyncio.create_task(shut())
        await asyncio.sleep(0.3)
        assert not freezing.done()
    await freezing
    assert await room.sessions.find(opened.token.reveal()) is None


async def test_whoever_acts_as_somebody_joins_nothing_for_them(
    room: Strongroom, visit: Visit, stolen: Stolen
) -> None:
    """An operator who acts as a customer stays where they were let in."""
    elsewhere, email = visit(), stolen.owner.email
    await found_organization(room, elsewhere, "Canary Elsewhere")
    wanted = {"email": email, "role": "viewer"}
    assert (await elsewhere.post("/api/v1/invitations", json=wanted)).is_success
    caller = await caller_of(room, stolen.thief)
    acting = replace(caller, operator="op@example.com", acting="impersonation")
    token = Secret(await link(room, email, "invitation"))
    with pytest.raises(NotForOperators):
        await room.invitations.accept(Joining(token, Secret(""), acting), NOWHERE)
    with pytest.raises(NotForOperators):
        await room.oauth.depart_to_link("canary", acting, Secret(PASSWORD))
    joined = await room.invitations.accept(Joining(token, Secret(""), caller), NOWHERE)
    assert joined.session is not None


async def moment_of_the_freeze(
    room: Strongroom, visit: Visit, stolen: Stolen
) -> Caller:
    """Return the thief as a request that passed the gate just before the freeze."""
    caller = await room.sessions.find(stolen.thief.cookies[COOKIE])
    assert caller is not None
    await freeze(visit, stolen)
    return caller


async def test_a_key_that_was_made_in_the_moment_of_a_freeze_opens_nothing(
    room: Strongroom, visit: Visit, stolen: Stolen
) -> None:
    """Its row came after all others were ended."""
    caller = await moment_of_the_freeze(room, visit, stolen)
    wanted = WantedApiKey("canary", frozenset({"organization.read"}), 90)
    made = await room.api_keys.create(caller, wanted, NOWHERE)
    assert await room.api_keys.find(made.text.reveal()) is None


async def test_an_invitation_of_the_moment_of_a_freeze_is_none(
    room: Strongroom, visit: Visit, stolen: Stolen
) -> None:
    """Whoever froze the account invites nobody before they are back."""
    caller = await moment_of_the_freeze(room, visit, stolen)
    with pytest.raises(NotFound):
        await room.invitations.create(caller, new_person().email, "admin", NOWHERE)


async def test_an_erasure_that_a_thief_asked_for_is_cancelled(
    room: Strongroom, visit: Visit, stolen: Stolen
) -> None:
    """Whoever says that somebody else was in did not ask for it, now or later."""
    form = {"password": stolen.owner.password, "confirmation": stolen.owner.email}
    asked = await stolen.thief.post("/api/v1/privacy/erasures", json=form)
    assert asked.status_code == 202, asked.text
    assert await state_of_erasure(room, stolen.owner) == "waiting"
    await freeze(visit, stolen)
    assert await state_of_erasure(room, stolen.owner) == "cancelled"


async def test_disabling_an_account_ends_what_waited(
    room: Strongroom, visit: Visit, stolen: Stolen
) -> None:
    """A change of address, a mailed link and an offer are of no use to anybody.

    It is the same after it is enabled again.
    """
    owner, browser, thief = stolen.owner, visit(), stolen.thief
    taker, theirs = await join(room, await organization_of(thief), "member"), visit()
    await sign_in(theirs, taker)
    account = (await theirs.get(SESSION)).json()["account_id"]
    offer = {"account_id": account, "password": owner.password}
    assert (await thief.post("/api/v1/ownership", json=offer)).is_success
    new = new_person().email
    form = {"email": new, "password": owner.password}
    assert (await thief.post(CHANGES, json=form)).is_success
    confirm = {"token": await link(room, new, "confirm-address")}
    await browser.post("/api/v1/magic-links", json={"email": owner.email})
    code = {"code": await magic_code(room, owner.email)}
    await room.desk.shut_out(owner.email, "Canary")
    answer = await theirs.post("/api/v1/ownership/accept")
    assert answer.json()["type"] == "/problems/no-offer"
    for _ in ("disabled", "enabled again"):
        moved = await visit().post(f"{CHANGES}/confirm", json=confirm)
        entered = await browser.post("/api/v1/sessions/magic-link", json=code)
        assert (moved.status_code, entered.status_code) == (410, 410)
        await room.desk.let_back(owner.email, "Canary")
    assert await room.accounts.find(owner.email) is not None


async def magic_code(room: Strongroom, email: str) -> str:
    """Return the code of the newest link that signs in."""
    found = re.search(r"\n([A-Z2-7]{4}-[A-Z2-7]{4})\n", await latest_mail(room, email))
    assert found is not None
    return found[1]


async def state_of_erasure(room: Strongroom, person: Person) -> str:
    """Return how the one erasure stands that was asked for in *person*'s name."""
    row = await room.db.system(reason="look at an erasure in a test").fetchrow(
        "select r.state from strongroom.privacy_requests r"
        " join strongroom.accounts a on a.id = r.account_id"
        " where a.email = $1 and r.kind = 'erasure'",
        person.email,
    )
    assert row is not None
    state: str = row["state"]
    return state
