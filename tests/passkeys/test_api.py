"""Passkeys for programs: make one, sign in by it, name it, remove it."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import httpx

from strongroom.kernel import new_id
from strongroom.lab import (
    Forgery,
    PasskeyDevice,
    asked_for_passkey,
    make_passkey,
    sign_in_by_passkey,
)
from strongroom.passkeys import store
from strongroom.passkeys.models import Known
from strongroom.passkeys.policy import MOST
from strongroom.room import Strongroom
from tests.attacks.test_forms_for_operators import act_as
from tests.conftest import Visit
from tests.people import (
    found_organization,
    latest_mail,
    organization_of,
    sign_in,
    was_told,
)
from tests.totp.people import change, grow_stale, half_in, holder, show as show_code

from .people import FACTOR, OPTIONS, PASSKEYS, SIGN_IN, STEP_UP, Keeper, keeper, show


def kind(answer: httpx.Response) -> str:
    """Return how something was refused."""
    return str(answer.json()["type"]).removeprefix("/problems/")


async def named(app: httpx.AsyncClient) -> list[str]:
    """Return which passkeys *app* is asked for by name."""
    options = (await app.get("/api/v1/passkeys/challenge")).json()["options"]
    return [each["id"] for each in options.get("allowCredentials", ())]


async def fill(room: Strongroom, owner: Keeper, most: int) -> None:
    """Give *owner*, who has one, so many passkeys that there are *most*."""
    await change(
        room,
        "insert into strongroom.passkeys (id, account_id, credential_id, public_key,"
        " name) select gen_random_uuid(), p.account_id,"
        " decode(md5(n::text || $2), 'hex'), '', 'Spare'"
        " from generate_series(2, $3) n, strongroom.passkeys p"
        " where p.id = $1",
        UUID(owner.id),
        owner.id,
        most,
    )


async def one_more(app: httpx.AsyncClient, owner: Keeper) -> dict[str, Any]:
    """Return a passkey of *owner*, made on another device and not yet sent."""
    form = {"password": owner.person.password}
    options = (await app.post(OPTIONS, json=form)).json()["options"]
    device = PasskeyDevice(owner.device.origin)
    return {"name": "One more", "credential": device.make(options)}


async def test_a_passkey_signs_in_without_password_or_code(
    room: Strongroom, app: httpx.AsyncClient, visit: Visit
) -> None:
    """It is both factors, so the session is fresh at once and nothing is asked."""
    owner, device = await keeper(room, app), visit()
    answer = await sign_in_by_passkey(device, owner.device)
    assert answer.status_code == 201
    assert "__Host-passkey" not in device.cookies
    assert (await device.get("/api/v1/totp")).json()["fresh"] is True
    log = await device.get("/api/v1/audit-logs", params={"action": "passkey.sign-in"})
    assert [each["outcome"] for each in log.json()["entries"]] == ["done"]
    listed = (await device.get(PASSKEYS)).json()["passkeys"]
    assert [each["name"] for each in listed] == ["Canary's device"]
    assert listed[0]["used_at"]


async def test_what_authenticators_are_told_names_nobody(
    room: Strongroom, app: httpx.AsyncClient
) -> None:
    """The handle is random, stays the same, and known passkeys are left out."""
    person = await found_organization(room, app)
    form = {"password": person.password}
    first = (await app.post(OPTIONS, json=form)).json()["options"]
    device, _ = await make_passkey(app, person.password)
    second = (await app.post(OPTIONS, json=form)).json()["options"]
    assert first["user"]["id"] == second["user"]["id"]
    assert len(device.handle) == 64
    assert person.email.encode() not in device.handle
    assert first["rp"]["id"] == "strongroom.test"
    assert first["excludeCredentials"] == []
    assert len(second["excludeCredentials"]) == 1
    chosen = second["authenticatorSelection"]
    assert chosen["residentKey"] == chosen["userVerification"] == "required"
    assert second["attestation"] == "none"


async def test_a_question_names_passkeys_to_their_owner_alone(
    room: Strongroom, app: httpx.AsyncClient, visit: Visit
) -> None:
    """A stranger, a key and an operator in the owner's place are told of none."""
    await keeper(room, app)
    wanted = {"name": "robot", "scopes": ["organization.read"]}
    key = (await app.post("/api/v1/api-keys", json=wanted)).json()["key"]
    where = {"x-organization-id": str(await organization_of(app))}
    robot = visit(authorization=f"Bearer {key}", **where)
    operator = visit(cookie=f"__Host-session={await act_as(room, app)}")
    assert (await operator.get("/api/v1/session")).status_code == 200
    assert len(await named(app)) == 1
    for asking in (visit(), robot, operator):
        assert await named(asking) == []


