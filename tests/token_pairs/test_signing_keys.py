"""Another key signs access tokens because somebody said, and no app notices."""

from datetime import datetime, timedelta

import httpx
import pytest

from strongroom.kernel import NOWHERE, Caller, Secret, utc_now
from strongroom.room import Strongroom
from strongroom.sessions import COOKIE
from strongroom.token_pairs import Parts, SigningKeyWaits, TokenPairs, WantedTokenPair
from strongroom.token_pairs.models import Turn
from strongroom.token_pairs.policy import AHEAD, KEY_DAYS, Issuer, members_of
from tests.conftest import KEYS, PUBLIC_URL
from tests.people import found_organization
from tests.records import details_about


NOW = datetime.fromisoformat("2026-11-28T12:00:00+00:00")
MINUTE = timedelta(minutes=1)


def kids(issuer: Issuer, moment: datetime) -> list[str]:
    """Return which keys are published at a moment."""
    return [key.thumbprint() for key in issuer.published(moment)]


def signs(issuer: Issuer, moment: datetime) -> str:
    """Return which key signs at a moment."""
    return issuer.signing(moment).thumbprint()


def test_a_key_is_published_before_it_signs_and_while_its_tokens_live() -> None:
    """At each moment around the change, and the earlier one goes at last."""
    plain = Issuer(KEYS, PUBLIC_URL)
    turned = Issuer(KEYS, PUBLIC_URL, [Turn(bytes(32), NOW + AHEAD)])
    old, new = signs(plain, NOW), signs(turned, NOW + AHEAD)
    assert old != new
    assert signs(turned, NOW) == signs(turned, NOW + AHEAD - MINUTE) == old
    for after in (timedelta(0), AHEAD - MINUTE, AHEAD, AHEAD + 10 * MINUTE):
        assert {old, new} <= set(kids(turned, NOW + after)), after
    late = kids(turned, NOW + AHEAD + 11 * MINUTE)
    assert (old in late, new in late) == (False, True)
    assert new not in kids(plain, NOW)


def test_the_period_goes_on_after_a_change_by_hand() -> None:
    """The next one comes from the same salt, and is published all the while."""
    turned = Issuer(KEYS, PUBLIC_URL, [Turn(bytes(32), NOW), Turn(b"\1" * 32, NOW)])
    later = NOW + KEY_DAYS
    assert signs(turned, later) in kids(turned, NOW)
    assert signs(turned, later) not in kids(Issuer(KEYS, PUBLIC_URL), NOW)
    assert signs(turned, NOW) != signs(turned, later)


@pytest.fixture
async def caller(room: Strongroom, app: httpx.AsyncClient) -> Caller:
    """Return the owner of a fresh organization."""
    await found_organization(room, app)
    found = await room.sessions.find(app.cookies.get(COOKIE) or "")
    assert isinstance(found, Caller)
    return found


def at(room: Strongroom, ahead: timedelta) -> TokenPairs:
    """Return another process, whose clock is so far ahead."""
    parts = Parts(room.alarms, room.audit, room.keys, room.outbox, room.sessions)
    settings, clock = room.token_pairs._settings, lambda: utc_now() + ahead
    return TokenPairs(room.db, parts, settings, room.words, clock)


def kid_of(token: Secret) -> str:
    """Return which key signed a token."""
    return str(members_of(token.reveal().split(".")[0])["kid"])


async def test_tokens_of_the_earlier_key_live_out_their_time(
    room: Strongroom, app: httpx.AsyncClient, caller: Caller
) -> None:
    """Through the change and until they end; what is signed after it names the new."""
    wanted = WantedTokenPair("phone", frozenset({"organization.read"}))
    before, now = at(room, AHEAD - MINUTE), at(room, timedelta(0))
    made = await now.rotate_key("Ada Canary")
    with pytest.raises(SigningKeyWaits):
        await now.rotate_key("Ada Canary")
    assert await details_about(room, made.kid) == [
        ("token.rotate-key", {"by": "Ada Canary"})
    ]
    early = await before.create(caller, wanted, NOWHERE)
    assert kid_of(early.access) != made.kid
    after = at(room, AHEAD + MINUTE)
    late = await after.create(caller, wanted, NOWHERE)
    assert kid_of(late.access) == made.kid
    for tokens in (early, late):
        found = await after.find(tokens.access.reveal())
        assert found is not None
        assert found.session_id == caller.session_id
    assert await at(room, AHEAD + 9 * MINUTE).find(early.access.reveal()) is None
    shown = (await app.get("/.well-known/jwks.json")).json()["keys"]
    assert {made.kid, kid_of(early.access)} <= {each["kid"] for each in shown}
