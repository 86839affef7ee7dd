"""Somebody writes a token of their own.

Libraries have accepted ``alg: none``, a public key as a shared secret, keys that the
token itself brings, and tokens made for another service. Here every forgery that the
proof knows is sent to the house, and all are refused in the same words.
"""

import httpx
import pytest

from strongroom.kernel import utc_now
from strongroom.room import Strongroom
from strongroom.token_pairs.policy import Issuer
from strongroom.token_pairs.proofs_forgeries import Forger
from tests.conftest import KEYS, PUBLIC_URL, Visit
from tests.people import found_organization, organization_of


@pytest.fixture
async def forger(room: Strongroom, app: httpx.AsyncClient, visit: Visit) -> Forger:
    """Return somebody with a genuine token, who knows of another organization."""
    other = visit()
    await found_organization(room, other, "Elsewhere")
    foreign = (await other.get("/api/v1/session")).json()
    await found_organization(room, app)
    wanted = {"name": "phone", "scopes": ["organization.read"]}
    made = (await app.post("/api/v1/tokens", json=wanted)).json()
    return Forger(
        Issuer(KEYS, PUBLIC_URL),
        made["access_token"],
        utc_now(),
        foreign["organization_id"],
        foreign["account_id"],
    )


async def test_every_forged_token_is_refused_alike(
    app: httpx.AsyncClient, visit: Visit, forger: Forger
) -> None:
    """What the same hand signs, and says nothing wrong, is accepted beside them."""
    here = await organization_of(app)
    robot, forged = visit(), forger.all()
    assert len(forged) > 60
    assert len(set(forged.values())) == len(forged)

    async def send(token: str) -> httpx.Response:
        headers = {"authorization": f"Bearer {token}", "x-organization-id": str(here)}
        return await robot.get(f"/api/v1/organizations/{here}", headers=headers)

    assert (await send(forger.genuine)).status_code == 200
    assert (await send(forger.said())).status_code == 200
    answers = {what: await send(token) for what, token in forged.items()}
    passed = {what for what, each in answers.items() if each.status_code != 401}
    assert not passed
    # But for the request's own id, one refusal cannot be told from another.
    told = {
        tuple(v for k, v in sorted(each.json().items()) if k != "request_id")
        for each in answers.values()
    }
    assert len(told) == 1


async def test_a_token_is_for_one_organization(visit: Visit, forger: Forger) -> None:
    """Its holder's membership elsewhere does not widen it."""
    elsewhere = forger.other_organization
    headers = {
        "authorization": f"Bearer {forger.genuine}",
        "x-organization-id": elsewhere,
    }
    answer = await visit().get(f"/api/v1/organizations/{elsewhere}", headers=headers)
    assert answer.json()["type"] == "/problems/organization-mismatch"