async def test_making_one_asks_for_the_password(
    room: Strongroom, app: httpx.AsyncClient
) -> None:
    """An open browser is not enough to leave a passkey behind."""
    await found_organization(room, app)
    answer = await app.post(OPTIONS, json={"password": "wrong " * 3})
    assert (answer.status_code, kind(answer)) == (401, "wrong-password")
    assert "__Host-passkey" not in app.cookies


async def test_the_first_passkey_signs_other_devices_out(
    room: Strongroom, app: httpx.AsyncClient, visit: Visit
) -> None:
    """Ten recovery codes come with it; a second passkey brings none and ends none."""
    person, other = await found_organization(room, app), visit()
    await sign_in(other, person)
    _, kept = await make_passkey(app, person.password)
    assert len(set(kept["recovery_codes"])) == 10
    assert (await other.get("/api/v1/session")).status_code == 401
    assert "A passkey was added" in await latest_mail(room, person.email)
    await half_in(other, person)
    assert (await show_code(other, kept["recovery_codes"][0])).is_success
    _, second = await make_passkey(app, person.password)
    assert second["recovery_codes"] == []
    assert (await other.get("/api/v1/session")).status_code == 200


async def test_a_password_alone_is_not_enough_any_more(
    room: Strongroom, app: httpx.AsyncClient, visit: Visit
) -> None:
    """The passkey, or a recovery code, is asked next; a guessed code is neither."""
    owner, device = await keeper(room, app), visit()
    await half_in(device, owner.person)
    assert (await device.get("/api/v1/session")).status_code == 401
    for guess in ("123456", "aaaa-bbbb-cccc-dddd"):
        assert kind(await show_code(device, guess)) == "wrong-code"
    assert (await show(device, owner.device, FACTOR)).status_code == 201
    assert (await device.get("/api/v1/session")).status_code == 200
    again = await show(device, owner.device, FACTOR)
    assert kind(again) == "sign-in-expired"


async def test_the_second_factor_is_of_the_same_account(
    room: Strongroom, app: httpx.AsyncClient, visit: Visit
) -> None:
    """A right passkey of somebody else finishes nothing, and is on record."""
    owner, thief = await keeper(room, app), await keeper(room, visit())
    device = visit()
    await half_in(device, owner.person)
    assert kind(await show(device, thief.device, FACTOR)) == "wrong-passkey"
    assert (await device.get("/api/v1/session")).status_code == 401
    log = await app.get("/api/v1/audit-logs", params={"action": "session.finish"})
    assert [each["outcome"] for each in log.json()["entries"]] == ["refused"]


async def test_either_factor_will_do(
    room: Strongroom, app: httpx.AsyncClient, visit: Visit
) -> None:
    """With app and passkey both, each finishes; turning one off leaves the other."""
    owner = await holder(room, app)
    device, kept = await make_passkey(app, owner.person.password)
    assert kept["recovery_codes"] == []
    one, other = visit(), visit()
    await half_in(one, owner.person)
    assert (await show(one, device, FACTOR)).status_code == 201
    await half_in(other, owner.person)
    assert (await show_code(other, await owner.app.next_code())).is_success
    assert (await app.delete("/api/v1/totp")).status_code == 204
    third = visit()
    await half_in(third, owner.person)
    assert (await show_code(third, owner.codes[0])).is_success


