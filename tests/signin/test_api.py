"""Signing up, in and out for programs."""

from typing import Any

import httpx
import pytest

from strongroom.room import Strongroom
from tests.conftest import Visit
from tests.people import (
    PASSWORD,
    Person,
    found_organization,
    join,
    latest_mail,
    mailed_token,
    new_person,
    organization_of,
    sign_in,
)
from tests.records import recorded


OTHER = "eleven loud trumpets on the hill"


def wanted(person: Person, **changed: str) -> dict[str, str]:
    """Return what *person* sends to sign up."""
    identity = {"email": person.email, "password": person.password}
    return identity | {"organization": "Canary Works"} | changed


async def test_a_newcomer_signs_up_and_is_signed_in(
    room: Strongroom, app: httpx.AsyncClient
) -> None:
    """Only after the mailed link and the password is there an account with a cookie."""
    person = new_person()
    answer = await app.post("/api/v1/accounts", json=wanted(person))
    assert (answer.status_code, answer.json()) == (202, {"next": "check-your-mail"})
    assert await room.accounts.find(person.email) is None
    token = await mailed_token(room, person.email)
    proof = {"token": token, "password": person.password}
    opened = await app.post("/api/v1/accounts/verify", json=proof)
    assert opened.status_code == 201
    cookie = opened.headers["set-cookie"]
    assert cookie.startswith("__Host-session=")
    assert {"Path=/", "Secure", "HttpOnly", "SameSite=lax"} <= set(cookie.split("; "))
    session = (await app.get("/api/v1/session")).json()
    assert (session["email"], session["role"]) == (person.email, "owner")
    assert await recorded(room, opened) == [("account.verify", "done", None)]


async def test_a_known_address_gets_the_same_answer(
    room: Strongroom, app: httpx.AsyncClient, visit: Visit
) -> None:
    """Whoever asks does not learn who has an account; the address itself is told."""
    person = await found_organization(room, app)
    known = await visit().post("/api/v1/accounts", json=wanted(person))
    unknown = await visit().post("/api/v1/accounts", json=wanted(new_person()))
    assert (known.status_code, known.content) == (unknown.status_code, unknown.content)
    assert "has an account already" in await latest_mail(room, person.email)


@pytest.mark.parametrize(
    ("changed", "code", "field"),
    [
        ({"email": "no address"}, "email-invalid", "email"),
        ({"organization": " "}, "name-invalid", "organization"),
        ({"password": "short"}, "password-refused", "password"),
    ],
)
async def test_a_refused_sign_up_says_which_field(
    room: Strongroom,
    app: httpx.AsyncClient,
    changed: dict[str, str],
    code: str,
    field: str,
) -> None:
    """The reason stands beside the field, no value comes back, one entry is written."""
    answer = await app.post("/api/v1/accounts", json=wanted(new_person(), **changed))
    problem = answer.json()
    assert (answer.status_code, problem["type"]) == (422, f"/problems/{code}")
    assert list(problem["fields"]) == [field]
    assert PASSWORD not in answer.text
    assert await recorded(room, answer) == [("account.sign-up", "refused", code)]


@pytest.mark.parametrize(
    ("content", "status"),
    [
        (b"", 422),
        (b"{", 400),
        (b"[]", 422),
        (b'{"email": "a@b.c"}', 422),
        (b'{"email": 1, "password": "x", "organization": "y"}', 422),
        (b'{"email": "a", "password": "b", "organization": "c", "admin": 1}', 422),
    ],
)
async def test_a_malformed_body_changes_nothing(
    app: httpx.AsyncClient, content: bytes, status: int
) -> None:
    """A missing, unknown or mistyped field is a problem, never a fault of ours."""
    headers = {"content-type": "application/json"}
    answer = await app.post("/api/v1/accounts", content=content, headers=headers)
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.status_code == status


async def test_a_link_works_once(room: Strongroom, app: httpx.AsyncClient) -> None:
    """The second use of a confirmation link is refused and on record."""
    person = new_person()
    await app.post("/api/v1/accounts", json=wanted(person))
    token = await mailed_token(room, person.email)
    proof = {"token": token, "password": person.password}
    assert (await app.post("/api/v1/accounts/verify", json=proof)).is_success
    again = await app.post("/api/v1/accounts/verify", json=proof)
    assert (again.status_code, again.json()["type"]) == (410, "/problems/link-spent")
    assert await recorded(room, again) == [("account.verify", "refused", "link-spent")]


