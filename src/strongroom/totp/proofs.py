"""A second factor is asked for, each code works once, and guessing ends.

A guest enrols, signs in, loses the app, and is attacked by somebody who knows the
password and has seen a code.
"""

import asyncio
from collections.abc import Sequence
from contextlib import AsyncExitStack
from itertools import cycle
from typing import Any

import httpx

from strongroom.crypto import token_digest
from strongroom.kernel import Secret
from strongroom.lab import (
    Authenticator,
    Evidence,
    Guest,
    Lab,
    Twin,
    Vantage,
    begin_with_app,
    guest,
    mailed_texts,
    proof,
    require,
    require_provable,
    sabotage,
    sweep,
    turn_on_app,
)
from strongroom.sessions import COOKIE, Sessions
from strongroom.vault import Vault

from . import store
from .models import Guess


SESSION, SESSIONS = "/api/v1/session", "/api/v1/sessions"
FACTOR = "/api/v1/sessions/second-factor"
WAITING_COOKIE = "__Host-second-factor"

RFC_SEED = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
RFC_4226 = {0: "755224", 1: "287082", 2: "359152", 3: "969429", 9: "520489"}
RFC_6238 = {59: "287082", 1111111109: "081804", 1234567890: "005924"}
"""Appendix D of RFC 4226 by counter, and appendix B of RFC 6238 by second: of its eight
digits the last six, which are what six digits are."""

DEVICES, RACERS = 4, 20
MOST_GUESSES = 10
GUESSES = 12
CODES = 10


@sabotage("an accepted code is not remembered", tells="uses of one code")
async def a_forgetful_counter(twin: Twin) -> None:
    """Say of every code that it was claimed first."""

    async def claim_counter(*_: Any) -> bool:
        return True

    twin.change(store, "claim_counter", claim_counter)


@sabotage("wrong codes are not counted", tells="guesses were looked at")
async def patience(twin: Twin) -> None:
    """Look at every code, and count none."""

    async def look(door: Any, account_id: Any, *_: Any) -> Guess:
        row = await door.fetchrow(
            "select sealed, counter, false as locks from strongroom.totp_factors"
            " where account_id = $1 and confirmed_at is not null",
            account_id,
        )
        return Guess(row["sealed"], row["counter"], locks=row["locks"])

    twin.change(store, "count_guess", look)


@sabotage("guessing may go on for ever", tells="after a hundred wrong ones")
async def endless_patience(twin: Twin) -> None:
    """Lock for a while, again and again, and never for good."""
    count_guess = store.count_guess

    async def count_on(door: Any, who: Any, guesses: int, wait: Any, _: int) -> Any:
        return await count_guess(door, who, guesses, wait, 10**6)

    twin.change(store, "count_guess", count_on)


@sabotage("a sign-in that waits passes for a session", tells="without its code")
async def half_a_session(twin: Twin) -> None:
    """Look the token of a waiting sign-in up, beside its way, and call it in."""
    find = Sessions.find

    async def find_either(self: Sessions, token: str) -> Any:
        door = self._db.system(reason="take half a sign-in for a whole one")
        row = await door.fetchrow(
            "select s.digest from strongroom.one_time_values v"
            " join strongroom.sessions s on s.account_id = v.subject"
            " where v.digest = $1 and s.ended_at is null limit 1",
            token_digest(token.rpartition(".")[2]),
        )
        if row is None:
            return await find(self, token)
        return await self._callers.find(row["digest"])

    twin.change(Sessions, "find", find_either)


@sabotage("seeds are stored as they are", tells="lies in")
async def plain_seeds(twin: Twin) -> None:
    """Seal nothing, and open it again."""

    async def seal(*given: Any) -> str:
        return str(given[-1].reveal())

    async def open_plain(*given: Any) -> Secret:
        return Secret(given[-1])

    twin.change(Vault, "seal", seal)
    twin.change(Vault, "open", open_plain)


@proof(
    "totp.second-factor",
    vantage=Vantage.INSIDE,
    sabotages=[
        a_forgetful_counter,
        patience,
        endless_patience,
        half_a_session,
        plain_seeds,
    ],
)
async def a_second_factor_is_asked_once_each(lab: Lab) -> Evidence:
    """Enrol, race for a code, lose the app, and guess."""
    require_vectors()
    async with guest(lab) as owner:
        app = await begin_with_app(owner.http, owner.password)
        await require_not_asked_yet(lab, owner)
        codes = await turn_on_app(owner.http, app)
        require(len(set(codes)) == CODES, f"there are {len(set(codes))} recovery codes")
        await require_sealed(lab, owner, app)
        code = await app.next_code()
        worked = await race(lab, owner, code)
        require(worked == 1, f"{worked} uses of one code opened a session")
        await require_spent(lab, owner, code, codes[0])
        looked_at = await guess(lab, owner, app, codes[1])
    return Evidence(
        population=RACERS + GUESSES,
        positive="the app's code opened a session, and so did a recovery code",
        observed={
            "uses of one code at the same moment": RACERS,
            "sessions that they opened": worked,
            "guesses": GUESSES,
            "guesses that were looked at": looked_at,
        },
    )