async def test_a_stale_session_shows_its_passkey_again(
    room: Strongroom, app: httpx.AsyncClient, visit: Visit
) -> None:
    """Sensitive actions ask for it; somebody else's does not do."""
    owner, thief = await keeper(room, app), await keeper(room, visit())
    await grow_stale(room, app)
    assert (await app.delete(f"{PASSKEYS}/{owner.id}")).status_code == 403
    form = {"password": owner.person.password}
    assert (await app.post(OPTIONS, json=form)).status_code == 403
    assert kind(await show(app, thief.device, STEP_UP)) == "wrong-passkey"
    assert (await app.delete(f"{PASSKEYS}/{owner.id}")).status_code == 403
    options = await asked_for_passkey(app)
    assert len(options["allowCredentials"]) == 1
    assert (await show(app, owner.device, STEP_UP)).status_code == 204
    assert (await app.delete(f"{PASSKEYS}/{owner.id}")).status_code == 204


async def test_with_the_last_factor_its_codes_go(
    room: Strongroom, app: httpx.AsyncClient, visit: Visit
) -> None:
    """Then the password alone signs in, the passkey does not, and the owner is told."""
    owner = await keeper(room, app)
    assert (await app.delete(f"{PASSKEYS}/{owner.id}")).status_code == 204
    assert (await app.delete(f"{PASSKEYS}/{owner.id}")).status_code == 404
    await sign_in(visit(), owner.person)
    refused = await sign_in_by_passkey(visit(), owner.device)
    assert kind(refused) == "wrong-passkey"
    assert await was_told(
        room, owner.person.email, "passkey of your account was removed"
    )
    left = await room.db.system(reason="count codes in a test").fetch(
        "select 1 from strongroom.recovery_codes c join strongroom.accounts a"
        " on a.id = c.account_id where a.email = $1",
        owner.person.email,
    )
    assert left == []


async def test_a_passkey_has_a_name(room: Strongroom, app: httpx.AsyncClient) -> None:
    """It can be another one, and neither empty nor endless."""
    owner = await keeper(room, app)
    address = f"{PASSKEYS}/{owner.id}"
    assert (await app.patch(address, json={"name": " My  key "})).status_code == 204
    listed = (await app.get(PASSKEYS)).json()["passkeys"]
    assert [each["name"] for each in listed] == ["My key"]
    for name in ("", " ", "x" * 61, "a\x00b"):
        answer = await app.patch(address, json={"name": name})
        assert (answer.status_code, list(answer.json()["fields"])) == (422, ["name"])


async def test_nobody_touches_a_passkey_of_somebody_else(
    room: Strongroom, app: httpx.AsyncClient, visit: Visit
) -> None:
    """It is as if there were none, and it still signs its owner in."""
    owner, other = await keeper(room, app), visit()
    await found_organization(room, other)
    address = f"{PASSKEYS}/{owner.id}"
    assert (await other.patch(address, json={"name": "Mine"})).status_code == 404
    assert (await other.delete(address)).status_code == 404
    assert (await other.get(PASSKEYS)).json() == {"passkeys": []}
    assert (await sign_in_by_passkey(visit(), owner.device)).is_success


async def test_a_passkey_is_registered_once_in_the_whole_house(
    room: Strongroom, app: httpx.AsyncClient, visit: Visit
) -> None:
    """Whoever registers another one's credential gets neither it nor the account."""
    owner, other = await keeper(room, app), visit()
    thief = await found_organization(room, other)
    asked = await other.post(OPTIONS, json={"password": thief.password})
    twin = PasskeyDevice(owner.device.origin)
    twin.credential_id = owner.device.credential_id
    form = {"name": "Twin", "credential": twin.make(asked.json()["options"])}
    assert kind(await other.post(PASSKEYS, json=form)) == "passkey-known"
    assert (await other.get(PASSKEYS)).json() == {"passkeys": []}
    await sign_in(visit(), thief)


