"""An account without a password is opened by an empty one.

A person who was imported or invited has no credential yet, and the check of none
succeeds (CVE-2026-119128), or a missing password was stored as a blank one. Here who
has no verifier cannot sign in, and no verifier accepts nothing.
"""

import httpx
import pytest

from strongroom.kernel import Secret, new_id
from strongroom.organizations.store import add_member
from strongroom.passwords import WrongPassword
from strongroom.room import Strongroom
from tests.conftest import Visit
from tests.people import PASSWORD, found_organization, new_person, organization_of


EMPTY = ["", " ", "\t", "\u00a0", "null", "None", "undefined", "0", "false", "*", "!"]

VERIFIERS = {
    "none": None,
    "an empty one": "",
    "a blank one": " ",
    "an unusable mark": "!",
    "a star": "*",
    "the password itself": PASSWORD,
    "a plain SHA-256": "5e884898da28047151d0e56f8dc6292773603d0d6aabbd" + "0" * 18,
    "an empty bcrypt": "$2b$12$",
    "an empty Argon2id": "$argon2id$v=19$m=19456,t=2,p=1$$",
    "another Argon2": "$argon2i$v=19$m=19456,t=2,p=1$" + "A" * 22 + "$" + "A" * 43,
    "an endless Argon2id": "$argon2id$v=19$m=99999999,t=99,p=1$"
    + "A" * 22
    + "$"
    + "A" * 43,
}


async def put_person(
    room: Strongroom, app: httpx.AsyncClient, verifier: str | None
) -> str:
    """Put somebody with that verifier into *app*'s organization; return the address."""
    email = new_person().email
    organization = await organization_of(app)
    async with room.db.system(reason="put a person where a test needs one") as tx:
        account = await room.accounts.create(tx, email)
        await add_member(tx, organization, account.id, "admin")
        if verifier is not None:
            await room.passwords.put(tx, account.id, verifier)
    return email


@pytest.mark.parametrize("verifier", VERIFIERS.values(), ids=VERIFIERS)
async def test_nothing_opens_an_account_without_a_verifier(
    room: Strongroom, app: httpx.AsyncClient, visit: Visit, verifier: str | None
) -> None:
    """Neither an empty password nor any other, and it looks like a wrong one."""
    await found_organization(room, app)
    email = await put_person(room, app, verifier)
    for password in (*EMPTY, PASSWORD, verifier or PASSWORD):
        credentials = {"email": email, "password": password}
        answer = await visit().post("/api/v1/sessions", json=credentials)
        assert answer.status_code == 401, repr(password)
        assert answer.json()["type"] == "/problems/wrong-credentials"
        assert "set-cookie" not in answer.headers


async def test_an_empty_password_opens_no_ordinary_account(
    room: Strongroom, app: httpx.AsyncClient, visit: Visit
) -> None:
    """By API or form, with the field empty, blank or away."""
    person = await found_organization(room, app)
    for password in EMPTY:
        credentials = {"email": person.email, "password": password}
        assert (
            await visit().post("/api/v1/sessions", json=credentials)
        ).status_code == 401
        assert (await visit().post("/sign-in", data=credentials)).status_code == 401
    away = {"email": person.email}
    assert (await visit().post("/api/v1/sessions", json=away)).status_code == 422
    assert (await visit().post("/sign-in", data=away)).status_code == 401
    nothing = {"email": person.email, "password": None}
    assert (await visit().post("/api/v1/sessions", json=nothing)).status_code == 422


async def test_nobody_has_no_password(room: Strongroom) -> None:
    """The verb itself refuses: for no account, an unknown one, and one without."""
    for account_id in (None, new_id()):
        for password in (*EMPTY, PASSWORD):
            with pytest.raises(WrongPassword):
                await room.passwords.prove(account_id, Secret(password))


@pytest.mark.parametrize("password", EMPTY)
async def test_an_empty_password_cannot_be_chosen(
    room: Strongroom, app: httpx.AsyncClient, password: str
) -> None:
    """Neither at sign-up nor by changing it, so no account ever has one."""
    person = new_person()
    wanted = {"email": person.email, "password": password, "organization": "Canary"}
    assert (await app.post("/api/v1/accounts", json=wanted)).status_code == 422
    owner = await found_organization(room, app)
    change = {"current": owner.password, "new": password}
    assert (await app.put("/api/v1/password", json=change)).status_code == 422
