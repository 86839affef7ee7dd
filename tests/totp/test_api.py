"""Second factors for programs: enrol, sign in, lose the app, be attacked."""

import asyncio

import httpx
import pytest

from strongroom.lab import begin_with_app
from strongroom.room import Strongroom
from tests.conftest import Visit
from tests.people import found_organization, latest_mail, sign_in, was_told
from tests.records import recorded

from .people import (
    CODES,
    ENABLE,
    FACTOR,
    SESSIONS,
    STEP_UP,
    TOTP,
    change,
    grow_stale,
    half_in,
    holder,
    show,
)


WRONG = "eleven loud trumpets on the hill"


async def test_nothing_is_asked_before_the_first_code(
    room: Strongroom, app: httpx.AsyncClient, visit: Visit
) -> None:
    """An enrolment that is not confirmed shuts nobody out, and can be begun anew."""
    person = await found_organization(room, app)
    first = await begin_with_app(app, person.password)
    second = await begin_with_app(app, person.password)
    await sign_in(visit(), person)
    told = (await app.get(TOTP)).json()
    assert (told["enabled"], told["pending"], told["fresh"]) == (False, True, True)
    refused = await app.post(ENABLE, json={"code": await first.next_code()})
    assert refused.json()["type"] == "/problems/wrong-code"
    assert refused.json()["fields"] == {"code": "That code does not match."}
    answer = await app.post(ENABLE, json={"code": await second.next_code()})
    assert answer.status_code == 201
    assert len(answer.json()["recovery_codes"]) == 10
    assert await recorded(room, answer) == [("totp.enable", "done", None)]
    told = (await app.get(TOTP)).json()
    assert (told["enabled"], told["pending"], told["recovery_codes_left"]) == (
        True,
        False,
        10,
    )
    assert "A second factor is on" in await latest_subject(room, person.email)


async def latest_subject(room: Strongroom, email: str) -> str:
    """Return the subject of the newest mail to *email*."""
    mails = [mail for mail in await room.outbox.newest() if mail.recipient == email]
    return mails[0].subject


async def test_enrolling_asks_for_the_password(
    room: Strongroom, app: httpx.AsyncClient
) -> None:
    """Whoever found an open browser adds no app of theirs."""
    await found_organization(room, app)
    answer = await app.post(TOTP, json={"password": WRONG})
    assert (answer.status_code, answer.json()["type"]) == (
        401,
        "/problems/wrong-password",
    )
    assert await recorded(room, answer) == [("totp.enrol", "refused", "wrong-password")]
    assert not (await app.get(TOTP)).json()["pending"]


async def test_an_old_enrolment_is_not_confirmed(
    room: Strongroom, app: httpx.AsyncClient
) -> None:
    """A seed that was shown a quarter of an hour ago is worth nothing."""
    person = await found_organization(room, app)
    authenticator = await begin_with_app(app, person.password)
    await change(
        room,
        "update strongroom.totp_factors f set created_at = now() - interval '16 min'"
        " from strongroom.accounts a where a.id = f.account_id and a.email = $1",
        person.email,
    )
    code = {"code": await authenticator.next_code()}
    answer = await app.post(ENABLE, json=code)
    assert answer.json()["type"] == "/problems/no-factor"


async def test_another_app_does_not_replace_one_that_is_on(
    room: Strongroom, app: httpx.AsyncClient
) -> None:
    """A thief of the password cannot bring an app of their own."""
    owner = await holder(room, app)
    answer = await app.post(TOTP, json={"password": owner.person.password})
    assert (answer.status_code, answer.json()["type"]) == (409, "/problems/factor-on")


async def test_turning_it_on_ends_other_sessions(
    room: Strongroom, app: httpx.AsyncClient, visit: Visit
) -> None:
    """Whoever was in by the password alone is out; this device stays."""
    person = await found_organization(room, app)
    other = visit()
    await sign_in(other, person)
    authenticator = await begin_with_app(app, person.password)
    await app.post(ENABLE, json={"code": await authenticator.next_code()})
    assert (await other.get("/api/v1/session")).status_code == 401
    assert (await app.get("/api/v1/session")).status_code == 200