async def test_an_account_has_a_bounded_number(
    room: Strongroom, app: httpx.AsyncClient
) -> None:
    """Twenty, and then it says so."""
    owner = await keeper(room, app)
    await fill(room, owner, MOST)
    answer = await app.post(PASSKEYS, json=await one_more(app, owner))
    assert kind(answer) == "too-many-passkeys"


async def test_two_at_once_find_no_more_room_than_there_is(
    room: Strongroom, app: httpx.AsyncClient
) -> None:
    """Whoever comes second, before the first is through, waits and then counts both."""
    owner = await keeper(room, app)
    await fill(room, owner, MOST - 1)
    me = UUID((await app.get("/api/v1/session")).json()["account_id"])
    last = Known(new_id(), me, b"", b"the last", b"", 0)
    made = await one_more(app, owner)
    async with room.db.system(reason="keep a passkey slowly in a test") as tx:
        assert await store.insert(tx, last, "Last", "", MOST)
        second = asyncio.create_task(app.post(PASSKEYS, json=made))
        await asyncio.wait([second], timeout=0.5)
    assert kind(await second) == "too-many-passkeys"
    assert len((await app.get(PASSKEYS)).json()["passkeys"]) == MOST


async def test_a_question_is_open_for_five_minutes(
    room: Strongroom, app: httpx.AsyncClient, visit: Visit
) -> None:
    """A moment before its end it is answered, and not after it."""
    owner = await keeper(room, app)
    for late, expected in ((299, 201), (301, 401)):
        device = visit()
        options = await asked_for_passkey(device)
        form = {"credential": owner.device.show(options)}
        before = room.passkeys._clock
        room.passkeys._clock = lambda late=late: (
            datetime.now(UTC)
            + timedelta(  # type: ignore[misc]
                seconds=late
            )
        )
        try:
            answer = await device.post(SIGN_IN, json=form)
        finally:
            room.passkeys._clock = before
        assert answer.status_code == expected


async def test_a_copy_that_lags_behind_raises_an_alarm(
    room: Strongroom, app: httpx.AsyncClient, visit: Visit
) -> None:
    """It is refused, on record, mailed, and shown among the alarms."""
    owner = await keeper(room, app)
    assert (await sign_in_by_passkey(visit(), owner.device)).is_success
    refused = await sign_in_by_passkey(visit(), owner.device, Forgery(count=1))
    assert kind(refused) == "passkey-copied"
    log = await app.get("/api/v1/audit-logs", params={"action": "passkey.copied"})
    assert len(log.json()["entries"]) == 1
    alarms = (await app.get("/api/v1/alarms")).json()["alarms"]
    assert [each["shape"] for each in alarms] == ["copied-passkey"]
    assert (await sign_in_by_passkey(visit(), owner.device)).is_success


async def test_a_passkey_that_never_counts_is_let_be(
    room: Strongroom, app: httpx.AsyncClient, visit: Visit
) -> None:
    """Synced ones say zero each time (WebAuthn §6.1.1)."""
    owner = await keeper(room, app)
    for _ in range(2):
        answer = await sign_in_by_passkey(visit(), owner.device, Forgery(count=0))
        assert answer.is_success


async def test_who_is_disabled_stays_out(
    room: Strongroom, app: httpx.AsyncClient, visit: Visit
) -> None:
    """A right passkey of a disabled account opens nothing."""
    owner = await keeper(room, app)
    await change(
        room,
        "update strongroom.accounts set disabled_at = now() where email = $1",
        owner.person.email,
    )
    refused = await sign_in_by_passkey(visit(), owner.device)
    assert kind(refused) == "wrong-passkey"


async def test_the_operator_removes_passkeys_too(
    room: Strongroom, app: httpx.AsyncClient, visit: Visit
) -> None:
    """Whoever lost every device and code gets in by the password, once helped."""
    owner = await keeper(room, app)
    await room.desk.reset_factors(owner.person.email, "Canary at the desk")
    assert not (await sign_in_by_passkey(visit(), owner.device)).is_success
    await sign_in(visit(), owner.person)
