"""A forgotten password, for programs."""

import re

import httpx

from strongroom.kernel import Secret
from strongroom.room import Strongroom
from tests.conftest import Visit
from tests.people import (
    PASSWORD,
    Person,
    found_organization,
    latest_mail,
    new_person,
    sign_in,
)
from tests.records import recorded


OTHER = "eleven loud trumpets on the hill"
ASK, COMPLETE = "/api/v1/password-resets", "/api/v1/password-resets/complete"


async def link_of(room: Strongroom, visit: Visit, person: Person) -> str:
    """Forget *person*'s password and return the token that was mailed."""
    answer = await visit().post(ASK, json={"email": person.email})
    assert (answer.status_code, answer.json()) == (202, {"next": "check-your-mail"})
    mail = await latest_mail(room, person.email)
    found = re.search(r"https://strongroom\.test/reset-password\?token=(\S+)", mail)
    assert found is not None
    return found[1]


async def test_a_forgotten_password_is_replaced(
    room: Strongroom, app: httpx.AsyncClient, visit: Visit
) -> None:
    """The mailed link takes a new password; the old one and every session are gone."""
    person = await found_organization(room, app)
    token = await link_of(room, visit, person)
    form = {"token": token, "password": OTHER}
    answer = await visit().post(COMPLETE, json=form)
    assert (answer.status_code, answer.content) == (204, b"")
    assert "set-cookie" not in answer.headers
    assert await recorded(room, answer) == [("password.reset", "done", None)]
    assert (await app.get("/api/v1/session")).status_code == 401
    assert "was changed" in await latest_mail(room, person.email)
    old = {"email": person.email, "password": PASSWORD}
    assert (await visit().post("/api/v1/sessions", json=old)).status_code == 401
    await sign_in(visit(), Person(person.email, OTHER))
    again = await visit().post(COMPLETE, json=form | {"password": PASSWORD})
    assert again.json()["type"] == "/problems/link-spent"


async def test_an_older_link_dies_with_the_newer(
    room: Strongroom, app: httpx.AsyncClient, visit: Visit
) -> None:
    """Whoever was mailed two links has used up both with one."""
    person = await found_organization(room, app)
    older = await link_of(room, visit, person)
    newer = await link_of(room, visit, person)
    form = {"token": newer, "password": OTHER}
    assert (await visit().post(COMPLETE, json=form)).status_code == 204
    form["token"] = older
    assert (await visit().post(COMPLETE, json=form)).status_code == 410


async def test_a_refused_password_leaves_the_link_good(
    room: Strongroom, app: httpx.AsyncClient, visit: Visit
) -> None:
    """Whoever chose too short a password tries again with the same link."""
    person = await found_organization(room, app)
    token = await link_of(room, visit, person)
    refused = await visit().post(COMPLETE, json={"token": token, "password": "short"})
    assert refused.status_code == 422
    assert set(refused.json()["fields"]) == {"password"}
    assert await recorded(room, refused) == [
        ("password.reset", "refused", "password-refused")
    ]
    form = {"token": token, "password": OTHER}
    assert (await visit().post(COMPLETE, json=form)).status_code == 204


async def test_an_unknown_address_is_told_so_by_mail_alone(
    room: Strongroom, visit: Visit
) -> None:
    """The answer is the same; the mail holds no link to choose a password."""
    person = new_person()
    answer = await visit().post(ASK, json={"email": person.email})
    assert (answer.status_code, answer.json()) == (202, {"next": "check-your-mail"})
    mail = await latest_mail(room, person.email)
    assert "No account can sign in" in mail
    assert "token=" not in mail


async def test_a_disabled_account_stays_shut(
    room: Strongroom, app: httpx.AsyncClient, visit: Visit
) -> None:
    """It is mailed no link, and a link from before opens nothing."""
    person = await found_organization(room, app)
    token = await link_of(room, visit, person)
    account = await room.accounts.find(person.email)
    assert account is not None
    async with room.db.system(reason="disable an account in a test") as tx:
        await room.accounts.disable(tx, account.id)
    form = {"token": token, "password": OTHER}
    assert (await visit().post(COMPLETE, json=form)).status_code == 410
    await visit().post(ASK, json={"email": person.email})
    assert "No account can sign in" in await latest_mail(room, person.email)


async def test_what_is_no_address_is_refused(room: Strongroom, visit: Visit) -> None:
    """It is a problem that names the field, and no mail is written."""
    answer = await visit().post(ASK, json={"email": "nobody"})
    assert (answer.status_code, answer.json()["type"]) == (
        422,
        "/problems/email-invalid",
    )
    assert await recorded(room, answer) == [
        ("password.ask-reset", "refused", "email-invalid")
    ]


async def test_a_link_is_for_its_own_purpose(
    room: Strongroom, app: httpx.AsyncClient, visit: Visit
) -> None:
    """What replaces a password confirms no address."""
    person = await found_organization(room, app)
    token = await link_of(room, visit, person)
    form = {"token": token, "password": person.password}
    answer = await visit().post("/api/v1/accounts/verify", json=form)
    assert answer.status_code == 410
    assert Secret(token).reveal() not in answer.text