async def test_signing_in_takes_both(
    room: Strongroom, app: httpx.AsyncClient, visit: Visit
) -> None:
    """Password first, then a code; each step is on record, and then the session is."""
    owner, device = await holder(room, app), visit()
    await half_in(device, owner.person)
    assert "__Host-session" not in device.cookies
    assert (await device.get("/api/v1/session")).status_code == 401
    answer = await show(device, await owner.app.next_code())
    assert answer.status_code == 201
    assert await recorded(room, answer) == [("session.finish", "done", None)]
    assert "__Host-second-factor" not in device.cookies
    assert (await device.get("/api/v1/session")).json()["email"] == owner.person.email


async def test_the_waiting_cookie_is_as_strict_as_a_sessions(
    room: Strongroom, app: httpx.AsyncClient, visit: Visit
) -> None:
    """It is out of reach of scripts and other sites, and short-lived."""
    owner = await holder(room, app)
    form = {"email": owner.person.email, "password": owner.person.password}
    answer = await visit().post(SESSIONS, json=form)
    (cookie,) = answer.headers.get_list("set-cookie")
    said = {part.strip().lower() for part in cookie.split(";")}
    assert cookie.startswith("__Host-second-factor=")
    assert {"secure", "httponly", "path=/", "samesite=lax", "max-age=600"} <= said


async def test_a_code_works_once_however_it_is_typed(
    room: Strongroom, app: httpx.AsyncClient, visit: Visit
) -> None:
    """A second use is refused and told apart, so that its owner waits for the next."""
    owner, code = await holder(room, app), None
    first, second = visit(), visit()
    await half_in(first, owner.person)
    await half_in(second, owner.person)
    code = await owner.app.next_code()
    assert (await show(first, code)).status_code == 201
    for again in (code, f" {code}", f"{code[:3]} {code[3:]}"):
        answer = await show(second, again)
        assert (answer.status_code, answer.json()["type"]) == (
            401,
            "/problems/code-used",
        )
    assert (await show(second, await owner.app.next_code())).status_code == 201


async def test_an_earlier_code_does_not_work_after_a_later_one(
    room: Strongroom, app: httpx.AsyncClient, visit: Visit
) -> None:
    """What was read over a shoulder a moment ago is worth nothing."""
    owner, device = await holder(room, app), visit()
    earlier, later = await owner.app.next_code(), await owner.app.next_code()
    await half_in(device, owner.person)
    assert (await show(device, later)).status_code == 201
    thief = visit()
    await half_in(thief, owner.person)
    assert (await show(thief, earlier)).json()["type"] == "/problems/code-used"


async def test_a_recovery_code_works_once_and_is_told(
    room: Strongroom, app: httpx.AsyncClient, visit: Visit
) -> None:
    """Of many uses at the same moment one gets in, and its owner gets a mail."""
    owner = await holder(room, app)
    devices = [visit() for _ in range(5)]
    for device in devices:
        await half_in(device, owner.person)
    code = owner.codes[0].upper()
    answers = await asyncio.gather(*(show(device, code) for device in devices))
    assert sorted(each.status_code for each in answers)[:2] == [201, 401]
    assert await was_told(room, owner.person.email, "recovery code was used")
    assert (await app.get(TOTP)).json()["recovery_codes_left"] == 9


async def test_guessing_ends_and_the_owner_is_told(
    room: Strongroom, app: httpx.AsyncClient, visit: Visit
) -> None:
    """Five wrong codes lock the app's codes; the count survives every refusal."""
    owner, thief = await holder(room, app), visit()
    await half_in(thief, owner.person)
    wrong = owner.app.wrong_code()
    for _ in range(5):
        answer = await show(thief, wrong)
        assert answer.json()["type"] == "/problems/wrong-code"
        entries = await recorded(room, answer)
        assert ("session.finish", "refused", "wrong-code") in entries
    answer = await show(thief, await owner.app.next_code())
    assert (answer.status_code, answer.json()["type"]) == (
        429,
        "/problems/factor-locked",
    )
    assert 0 < int(answer.headers["retry-after"]) <= 900
    assert "too many wrong codes" in await latest_mail(room, owner.person.email)
    log = (await app.get("/api/v1/audit-logs", params={"action": "totp.lock"})).json()
    assert len(log["entries"]) == 1
    assert (await app.get(TOTP)).json()["locked_until"]