async def test_a_link_without_its_password_is_useless(
    room: Strongroom, app: httpx.AsyncClient
) -> None:
    """Whoever finds the link cannot confirm it, and its owner still can."""
    person = new_person()
    await app.post("/api/v1/accounts", json=wanted(person))
    token = await mailed_token(room, person.email)
    wrong = {"token": token, "password": OTHER}
    answer = await app.post("/api/v1/accounts/verify", json=wrong)
    assert (answer.status_code, answer.json()["type"]) == (
        401,
        "/problems/wrong-password",
    )
    right = {"token": token, "password": person.password}
    assert (await app.post("/api/v1/accounts/verify", json=right)).is_success


async def test_wrong_credentials_all_look_the_same(
    room: Strongroom, app: httpx.AsyncClient, visit: Visit
) -> None:
    """An unknown address and a wrong password differ in nothing but the entry."""
    person = await found_organization(room, app)
    stranger = visit()

    async def attempt(email: str) -> tuple[httpx.Response, dict[str, Any]]:
        credentials = {"email": email, "password": OTHER}
        answer = await stranger.post("/api/v1/sessions", json=credentials)
        problem: dict[str, Any] = answer.json()
        problem.pop("request_id")
        return answer, problem

    known, told = await attempt(person.email)
    unknown, told_too = await attempt(new_person().email)
    assert (known.status_code, told) == (unknown.status_code, told_too)
    assert "set-cookie" not in known.headers
    refused = [("session.create", "refused", "wrong-credentials")]
    assert await recorded(room, known) == refused
    assert await recorded(room, unknown) == refused


async def test_a_disabled_account_cannot_sign_in(
    room: Strongroom, app: httpx.AsyncClient, visit: Visit
) -> None:
    """Disabling ends the session at its next request and shuts the way in."""
    person = await found_organization(room, app)
    account = await room.accounts.find(person.email)
    assert account is not None
    async with room.db.system(reason="disable an account in a test") as tx:
        await room.accounts.disable(tx, account.id)
    assert (await app.get("/api/v1/session")).status_code == 401
    credentials = {"email": person.email, "password": person.password}
    answer = await visit().post("/api/v1/sessions", json=credentials)
    assert answer.json()["type"] == "/problems/wrong-credentials"


async def test_changing_the_password_ends_the_other_sessions(
    room: Strongroom, app: httpx.AsyncClient, visit: Visit
) -> None:
    """The device that asks stays; every other is out, and only the new word works."""
    person = await found_organization(room, app)
    other = visit()
    await sign_in(other, person)
    change = {"current": person.password, "new": OTHER}
    answer = await app.put("/api/v1/password", json=change)
    assert (answer.status_code, answer.content) == (204, b"")
    assert await recorded(room, answer) == [("password.change", "done", None)]
    assert (await app.get("/api/v1/session")).status_code == 200
    assert (await other.get("/api/v1/session")).status_code == 401
    await sign_in(visit(), Person(person.email, OTHER))
    with pytest.raises(httpx.HTTPStatusError):
        await sign_in(visit(), person)


async def test_the_current_password_is_asked_for(
    room: Strongroom, app: httpx.AsyncClient, visit: Visit
) -> None:
    """A stolen session alone cannot change the password."""
    person = await found_organization(room, app)
    answer = await app.put("/api/v1/password", json={"current": OTHER, "new": OTHER})
    assert answer.json()["type"] == "/problems/wrong-password"
    assert await recorded(room, answer) == [
        ("password.change", "refused", "wrong-password")
    ]
    await sign_in(visit(), person)


async def test_any_role_may_change_its_own_password(
    room: Strongroom, app: httpx.AsyncClient, visit: Visit
) -> None:
    """A viewer is a person too."""
    await found_organization(room, app)
    viewer = visit()
    await sign_in(viewer, await join(room, await organization_of(app), "viewer"))
    change = {"current": PASSWORD, "new": OTHER}
    assert (await viewer.put("/api/v1/password", json=change)).status_code == 204
