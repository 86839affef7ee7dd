"""Inviting, and joining by invitation, for programs."""

import asyncio
import re
from uuid import UUID

import httpx
import pytest

from strongroom.kernel import new_id
from strongroom.organizations import Role
from strongroom.room import Strongroom
from tests.conftest import Visit
from tests.people import (
    PASSWORD,
    found_organization,
    join,
    latest_mail,
    new_person,
    organization_of,
    sign_in,
)
from tests.records import recorded


INVITATIONS = "/api/v1/invitations"


async def invite(app: httpx.AsyncClient, email: str, role: str = "member") -> str:
    """Invite *email* and return the invitation's identifier."""
    answer = await app.post(INVITATIONS, json={"email": email, "role": role})
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


async def token_of(room: Strongroom, email: str) -> str:
    """Return the token of the newest invitation to *email*."""
    found = re.search(r"/invitation\?token=(\S+)", await latest_mail(room, email))
    return found[1] if found else ""


def accept(
    visitor: httpx.AsyncClient, token: str, password: str = ""
) -> "asyncio.Future[httpx.Response]":
    """Try to join."""
    form = {"token": token, "password": password}
    return asyncio.ensure_future(visitor.post(f"{INVITATIONS}/accept", json=form))


async def test_a_newcomer_joins_by_the_mailed_link(
    room: Strongroom, app: httpx.AsyncClient, visit: Visit
) -> None:
    """The link proves the address; a password is chosen, and the link works once."""
    await found_organization(room, app)
    person, newcomer = new_person(), visit()
    invitation_id = await invite(app, person.email.upper())
    listed = (await app.get(INVITATIONS)).json()
    assert [(each["id"], each["email"]) for each in listed] == [
        (invitation_id, person.email)
    ]
    token = await token_of(room, person.email)
    weak = await accept(newcomer, token, "12345678")
    assert weak.status_code == 422
    joined = await accept(newcomer, token, PASSWORD)
    assert joined.status_code == 201
    assert await recorded(room, joined) == [("invitation.accept", "done", None)]
    mine = (await newcomer.get("/api/v1/session")).json()
    assert (mine["email"], mine["role"]) == (person.email, "member")
    assert UUID(mine["organization_id"]) == await organization_of(app)
    assert (await accept(visit(), token, PASSWORD)).status_code == 410
    assert (await app.get(INVITATIONS)).json() == []
    await sign_in(visit(), person)


async def test_of_many_at_once_one_joins(
    room: Strongroom, app: httpx.AsyncClient, visit: Visit
) -> None:
    """A link that many open in the same moment makes one member."""
    await found_organization(room, app)
    person = new_person()
    await invite(app, person.email)
    token = await token_of(room, person.email)
    answers = await asyncio.gather(*(accept(visit(), token, PASSWORD) for _ in "12345"))
    codes = sorted(answer.status_code for answer in answers)
    assert codes[0] == 201
    assert set(codes[1:]) <= {401, 409, 410}
    members = (await app.get("/api/v1/members")).json()
    assert [each["email"] for each in members].count(person.email) == 1


async def test_an_account_signs_in_first_and_must_be_the_invited_one(
    room: Strongroom, app: httpx.AsyncClient, visit: Visit
) -> None:
    """Whoever holds the link alone gets nothing; its owner then has two places."""
    await found_organization(room, app)
    theirs, stranger = visit(), visit()
    person = await found_organization(room, theirs, "Canary Elsewhere")
    await found_organization(room, stranger)
    await invite(app, person.email)
    token = await token_of(room, person.email)
    for visitor, code in ((visit(), "sign-in-first"), (stranger, "wrong-account")):
        answer = await accept(visitor, token, PASSWORD)
        assert answer.json()["type"] == f"/problems/{code}"
    before = theirs.cookies["__Host-session"]
    assert (await accept(theirs, token)).status_code == 201
    mine = (await theirs.get("/api/v1/session")).json()
    assert UUID(mine["organization_id"]) == await organization_of(app)
    assert theirs.cookies["__Host-session"] != before
    assert len((await theirs.get("/api/v1/organizations")).json()) == 2


@pytest.mark.parametrize(
    ("own", "role", "status"),
    [
        ("admin", "admin", 201),
        ("admin", "auditor", 201),
        ("admin", "owner", 403),
        ("owner", "admin", 201),
        ("owner", "owner", 409),
        ("member", "viewer", 403),
        ("viewer", "viewer", 403),
    ],
)
async def test_nobody_gives_away_more_than_they_have(
    room: Strongroom,
    app: httpx.AsyncClient,
    visit: Visit,
    own: Role,
    role: str,
    status: int,
) -> None:
    """An admin makes no owner, and a member invites nobody."""
    await found_organization(room, app)
    inviter = visit()
    await sign_in(inviter, await join(room, await organization_of(app), own))
    wanted = {"email": new_person().email, "role": role}
    answer = await inviter.post(INVITATIONS, json=wanted)
    assert answer.status_code == status
    [(action, outcome, _)] = await recorded(room, answer)
    assert (action, outcome) == (
        "invitation.create",
        "done" if status == 201 else "refused",
    )