async def test_a_locked_owner_gets_in_by_a_recovery_code(
    room: Strongroom, app: httpx.AsyncClient, visit: Visit
) -> None:
    """Whoever guesses shuts nobody out; the owner's success begins the count anew."""
    owner, thief, device = await holder(room, app), visit(), visit()
    await half_in(thief, owner.person)
    for _ in range(5):
        await show(thief, owner.app.wrong_code())
    await half_in(device, owner.person)
    assert (await show(device, owner.codes[3])).status_code == 201
    assert (await app.get(TOTP)).json()["locked_until"] is None


async def test_parallel_guesses_are_counted_one_by_one(
    room: Strongroom, app: httpx.AsyncClient, visit: Visit
) -> None:
    """Thirty at the same moment are looked at five times."""
    owner = await holder(room, app)
    thieves = [visit() for _ in range(3)]
    for thief in thieves:
        await half_in(thief, owner.person)
    wrong = owner.app.wrong_code()
    guesses = [show(thief, wrong) for thief in thieves for _ in range(10)]
    kinds = [each.json()["type"] for each in await asyncio.gather(*guesses)]
    assert kinds.count("/problems/wrong-code") == 5


async def test_a_hundred_in_a_row_are_the_end(
    room: Strongroom, app: httpx.AsyncClient, visit: Visit
) -> None:
    """After the hundredth no lapse of time opens it (NIST SP 800-63B-4 §3.2.2)."""
    owner, thief = await holder(room, app), visit()
    await change(
        room,
        "update strongroom.totp_factors f set failures = 99"
        " from strongroom.accounts a where a.id = f.account_id and a.email = $1",
        owner.person.email,
    )
    await half_in(thief, owner.person)
    assert (await show(thief, owner.app.wrong_code())).status_code == 401
    await change(room, "update strongroom.totp_factors set locked_until = null")
    answer = await show(thief, await owner.app.next_code())
    assert answer.json()["type"] == "/problems/factor-locked"
    assert (await show(thief, owner.codes[0])).status_code == 201


async def test_wrong_codes_raise_the_alarm(
    room: Strongroom, app: httpx.AsyncClient, visit: Visit
) -> None:
    """Five for one account within ten minutes concern its organization."""
    owner, thief = await holder(room, app), visit()
    before = room.alarms.raised["second-factor"]
    await half_in(thief, owner.person)
    for _ in range(5):
        await show(thief, owner.app.wrong_code())
    assert room.alarms.raised["second-factor"] == before + 1


@pytest.mark.parametrize("token", ["", "no-token", "a" * 5_000])
async def test_a_code_alone_opens_nothing(app: httpx.AsyncClient, token: str) -> None:
    """Without a right password before, no code is looked at."""
    headers = {"cookie": f"__Host-second-factor={token}"}
    answer = await app.post(FACTOR, json={"code": "123456"}, headers=headers)
    assert (answer.status_code, answer.json()["type"]) == (
        401,
        "/problems/sign-in-expired",
    )


async def test_a_waiting_sign_in_ends(
    room: Strongroom, app: httpx.AsyncClient, visit: Visit
) -> None:
    """By time, and with the password that it was for."""
    owner, slow, outdated = await holder(room, app), visit(), visit()
    await half_in(slow, owner.person)
    await change(
        room,
        "update strongroom.one_time_values set expires_at = now()"
        " where purpose = 'finish signing in'",
    )
    await half_in(outdated, owner.person)
    password = {"current": owner.person.password, "new": WRONG}
    assert (await app.put("/api/v1/password", json=password)).status_code == 204
    code = await owner.app.next_code()
    for device in (slow, outdated):
        assert (await show(device, code)).json()["type"] == "/problems/sign-in-expired"


