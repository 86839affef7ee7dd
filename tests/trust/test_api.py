"""The security page for programs: counts that add up, evidence that verifies."""

import json
from base64 import b64decode
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from strongroom.claims import Profile
from strongroom.crypto import SignatureInvalid, open_envelope, public_keys
from strongroom.kernel import utc_now
from strongroom.lab import Outcome, build_digest
from strongroom.room import Strongroom
from strongroom.server.labs import all_proofs
from strongroom.trust import SabotageRecord, Subject, Trust
from strongroom.trust.proofs import parse_security_txt
from tests.conftest import KEYS, PUBLIC_URL


WELL_KNOWN = "/.well-known/strongroom"
CLAIM = "audit.complete"
WORD = "trust.residency"


@pytest.fixture
def trust(room: Strongroom, profile: Profile) -> Trust:
    """Return the page that the house shows."""
    return Trust(room.db, KEYS, Subject(profile, all_proofs(), PUBLIC_URL))


async def prove(trust: Trust, claim_id: str, result: Any = "passed") -> None:
    """Keep evidence for a claim, with every sabotage caught."""
    now = utc_now()
    bites = ({"what": "broken", "caught": True, "said": "0 entries"},)
    record = SabotageRecord(now, build_digest(), bites)
    outcome = Outcome(result, now, now, None, 3, "it answers", {"seen": 3})
    await trust.record(trust.profile.claims[claim_id], outcome, record)


async def claims_at(app: httpx.AsyncClient) -> dict[str, Any]:
    """Return what is published of all claims."""
    answer = await app.get(f"{WELL_KNOWN}/claims.json")
    assert answer.status_code == 200
    published: dict[str, Any] = answer.json()
    return published


async def test_every_claim_is_published(
    app: httpx.AsyncClient, profile: Profile
) -> None:
    """In page order, none left out, and the counts add up to them."""
    published = await claims_at(app)
    assert [each["id"] for each in published["claims"]] == list(profile.claims)
    counted = Counter(each["status"] for each in published["claims"])
    assert published["counts"] == dict(counted)


async def test_a_claim_says_what_stands_behind_it(
    app: httpx.AsyncClient, trust: Trust
) -> None:
    """Its words, status, proof, population, sabotages and the end of its evidence."""
    await prove(trust, CLAIM)
    found = {each["id"]: each for each in (await claims_at(app))["claims"]}[CLAIM]
    assert found["statement"] == trust.profile.claims[CLAIM].statement
    assert (found["status"], found["kind"], found["reason"]) == (
        "proved",
        "proved",
        None,
    )
    assert found["proof"] == all_proofs()[CLAIM].name
    assert (found["population"], found["vantage"]) == (3, "inside")
    assert [bite["caught"] for bite in found["sabotage"]] == [True]
    assert datetime.fromisoformat(found["fresh_until"]) > datetime.now(UTC)


async def test_evidence_verifies_with_the_published_key(
    app: httpx.AsyncClient, trust: Trust
) -> None:
    """A stranger needs two addresses and nothing of ours; a flipped byte is noticed."""
    await prove(trust, CLAIM)
    keys = public_keys((await app.get(f"{WELL_KNOWN}/jwks.json")).json())
    (newest, *_) = (await app.get(f"{WELL_KNOWN}/evidence/{CLAIM}")).json()["envelopes"]
    statement = open_envelope(newest, keys)
    assert statement["predicate"]["statement"] == trust.profile.claims[CLAIM].statement
    assert statement["predicate"]["target"] == PUBLIC_URL
    newest["payload"] = newest["payload"].swapcase()
    with pytest.raises(SignatureInvalid):
        open_envelope(newest, keys)


async def test_the_key_set_holds_public_keys_only(app: httpx.AsyncClient) -> None:
    """No private member of RFC 8037 is in it."""
    (jwk,) = (await app.get(f"{WELL_KNOWN}/jwks.json")).json()["keys"]
    assert set(jwk) == {"crv", "kty", "x", "kid", "use", "alg"}


async def test_a_word_is_published_signed(app: httpx.AsyncClient, trust: Trust) -> None:
    """An attestation stands among the evidence of its claim."""
    await trust.attest(WORD, "Ada Example", utc_now() + timedelta(days=30))
    keys = public_keys((await app.get(f"{WELL_KNOWN}/jwks.json")).json())
    envelopes = (await app.get(f"{WELL_KNOWN}/evidence/{WORD}.json")).json()[
        "envelopes"
    ]
    assert open_envelope(envelopes[-1], keys)["predicate"]["by"] == "Ada Example"


async def test_a_claim_without_evidence_has_none(app: httpx.AsyncClient) -> None:
    """An empty list, not an invented one."""
    answer = await app.get(f"{WELL_KNOWN}/evidence/vault.rotation")
    assert answer.json() == {"claim": "vault.rotation", "envelopes": []}


@pytest.mark.parametrize("claim_id", ["nobody.claims-this", "..", "%00", "a" * 500])
async def test_what_is_not_claimed_is_not_found(
    app: httpx.AsyncClient, claim_id: str
) -> None:
    """A program gets a problem, whatever it asks for."""
    answer = await app.get(f"{WELL_KNOWN}/evidence/{claim_id}")
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("path", ["claims.json", "jwks.json", f"evidence/{CLAIM}"])
async def test_anybody_may_read_and_nobody_needs_to_sign_in(
    app: httpx.AsyncClient, path: str
) -> None:
    """Copies are short-lived, no cookie is set, and no other site's script reads it."""
    answer = await app.get(f"{WELL_KNOWN}/{path}")
    assert answer.status_code == 200
    assert "access-control-allow-origin" not in answer.headers
    assert answer.headers["cache-control"] == "public, max-age=10"
    assert "set-cookie" not in answer.headers


async def test_security_txt_is_served_as_text(app: httpx.AsyncClient) -> None:
    """In date, canonical, and readable by a program (RFC 9116 §3)."""
    answer = await app.get("/.well-known/security.txt")
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    fields = parse_security_txt(answer.text)
    assert fields["canonical"] == [f"{PUBLIC_URL}/.well-known/security.txt"]
    assert datetime.fromisoformat(fields["expires"][0]) > datetime.now(UTC)


async def test_evidence_repeats_its_own_row(
    app: httpx.AsyncClient, trust: Trust
) -> None:
    """What the table says and what was signed cannot drift apart unseen."""
    await prove(trust, "tenancy.context")
    found = {each["id"]: each for each in (await claims_at(app))["claims"]}
    shown = found["tenancy.context"]
    answer = await app.get(f"{WELL_KNOWN}/evidence/tenancy.context")
    payload = b64decode(answer.json()["envelopes"][0]["payload"])
    signed = json.loads(payload)["predicate"]
    until = datetime.fromisoformat(signed["freshUntil"])
    assert until == datetime.fromisoformat(shown["fresh_until"])
    assert signed["population"] == shown["population"]
