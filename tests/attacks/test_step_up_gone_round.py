"""A stolen session of somebody with a second factor, which it does not show.

What it must not do, it must not reach by another route either.
"""

import httpx

from strongroom.lab import begin_with_app
from strongroom.room import Strongroom
from tests.conftest import Visit
from tests.passkeys.people import keeper
from tests.people import found_organization, join, organization_of, sign_in
from tests.totp.people import grow_stale, holder


ASKED = "/problems/step-up-required"


def kind(answer: httpx.Response) -> str:
    """Return the type of a refusal."""
    told: str = answer.json()["type"]
    return told


async def test_an_app_of_a_thief_does_not_stand_for_a_passkey(
    room: Strongroom, app: httpx.AsyncClient
) -> None:
    """Enrolling one would make the session fresh: it asks for the passkey first."""
    owner = await keeper(room, app)
    await grow_stale(room, app)
    assert kind(await app.delete(f"/api/v1/passkeys/{owner.id}")) == ASKED
    begun = await app.post("/api/v1/totp", json={"password": owner.person.password})
    assert (begun.status_code, kind(begun)) == (403, ASKED)


async def test_whoever_has_no_factor_enrols_their_first(
    room: Strongroom, app: httpx.AsyncClient
) -> None:
    """Nothing could be shown, so the password suffices."""
    person = await found_organization(room, app)
    assert (await begin_with_app(app, person.password)) is not None


async def test_nobody_is_made_an_owner_but_by_an_offer(
    room: Strongroom, app: httpx.AsyncClient
) -> None:
    """Neither a member nor whoever is invited, and not by an owner either."""
    await found_organization(room, app)
    friend = await join(room, await organization_of(app), "member")
    members = (await app.get("/api/v1/members")).json()
    (other,) = [each for each in members if each["email"] == friend.email]
    address = f"/api/v1/members/{other['account_id']}"
    made = await app.patch(address, json={"role": "owner"})
    form = {"email": "canary@example.invalid", "role": "owner"}
    invited = await app.post("/api/v1/invitations", json=form)
    for refused in (made, invited):
        assert (refused.status_code, kind(refused)) == (
            409,
            "/problems/owner-by-offer",
        )


async def test_roles_and_members_ask_for_the_factor(
    room: Strongroom, app: httpx.AsyncClient, visit: Visit
) -> None:
    """A session that has not shown it lately takes nothing from anybody."""
    await holder(room, app)
    friend, theirs = await join(room, await organization_of(app), "admin"), visit()
    await sign_in(theirs, friend)
    account = (await theirs.get("/api/v1/session")).json()["account_id"]
    await grow_stale(room, app)
    address = f"/api/v1/members/{account}"
    for refused in (
        await app.patch(address, json={"role": "viewer"}),
        await app.delete(address),
    ):
        assert (refused.status_code, kind(refused)) == (403, ASKED)
    assert (await theirs.get("/api/v1/session")).json()["role"] == "admin"