def require_vectors() -> None:
    """Accept an app whose codes are those of the standards."""
    app = Authenticator(RFC_SEED)
    steps = {moment // 30: code for moment, code in RFC_6238.items()}
    for counter, code in (RFC_4226 | steps).items():
        require_provable(app.code_at(counter) == code, "the app is not of RFC 6238")


async def require_not_asked_yet(lab: Lab, owner: Guest) -> None:
    """Sign in by password alone, as long as no first code was sent."""
    async with lab.stranger() as device:
        answer = await device.post(SESSIONS, json=credentials(owner))
        signed_in = (await device.get(SESSION)).is_success
    require(signed_in, f"an unconfirmed factor is asked for: {answer.status_code}")


async def require_sealed(lab: Lab, owner: Guest, app: Authenticator) -> None:
    """Find the account where it stands, and its seed nowhere."""
    found = await sweep(lab.inside, str(owner.account_id))
    require_provable(found, "the sweep does not find the account")
    places = await sweep(lab.inside, app.secret)
    require(not places, f"a seed lies in {', '.join(places)}")


async def half_in(owner: Guest, device: httpx.AsyncClient) -> None:
    """Show the password, after which nobody is signed in yet."""
    answer = await device.post(SESSIONS, json=credentials(owner))
    token = device.cookies.get(WAITING_COOKIE)
    said = f"a sign-in without its code answers {answer.status_code}"
    require(COOKIE not in device.cookies and bool(token), said)
    as_session = {"cookie": f"{COOKIE}={token}"}
    for headers in ({}, as_session):
        answer = await device.get(SESSION, headers=headers)
        require(not answer.is_success, "a sign-in without its code reads the account")


async def race(lab: Lab, owner: Guest, code: str) -> int:
    """Use one code on several devices, many times at once; return how many worked."""
    async with AsyncExitStack() as opened:
        devices = [
            await opened.enter_async_context(lab.stranger()) for _ in range(DEVICES)
        ]
        for device in devices:
            await half_in(owner, device)
        turns = zip(cycle(devices), range(RACERS), strict=False)
        answers = await asyncio.gather(*(show(device, code) for device, _ in turns))
        signed_in = [await device.get(SESSION) for device in devices]
    worked = sum(answer.is_success for answer in answers)
    seen = sum(answer.is_success for answer in signed_in)
    require(seen == worked, f"{worked} uses of one code signed {seen} devices in")
    return worked


async def require_spent(lab: Lab, owner: Guest, code: str, recovery: str) -> None:
    """Get in by a recovery code, once; the app's used code does not work again."""
    async with lab.stranger() as device, lab.stranger() as thief:
        await half_in(owner, device)
        answer = await show(device, recovery)
        require(answer.is_success, f"a recovery code answers {answer.status_code}")
        await half_in(owner, thief)
        for used in (code, f" {code[:3]} {code[3:]}", recovery):
            answer = await show(thief, used)
            require(not answer.is_success, "later uses of one code opened a session")


async def guess(lab: Lab, owner: Guest, app: Authenticator, recovery: str) -> int:
    """Guess on two devices at the same moment until nothing is looked at any more."""
    wrong = (app.wrong_code(), app.stale_code())
    async with lab.stranger() as one, lab.stranger() as two:
        for device in (one, two):
            await half_in(owner, device)
        turns = zip(cycle((one, two)), cycle(wrong), range(GUESSES), strict=False)
        shown = [show(device, code) for device, code, _ in turns]
        kinds = [kind_of(each) for each in await asyncio.gather(*shown)]
        require("accepted" not in kinds, "a wrong code opens a session")
        looked_at = kinds.count("wrong-code")
        said = f"{looked_at} of {GUESSES} guesses were looked at"
        require(looked_at <= MOST_GUESSES and "factor-locked" in kinds, said)
        code = await app.next_code()
        locked = kind_of(await show(two, code)) == "factor-locked"
        require(locked, "a right code opens what guessing had locked")
        await require_stopped_for_good(lab, owner, two, (code, recovery))
    mails = await mailed_texts(lab.inside, owner.email)
    require(any("wrong codes" in mail for mail in mails), "the owner was not told")
    return looked_at


async def require_stopped_for_good(
    lab: Lab, owner: Guest, device: httpx.AsyncClient, codes: tuple[str, str]
) -> None:
    """Count a hundred failures, no lock being left; a recovery code alone opens."""
    async with lab.inside.database() as database:
        await database.execute(
            "update strongroom.totp_factors set failures = 100, locked_until = null"
            " where account_id = $1",
            owner.account_id,
        )
    right, recovery = codes
    stopped = kind_of(await show(device, right)) == "factor-locked"
    require(stopped, "a right code opens after a hundred wrong ones")
    answer = await show(device, recovery)
    told = f"then a recovery code answers {answer.status_code}"
    require(answer.is_success, told)


async def show(device: httpx.AsyncClient, code: str) -> httpx.Response:
    """Show a code for the sign-in that waits on *device*."""
    token = device.cookies.get(WAITING_COOKIE, "")
    headers = {"cookie": f"{WAITING_COOKIE}={token}"}
    return await device.post(FACTOR, json={"code": code}, headers=headers)


def kind_of(answer: httpx.Response) -> str:
    """Return how a code was refused, or that it was not."""
    told: Sequence[str] = answer.json().get("type", "accepted").split("/")
    return told[-1]


def credentials(owner: Guest) -> dict[str, str]:
    """Return what signs *owner* in."""
    return {"email": owner.email, "password": owner.password}