async def test_sensitive_actions_ask_again(
    room: Strongroom, app: httpx.AsyncClient
) -> None:
    """Minutes later a stolen session neither changes the password nor the factor."""
    owner = await holder(room, app)
    password = {"current": owner.person.password, "new": WRONG}
    await grow_stale(room, app)
    assert not (await app.get(TOTP)).json()["fresh"]
    for method, path, body in (
        ("PUT", "/api/v1/password", password),
        ("DELETE", TOTP, None),
        ("POST", CODES, None),
    ):
        answer = await app.request(method, path, json=body)
        assert answer.status_code == 403, path
        assert answer.json()["type"] == "/problems/step-up-required"
        ((_, outcome, reason),) = await recorded(room, answer)
        assert (outcome, reason) == ("refused", "step-up-required")
    answer = await app.post(STEP_UP, json={"code": await owner.app.next_code()})
    assert answer.status_code == 204
    assert await recorded(room, answer) == [("session.step-up", "done", None)]
    assert (await app.put("/api/v1/password", json=password)).status_code == 204
    assert (await app.delete(TOTP)).status_code == 204


async def test_guessing_ends_at_stepping_up_too(
    room: Strongroom, app: httpx.AsyncClient
) -> None:
    """Every place that takes a code counts by the same count."""
    owner = await holder(room, app)
    await grow_stale(room, app)
    wrong = {"code": owner.app.wrong_code()}
    for _ in range(5):
        assert (await app.post(STEP_UP, json=wrong)).status_code == 401
    answer = await app.post(STEP_UP, json={"code": await owner.app.next_code()})
    assert answer.json()["type"] == "/problems/factor-locked"


async def test_new_codes_end_the_earlier_ones(
    room: Strongroom, app: httpx.AsyncClient, visit: Visit
) -> None:
    """Ten others are shown once, and the owner is told."""
    owner, device = await holder(room, app), visit()
    answer = await app.post(CODES)
    renewed = answer.json()["recovery_codes"]
    assert not set(renewed) & set(owner.codes)
    await half_in(device, owner.person)
    assert (await show(device, owner.codes[0])).status_code == 401
    assert (await show(device, renewed[0])).status_code == 201


async def test_turned_off_it_is_not_asked(
    room: Strongroom, app: httpx.AsyncClient, visit: Visit
) -> None:
    """The password alone is enough again, and nothing of the factor is kept."""
    owner = await holder(room, app)
    answer = await app.delete(TOTP)
    assert await recorded(room, answer) == [("totp.disable", "done", None)]
    await sign_in(visit(), owner.person)
    assert (await app.delete(TOTP)).json()["type"] == "/problems/no-factor"
    kept = await room.db.system(reason="count factors in a test").fetch(
        "select 1 from strongroom.totp_factors f join strongroom.accounts a"
        " on a.id = f.account_id where a.email = $1",
        owner.person.email,
    )
    assert kept == []


async def test_the_operator_helps_whoever_lost_everything(
    room: Strongroom, app: httpx.AsyncClient
) -> None:
    """The factor goes, every session with it; its owner and the log are told."""
    owner = await holder(room, app)
    await room.desk.reset_factors(owner.person.email, "Canary at the desk")
    assert (await app.get("/api/v1/session")).status_code == 401
    assert "were removed" in await latest_subject(room, owner.person.email)
    await sign_in(app, owner.person)
    log = (
        await app.get("/api/v1/audit-logs", params={"action": "factors.reset"})
    ).json()
    assert len(log["entries"]) == 1
    assert "Canary at the desk" in str(log["entries"][0])


async def test_the_seed_lies_sealed(room: Strongroom, app: httpx.AsyncClient) -> None:
    """No row of a factor holds the seed that its app was given."""
    person = await found_organization(room, app)
    answer = await app.post(TOTP, json={"password": person.password})
    secret = answer.json()["secret"]
    rows = await room.db.system(reason="read seeds in a test").fetch(
        "select f::text as whole from strongroom.totp_factors f"
    )
    assert rows
    assert all(secret not in row["whole"] for row in rows)
