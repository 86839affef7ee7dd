"""A passkey that is none, or not for this: every lie that a forger with a key can tell.

Each is signed as well as the truth, by the very key that signs its owner in.
"""

from collections.abc import Mapping
from typing import Any

import cbor2
import httpx
import pytest

from strongroom.lab import (
    Forgery,
    PasskeyDevice,
    asked_for_passkey,
    sign_in_by_passkey,
)
from strongroom.passkeys.proofs import FORGERIES
from strongroom.room import Strongroom
from tests.attacks.evidence import rows
from tests.conftest import Visit
from tests.passkeys.people import OPTIONS, PASSKEYS, SIGN_IN, keeper
from tests.people import found_organization


COOKIE = "__Host-passkey"

NEW: Mapping[str, Forgery] = {
    "another origin": Forgery(origin="https://evil.example"),
    "another scheme": Forgery(origin="http://strongroom.test"),
    "another port": Forgery(origin="https://strongroom.test:8443"),
    "a longer name": Forgery(origin="https://strongroom.test.evil.example"),
    "another site": Forgery(rp_id="evil.example"),
    "another question": Forgery(challenge="A" * 43),
    "nobody verified": Forgery(verified=False),
    "another ceremony": Forgery(kind="webauthn.get"),
}

ODD: tuple[Any, ...] = (
    {},
    {"id": ""},
    {"id": 7},
    {"id": "AAAA"},
    {"id": "A" * 100_000},
    {"id": "ä"},
    {"id": ["AAAA"], "response": []},
)

Garbled = dict[str, Any]


@pytest.mark.parametrize("lie", FORGERIES)
async def test_no_lie_signs_in(
    room: Strongroom, app: httpx.AsyncClient, visit: Visit, lie: str
) -> None:
    """The truth opens a session, and the same with one lie in it does not."""
    owner, device = await keeper(room, app), visit()
    answer = await sign_in_by_passkey(device, owner.device, FORGERIES[lie])
    assert answer.status_code == 401
    assert answer.json()["type"] == "/problems/wrong-passkey"
    assert (await device.get("/api/v1/session")).status_code == 401
    assert (await sign_in_by_passkey(device, owner.device)).is_success


@pytest.mark.parametrize("lie", NEW)
async def test_no_lie_is_registered(
    room: Strongroom, app: httpx.AsyncClient, lie: str
) -> None:
    """A passkey that was made elsewhere, or by nobody, is not kept."""
    person = await found_organization(room, app)
    asked = await app.post(OPTIONS, json={"password": person.password})
    made = PasskeyDevice("https://strongroom.test")
    form = {
        "name": "Forged",
        "credential": made.make(asked.json()["options"], NEW[lie]),
    }
    answer = await app.post(PASSKEYS, json=form)
    assert answer.json()["type"] == "/problems/wrong-passkey"
    assert (await app.get(PASSKEYS)).json() == {"passkeys": []}


@pytest.mark.parametrize("odd", ODD, ids=lambda odd: repr(odd)[:40])
async def test_what_is_no_passkey_is_refused_and_breaks_nothing(
    visit: Visit, odd: Any
) -> None:
    """No form of nonsense is a fault of ours."""
    device = visit()
    await asked_for_passkey(device)
    answer = await device.post(SIGN_IN, json={"credential": odd})
    assert answer.status_code == 401


@pytest.mark.parametrize("part", ["clientDataJSON", "authenticatorData", "signature"])
@pytest.mark.parametrize("odd", ["", "AAAA", "{}", "ä", 7, None, ["A"], "A" * 5001])
async def test_a_garbled_answer_is_refused_and_breaks_nothing(
    room: Strongroom, app: httpx.AsyncClient, visit: Visit, part: str, odd: Any
) -> None:
    """Whichever part of a right answer is replaced by nonsense."""
    owner, device = await keeper(room, app), visit()
    shown: Garbled = owner.device.show(await asked_for_passkey(device))
    shown["response"][part] = odd
    answer = await device.post(SIGN_IN, json={"credential": shown})
    assert answer.status_code == 401, answer.text


@pytest.mark.parametrize("odd", ["", "AAAA", "{}", "ä", 7, None, ["A"], "A" * 5001])
async def test_a_garbled_new_one_is_refused_and_breaks_nothing(
    room: Strongroom, app: httpx.AsyncClient, odd: Any
) -> None:
    """An attestation object of nonsense is no passkey."""
    person = await found_organization(room, app)
    asked = await app.post(OPTIONS, json={"password": person.password})
    made: Garbled = PasskeyDevice("https://strongroom.test").make(
        asked.json()["options"]
    )
    made["response"]["attestationObject"] = odd
    answer = await app.post(PASSKEYS, json={"name": "Odd", "credential": made})
    assert answer.status_code == 401, answer.text


