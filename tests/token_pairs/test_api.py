"""Apps over the API: connected, refreshed, disconnected, and never wider than asked."""

import asyncio
from uuid import UUID

import httpx
import pytest

from strongroom.kernel import SettingsInvalid, load_settings, new_id
from strongroom.room import Strongroom
from strongroom.token_pairs import TokenPairSettings
from tests.conftest import Visit
from tests.people import (
    Person,
    found_organization,
    join,
    organization_of,
    sign_in,
    was_told,
)


TOKENS, SESSION = "/api/v1/tokens", "/api/v1/session"
READ = "organization.read"


@pytest.fixture
async def owner(room: Strongroom, app: httpx.AsyncClient) -> Person:
    """Return the owner of a fresh organization, who is signed in by *app*."""
    return await found_organization(room, app)


async def connect(by: httpx.AsyncClient, *scopes: str) -> dict[str, str]:
    """Return the tokens of an app just connected."""
    answer = await by.post(TOKENS, json={"name": "phone", "scopes": [*scopes]})
    assert answer.status_code == 201, answer.text
    assert answer.headers["cache-control"] == "no-store"
    made: dict[str, str] = answer.json()
    return made


async def refresh(by: httpx.AsyncClient, token: str) -> httpx.Response:
    """Show a refresh token."""
    return await by.post(f"{TOKENS}/refresh", json={"refresh_token": token})


def bearer(token: str, organization: UUID | str) -> dict[str, str]:
    """Return the headers of a call."""
    return {"authorization": f"Bearer {token}", "x-organization-id": str(organization)}


@pytest.mark.usefixtures("owner")
async def test_an_app_acts_within_its_scopes(
    app: httpx.AsyncClient, visit: Visit
) -> None:
    """It reads what it was given, and renames, mints and lists nothing."""
    here = await organization_of(app)
    made = await connect(app, READ)
    phone = visit(**bearer(made["access_token"], here))
    address = f"/api/v1/organizations/{here}"
    assert (await phone.get(address)).status_code == 200
    assert (await phone.patch(address, json={"name": "Other"})).status_code == 403
    wanted = {"name": "more", "scopes": [READ]}
    assert (await phone.post(TOKENS, json=wanted)).status_code == 403
    assert (await phone.get(TOKENS)).status_code == 403


@pytest.mark.parametrize(
    ("name", "scopes", "status", "code"),
    [
        ("phone", ["member.remove"], 403, "scope-too-wide"),
        ("phone", ["token.create"], 403, "scope-too-wide"),
        ("phone", ["no.such"], 422, "token-pair-invalid"),
        ("phone", [], 422, "token-pair-invalid"),
        ("  ", [READ], 422, "token-pair-invalid"),
        ("n" * 61, [READ], 422, "token-pair-invalid"),
        ("phone\n\nVisit https://canary.example", [READ], 422, "token-pair-invalid"),
        ("a\0b", [READ], 422, "token-pair-invalid"),
    ],
)
@pytest.mark.usefixtures("owner")
async def test_what_no_app_gets(
    app: httpx.AsyncClient,
    name: str,
    scopes: list[str],
    status: int,
    code: str,
) -> None:
    """Wider than any program, or without a name of one line or a scope."""
    answer = await app.post(TOKENS, json={"name": name, "scopes": scopes})
    assert (answer.status_code, answer.json()["type"]) == (status, f"/problems/{code}")
    assert (await app.get(TOKENS)).json() == []


@pytest.mark.usefixtures("owner")
async def test_a_refresh_token_works_once_and_a_lost_answer_comes_again(
    app: httpx.AsyncClient, visit: Visit
) -> None:
    """Twenty uses at one moment are one rotation, with one successor."""
    made, phone = await connect(app, READ), visit()
    used = made["refresh_token"]
    answers = await asyncio.gather(*(refresh(phone, used) for _ in range(20)))
    assert {each.status_code for each in answers} == {201}
    successors = {each.json()["refresh_token"] for each in answers}
    assert len(successors) == 1
    assert successors != {used}
    assert (await refresh(phone, successors.pop())).status_code == 201