async def test_a_link_ends_with_revocation_resending_and_its_inviter(
    room: Strongroom, app: httpx.AsyncClient, visit: Visit
) -> None:
    """An earlier link, a revoked one, and one of a removed member open nothing."""
    await found_organization(room, app)
    inviter = await join(room, await organization_of(app), "admin")
    theirs = visit()
    await sign_in(theirs, inviter)
    person, other = new_person(), new_person()
    invitation_id = await invite(theirs, person.email)
    first = await token_of(room, person.email)
    again = await app.post(f"{INVITATIONS}/{invitation_id}/resend")
    assert await recorded(room, again) == [("invitation.resend", "done", None)]
    second = await token_of(room, person.email)
    assert first != second
    assert (await accept(visit(), first, PASSWORD)).status_code == 410
    gone = await app.delete(f"{INVITATIONS}/{invitation_id}")
    assert gone.status_code == 204
    assert await recorded(room, gone) == [("invitation.revoke", "done", None)]
    assert (await accept(visit(), second, PASSWORD)).status_code == 410
    assert (await app.delete(f"{INVITATIONS}/{invitation_id}")).status_code == 404
    await invite(theirs, other.email, "admin")
    third = await token_of(room, other.email)
    account_id = (await theirs.get("/api/v1/session")).json()["account_id"]
    member = f"/api/v1/members/{account_id}"
    await app.patch(member, json={"role": "member"})
    assert (await accept(visit(), third, PASSWORD)).status_code == 410
    await app.delete(member)
    assert (await accept(visit(), third, PASSWORD)).status_code == 410
    assert (await app.get(INVITATIONS)).json() == []


async def test_the_inviter_does_not_learn_who_has_an_account(
    room: Strongroom, app: httpx.AsyncClient, visit: Visit
) -> None:
    """The answers for a known and an unknown address differ in nothing told."""
    await found_organization(room, app)
    known = await found_organization(room, visit(), "Canary Elsewhere")
    answers = []
    for person in (known, new_person()):
        wanted = {"email": person.email, "role": "viewer"}
        answer = await app.post(INVITATIONS, json=wanted)
        body = answer.json()
        own = ("id", "email", "created_at", "expires_at")
        answers.append((answer.status_code, {k: body[k] for k in body if k not in own}))
    assert answers[0] == answers[1]
    repeated = await app.post(
        INVITATIONS, json={"email": known.email, "role": "viewer"}
    )
    assert repeated.json()["type"] == "/problems/already-invited"


async def test_another_organization_cannot_touch_it(
    room: Strongroom, app: httpx.AsyncClient, visit: Visit
) -> None:
    """Its owner sees no invitation of ours, and can neither send nor revoke it."""
    await found_organization(room, app)
    invitation_id = await invite(app, new_person().email)
    other = visit()
    await found_organization(room, other)
    assert (await other.get(INVITATIONS)).json() == []
    address = f"{INVITATIONS}/{invitation_id}"
    assert (await other.post(f"{address}/resend")).status_code == 404
    assert (await other.delete(address)).status_code == 404
    assert len((await app.get(INVITATIONS)).json()) == 1


async def test_who_mails_many_strangers_ends_at_a_budget(
    room: Strongroom, app: httpx.AsyncClient
) -> None:
    """New invitations and those sent again spend from it; a colleague has their own."""
    await found_organization(room, app)
    quota = room.limits.settings.invitations.quota
    known = [await invite(app, f"{new_id().hex}@example.org") for _ in range(quota - 1)]
    assert (await app.post(f"{INVITATIONS}/{known[0]}/resend")).is_success
    form = {"email": f"{new_id().hex}@example.org", "role": "member"}
    for answer in (
        await app.post(INVITATIONS, json=form),
        await app.post(f"{INVITATIONS}/{known[1]}/resend"),
    ):
        assert (answer.status_code, answer.json()["type"]) == (
            429,
            "/problems/quota-exceeded",
        )
        assert int(answer.headers["retry-after"]) > 0
    admin = await join(room, await organization_of(app), "admin")
    await sign_in(app, admin)
    assert (await app.post(INVITATIONS, json=form)).status_code == 201
