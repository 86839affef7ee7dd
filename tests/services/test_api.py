"""Service routes: a signature is the only credential, and it is for them alone."""

from typing import Any
from uuid import UUID

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from strongroom.kernel import new_id, utc_now
from strongroom.lab import make_passkey, sign_in_by_passkey
from strongroom.room import Strongroom
from strongroom.services import ServiceExists, sign_call
from strongroom.sessions import COOKIE
from tests.conftest import PUBLIC_URL, Visit
from tests.people import PASSWORD, found_organization
from tests.records import details_about


PATH = "/api/v1/service/sessions/introspect"
JSON = {"content-type": "application/json"}
Key = tuple[UUID, Ed25519PrivateKey]


@pytest.fixture
async def key(room: Strongroom) -> Key:
    """Return a service's id and key."""
    made = await room.services.add(f"backend {new_id().hex}", "Canary")
    seed = bytes.fromhex(made.private_key.reveal())
    return made.id, Ed25519PrivateKey.from_private_bytes(seed)


def signed(key: Key, body: bytes, **changes: Any) -> dict[str, str]:
    """Return the headers of a signed call."""
    service_id, private = key
    given: dict[str, Any] = {"now": utc_now(), "nonce": new_id().hex} | changes
    url = PUBLIC_URL + PATH
    return JSON | sign_call(private, service_id, "POST", url, body, **given)


async def ask(
    by: httpx.AsyncClient, token: str, headers: dict[str, str]
) -> httpx.Response:
    """Ask for whom a credential acts."""
    return await by.post(PATH, content=body_of(token), headers=headers)


def body_of(token: str) -> bytes:
    """Return the body that asks about *token*."""
    return f'{{"token":"{token}"}}'.encode()


async def test_a_service_learns_for_whom_a_credential_acts(
    room: Strongroom, app: httpx.AsyncClient, visit: Visit, key: Key
) -> None:
    """A session's, an app's and a key's; and of a signed-out one, that it is none."""
    await found_organization(room, app)
    session = app.cookies.get(COOKIE) or ""
    wanted = {"name": "phone", "scopes": ["organization.read"]}
    pair = (await app.post("/api/v1/tokens", json=wanted)).json()
    api_key = (await app.post("/api/v1/api-keys", json=wanted)).json()
    mine, backend = (await app.get("/api/v1/session")).json(), visit()
    for token, scopes in (
        (session, None),
        (pair["access_token"], ["organization.read"]),
        (api_key["key"], ["organization.read"]),
    ):
        told = (await ask(backend, token, signed(key, body_of(token)))).json()
        assert told["active"] is True
        assert told["account_id"] == mine["account_id"]
        assert (told["role"], told["scopes"]) == ("owner", scopes)
    await app.delete("/api/v1/session")
    for token in (session, pair["access_token"], pair["refresh_token"]):
        told = (await ask(backend, token, signed(key, body_of(token)))).json()
        assert told == dict.fromkeys(told) | {"active": False}


async def test_a_call_is_good_once(visit: Visit, key: Key) -> None:
    """The second one is refused by its own name, and so is a revoked service's."""
    backend, headers = visit(), signed(key, body_of("x"))
    assert (await ask(backend, "x", headers)).status_code == 200
    answer = await ask(backend, "x", headers)
    assert (answer.status_code, answer.json()["type"]) == (
        401,
        "/problems/service-call-replayed",
    )


async def test_a_revoked_service_is_refused(
    room: Strongroom, visit: Visit, key: Key
) -> None:
    """At its next call."""
    backend = visit()
    assert (await ask(backend, "x", signed(key, body_of("x")))).status_code == 200
    await room.services.revoke(key[0], "Canary")
    answer = await ask(backend, "x", signed(key, body_of("x")))
    assert answer.json()["type"] == "/problems/service-signature-invalid"
    states = {each.id: each.revoked_at for each in await room.services.all()}
    assert states[key[0]] is not None


async def test_a_wrong_signature_spends_no_nonce(visit: Visit, key: Key) -> None:
    """Whoever cannot sign cannot keep a service's call out either."""
    backend, nonce = visit(), new_id().hex
    stolen = (key[0], Ed25519PrivateKey.generate())
    forged = signed(stolen, body_of("x"), nonce=nonce)
    assert (await ask(backend, "x", forged)).status_code == 401
    genuine = signed(key, body_of("x"), nonce=nonce)
    assert (await ask(backend, "x", genuine)).status_code == 200


async def test_a_name_is_one_service(room: Strongroom) -> None:
    """Also after it was revoked, so that the log stays clear; who did it is in it."""
    made = await room.services.add("billing", "Ada Canary")
    await room.services.revoke(made.id, "Bo Canary")
    with pytest.raises(ServiceExists):
        await room.services.add("billing", "Ada Canary")
    assert await details_about(room, str(made.id)) == [
        ("service.add", {"by": "Ada Canary", "name": "billing"}),
        ("service.revoke", {"by": "Bo Canary"}),
    ]


async def test_a_service_says_from_where_a_credential_came(
    room: Strongroom, app: httpx.AsyncClient, visit: Visit, key: Key
) -> None:
    """Where an organization names networks, whoever comes from elsewhere is nobody."""
    await found_organization(room, app)
    session, backend = app.cookies.get(COOKIE) or "", visit()
    policy = {"second_factor": False, "lifetime": None, "idle": None}
    wanted = policy | {"networks": ["127.0.0.0/8"], "ways": [], "password": PASSWORD}
    assert (await app.put("/api/v1/sign-in-policy", json=wanted)).is_success
    for address, active in (
        ('"127.0.0.1"', True),
        ('"192.0.2.1"', False),
        ('"nowhere"', False),
        ("null", False),
    ):
        body = f'{{"token":"{session}","address":{address}}}'.encode()
        told = await backend.post(PATH, content=body, headers=signed(key, body))
        assert told.json()["active"] is active
    silent = await ask(backend, session, signed(key, body_of(session)))
    assert silent.json()["active"] is False


async def test_a_service_is_told_of_nobody_who_came_by_a_way_that_is_not_allowed(
    room: Strongroom, app: httpx.AsyncClient, visit: Visit, key: Key
) -> None:
    """The same person by the way that is allowed is told as ever."""
    await found_organization(room, app)
    by_password, other, backend = app.cookies.get(COOKIE) or "", visit(), visit()
    device, _ = await make_passkey(app, PASSWORD)
    assert (await sign_in_by_passkey(other, device)).is_success
    policy: dict[str, Any] = {"second_factor": False, "lifetime": None, "idle": None}
    wanted = policy | {"networks": [], "ways": ["passkey"], "password": PASSWORD}
    assert (await other.put("/api/v1/sign-in-policy", json=wanted)).is_success
    by_passkey = other.cookies.get(COOKIE) or ""
    for session, active in ((by_password, False), (by_passkey, True)):
        body = f'{{"token":"{session}"}}'.encode()
        told = await backend.post(PATH, content=body, headers=signed(key, body))
        assert told.json()["active"] is active