async def test_a_used_refresh_token_ends_family_and_session(
    room: Strongroom, owner: Person, app: httpx.AsyncClient, visit: Visit
) -> None:
    """Once its successor was used, at once; the owner is told, and it is on record."""
    here, made, phone = await organization_of(app), await connect(app, READ), visit()
    second = (await refresh(phone, made["refresh_token"])).json()
    third = (await refresh(phone, second["refresh_token"])).json()
    answer = await refresh(phone, made["refresh_token"])
    assert (answer.status_code, answer.json()["type"]) == (
        401,
        "/problems/refresh-token-reused",
    )
    assert (await refresh(phone, third["refresh_token"])).status_code == 401
    late = visit(**bearer(third["access_token"], here))
    assert (await late.get(f"/api/v1/organizations/{here}")).status_code == 401
    assert (await app.get(SESSION)).status_code == 401
    assert await was_told(room, owner.email, "your app “phone” a second time")
    assert await was_told(room, owner.email, "/console/alarms")
    entries = (await room.audit.page(here, limit=5)).entries
    assert "token.reuse" in {each.action for each in entries}
    await sign_in(app, owner)
    [alarm] = (await app.get("/api/v1/alarms")).json()["alarms"]
    assert (alarm["shape"], alarm["seen"]) == ("reused-token", 1)
    page = await app.get("/console/alarms", headers={"accept": "text/html"})
    assert "1 refresh token used a second time" in page.text
    await refresh(phone, made["refresh_token"])
    assert len((await app.get("/api/v1/alarms")).json()["alarms"]) == 1


@pytest.mark.parametrize("left", ["session", "pair", "membership"])
@pytest.mark.usefixtures("owner")
async def test_tokens_end_with_what_they_stand_on(
    room: Strongroom, app: httpx.AsyncClient, visit: Visit, left: str
) -> None:
    """The next request and the next refresh are refused, without any job."""
    here, worker = await organization_of(app), visit()
    person = await join(room, here, "member")
    await sign_in(worker, person)
    made = await connect(worker, READ)
    phone = visit(**bearer(made["access_token"], here))
    address = f"/api/v1/organizations/{here}"
    assert (await phone.get(address)).is_success
    ways = {
        "session": "update strongroom.sessions set expires_at = now()",
        "pair": "update strongroom.token_pairs set expires_at = now()",
        "membership": "delete from strongroom.memberships",
    }
    await room.db.system(reason="a test").fetch(
        f"{ways[left]} where account_id ="
        " (select id from strongroom.accounts where email = $1)",
        person.email,
    )
    assert (await phone.get(address)).status_code == 401
    answer = await refresh(visit(), made["refresh_token"])
    assert answer.json()["type"] == "/problems/refresh-token-invalid"


@pytest.mark.usefixtures("owner")
async def test_another_person_cannot_disconnect_an_app(
    room: Strongroom, app: httpx.AsyncClient, visit: Visit
) -> None:
    """Neither see it; its owner can, and the next request is refused."""
    here, other = await organization_of(app), visit()
    await sign_in(other, await join(room, here, "admin"))
    made = await connect(app, READ)
    phone = visit(**bearer(made["access_token"], here))
    assert (await other.get(TOKENS)).json() == []
    assert (await other.delete(f"{TOKENS}/{made['id']}")).status_code == 404
    assert (await phone.get(f"/api/v1/organizations/{here}")).is_success
    assert [each["id"] for each in (await app.get(TOKENS)).json()] == [made["id"]]
    assert (await app.delete(f"{TOKENS}/{made['id']}")).status_code == 204
    assert (await phone.get(f"/api/v1/organizations/{here}")).status_code == 401
    assert (await app.delete(f"{TOKENS}/{new_id()}")).status_code == 404


@pytest.mark.parametrize(
    "text", ["", "srr_", "srr_" + "A" * 70, "A" * 5000, "srr_ä", "srk_x"]
)
async def test_what_is_no_refresh_token(app: httpx.AsyncClient, text: str) -> None:
    """Whatever it is, it is refused in the same words."""
    answer = await refresh(app, text)
    assert (answer.status_code, answer.json()["type"]) == (
        401,
        "/problems/refresh-token-invalid",
    )


@pytest.mark.parametrize(
    "given", [{"access": "11m"}, {"access": "1s"}, {"grace": "5m"}]
)
def test_no_policy_makes_tokens_long(given: dict[str, str]) -> None:
    """Ten minutes is what the page promises."""
    with pytest.raises(SettingsInvalid):
        load_settings(TokenPairSettings, "token_pairs", {"token_pairs": given}, {})


async def test_the_key_set_holds_public_keys_alone(app: httpx.AsyncClient) -> None:
    """Two at least: the one that signs, and the one that will."""
    answer = await app.get("/.well-known/jwks.json")
    keys = answer.json()["keys"]
    assert len(keys) >= 2
    for key in keys:
        assert set(key) == {"kty", "crv", "x", "kid", "use", "alg"}
        assert (key["alg"], key["use"]) == ("Ed25519", "sig")