KEYS: tuple[Any, ...] = (
    {},
    {1: 2},
    {1: 2, 3: -7},
    {1: 2, 3: -7, -1: 1, -2: 1, -3: 2},
    {1: 2, 3: -7, -1: 1, -2: bytes(32), -3: bytes(32)},
    {1: 1, 3: -8, -1: 6, -2: b"x"},
    {1: 3, 3: -257, -1: b"", -2: b""},
    [1],
    7,
    "x",
)
"""What stands where a key of COSE should: parts are missing, or it is no point."""


@pytest.mark.parametrize("key", KEYS, ids=str)
async def test_a_key_that_is_none_is_not_kept(
    room: Strongroom, app: httpx.AsyncClient, key: Any
) -> None:
    """It could never sign in, and so it would shut its owner out."""
    person = await found_organization(room, app)
    asked = await app.post(OPTIONS, json={"password": person.password})
    device = PasskeyDevice("https://strongroom.test")
    made = device.make(asked.json()["options"], Forgery(key=cbor2.dumps(key)))
    answer = await app.post(PASSKEYS, json={"name": "Odd", "credential": made})
    assert answer.status_code == 401, answer.text
    assert (await app.get(PASSKEYS)).json() == {"passkeys": []}


async def test_a_question_is_for_one_thing_and_one_browser(
    room: Strongroom, app: httpx.AsyncClient, visit: Visit
) -> None:
    """Neither another browser's, nor one for making a passkey, nor a changed one."""
    owner, device = await keeper(room, app), visit()
    options = await asked_for_passkey(device)
    token = device.cookies[COOKIE]
    making = await app.post(OPTIONS, json={"password": owner.person.password})
    other, bare = app.cookies[COOKIE], visit()
    for cookie in ("", other, token[::-1], token + "A", f"!{token}", "AAAA"):
        form = {"credential": owner.device.show(options)}
        headers = {"cookie": f"{COOKIE}={cookie}"} if cookie else {}
        answer = await bare.post(SIGN_IN, json=form, headers=headers)
        assert answer.json()["type"] == "/problems/challenge-spent"
    form = {"credential": owner.device.show(making.json()["options"])}
    headers = {"cookie": f"{COOKIE}={other}"}
    answer = await bare.post(SIGN_IN, json=form, headers=headers)
    assert answer.json()["type"] == "/problems/challenge-spent"


async def test_a_question_for_one_account_registers_nothing_in_another(
    room: Strongroom, app: httpx.AsyncClient, visit: Visit
) -> None:
    """A cookie that was planted in somebody's browser leaves no passkey behind."""
    thief_app, thief = visit(), await found_organization(room, app)
    asked = await app.post(OPTIONS, json={"password": thief.password})
    planted = app.cookies[COOKIE]
    await found_organization(room, thief_app)
    thief_app.cookies.set(COOKIE, planted, domain="strongroom.test")
    made = PasskeyDevice("https://strongroom.test").make(asked.json()["options"])
    answer = await thief_app.post(PASSKEYS, json={"name": "X", "credential": made})
    assert answer.json()["type"] == "/problems/challenge-spent"
    assert (await thief_app.get(PASSKEYS)).json() == {"passkeys": []}


async def test_asking_writes_nothing(room: Strongroom, visit: Visit) -> None:
    """Whoever asks a thousand times leaves no row behind."""
    before = await rows(room)
    for _ in range(3):
        await asked_for_passkey(visit())
    assert await rows(room) == before


async def test_no_header_says_whose_site_it_is(
    room: Strongroom, app: httpx.AsyncClient, visit: Visit
) -> None:
    """A forwarded host changes neither what is asked nor what is accepted."""
    owner = await keeper(room, app)
    lies = {"x-forwarded-host": "evil.example", "forwarded": "host=evil.example"}
    device = visit(**lies)
    options = await asked_for_passkey(device)
    assert options["rpId"] == "strongroom.test"
    lie = Forgery(origin="https://evil.example", rp_id="evil.example")
    assert not (await sign_in_by_passkey(device, owner.device, lie)).is_success
    assert (await sign_in_by_passkey(device, owner.device)).is_success


async def test_a_refused_passkey_is_on_record_where_its_owner_sees_it(
    room: Strongroom, app: httpx.AsyncClient, visit: Visit
) -> None:
    """Whoever forges leaves an entry in the organization of the account."""
    owner = await keeper(room, app)
    await sign_in_by_passkey(visit(), owner.device, Forgery(own_key=False))
    log = await app.get("/api/v1/audit-logs", params={"action": "passkey.sign-in"})
    (entry,) = log.json()["entries"]
    assert (entry["outcome"], entry["reason"]) == ("refused", "wrong-passkey")
