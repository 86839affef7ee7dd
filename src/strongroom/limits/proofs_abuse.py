"""Attacks raise an alarm where it is seen, and people who mistype do not."""

import secrets
from typing import Any

import httpx

from strongroom.kernel import Budget
from strongroom.lab import (
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
    turn_on_app,
)

from . import events
from .proofs import MANY_VISITORS, guess, try_password
from .service import Alarms, Limits


MISTAKES = 2
"""So often people mistype before they get in."""

FACTOR = "/api/v1/sessions/second-factor"
TOKENS = "/api/v1/tokens"
REFRESH = f"{TOKENS}/refresh"


@sabotage("nobody looks", tells="at one account raise no alarm")
async def closed_eyes(twin: Twin) -> None:
    """Count nothing."""

    async def sight(*_: Any) -> int:
        return 0

    twin.change(Limits, "sight", sight)


@sabotage("second factors are not looked at", tells="wrong codes raise no alarm")
async def an_eye_for_passwords(twin: Twin) -> None:
    """Count wrong passwords alone."""

    async def note_wrong_factor(*_: Any) -> None:
        return

    twin.change(Alarms, "note_wrong_factor", note_wrong_factor)


@sabotage("every mistake is an attack", tells="ordinary")
async def a_nervous_eye(twin: Twin) -> None:
    """Raise an alarm whenever a password is wrong."""

    async def sight(*_: Any) -> int:
        return 1000

    twin.change(Limits, "sight", sight)


@sabotage("the owner is not told", tells="no mail")
async def told_to_nobody(twin: Twin) -> None:
    """Keep the alarm to ourselves."""

    async def owners(*_: Any) -> list[str]:
        return []

    twin.change(Alarms, "_owners", owners)


@sabotage("stolen tokens are not looked at", tells="used twice raises no alarm")
async def blind_to_copies(twin: Twin) -> None:
    """End what a copied refresh token opened, and tell nobody."""

    async def note_reused_token(*_: Any) -> None:
        return

    twin.change(Alarms, "note_reused_token", note_reused_token)


@proof(
    "abuse.detection",
    vantage=Vantage.INSIDE,
    sabotages=[
        closed_eyes,
        an_eye_for_passwords,
        a_nervous_eye,
        told_to_nobody,
        blind_to_copies,
    ],
)
async def attacks_are_noticed(
    lab: Lab, accounts: str, addresses: str, factors: str
) -> Evidence:
    """Go about as usual, then attack in each way that has a name."""
    require_provable(lab.is_local, MANY_VISITORS)
    async with guest(lab) as owner:
        usual = await go_about(lab, owner)
        require(not await alarms_of(owner), "ordinary traffic raises an alarm")
        tried = await require_addresses_noticed(lab, owner, Budget.parse(addresses))
    tried += await require_reuse_noticed(lab)
    tried += await require_factors_noticed(lab, Budget.parse(factors))
    tried += await require_accounts_noticed(lab, Budget.parse(accounts))
    return Evidence(
        population=usual + tried,
        positive=f"an owner mistypes {MISTAKES} times, gets in, and raises none",
        observed={"ordinary attempts": usual, "attempts of attackers": tried},
    )


async def require_addresses_noticed(lab: Lab, owner: Guest, many: Budget) -> int:
    """Guess at one account from many addresses; its owner sees one alarm and a mail."""
    guesses = [await guess(lab, owner.email) for _ in range(many.quota)]
    shapes = await alarms_of(owner)
    told = f"{len(guesses)} addresses at one account raise no alarm"
    require("many-addresses" in shapes, told)
    require(len(shapes) == 1, f"one attack raises {len(shapes)} alarms")
    mails = await mailed_texts(lab.inside, owner.email)
    require(any("/console/alarms" in each for each in mails), "no mail to the owner")
    return len(guesses)


async def require_reuse_noticed(lab: Lab) -> int:
    """Refresh an app's tokens twice, and show the first one again."""
    async with guest(lab) as owner, lab.stranger() as device, lab.stranger() as app:
        await try_password(device, owner.email, owner.password)
        wanted = {"name": "canary", "scopes": ["organization.read"]}
        first = shown = refresh_token(await device.post(TOKENS, json=wanted))
        for _ in range(2):
            again = {"refresh_token": shown}
            shown = refresh_token(await app.post(REFRESH, json=again))
        require_provable(not await alarms_of(owner), "refreshing raises an alarm")
        await app.post(REFRESH, json={"refresh_token": first})
        shapes = await alarms_of(owner)
    require(shapes == ["reused-token"], "a refresh token used twice raises no alarm")
    return 1


async def require_factors_noticed(lab: Lab, many: Budget) -> int:
    """Know a password, and guess the code after it."""
    async with guest(lab) as owner, lab.stranger() as thief:
        app = await begin_with_app(owner.http, owner.password)
        await turn_on_app(owner.http, app)
        await try_password(thief, owner.email, owner.password)
        wrong = {"code": app.wrong_code()}
        tries = [await thief.post(FACTOR, json=wrong) for _ in range(many.quota)]
        shapes = await alarms_of(owner)
    told = f"{len(tries)} wrong codes raise no alarm"
    require(shapes == ["second-factor"], told)
    return len(tries)


async def require_accounts_noticed(lab: Lab, many: Budget) -> int:
    """Try one password on many accounts from one address."""
    before = await house_alarms(lab)
    async with lab.stranger() as sprayer:
        for _ in range(many.quota):
            email = f"{secrets.token_hex(8)}@strongroom.invalid"
            await try_password(sprayer, email, "Password123!Password123!")
    raised = await house_alarms(lab) - before
    told = f"one address at {many.quota} accounts: {raised} alarms instead of one"
    require(raised == 1, told)
    return many.quota


def refresh_token(answer: httpx.Response) -> str:
    """Return the refresh token that was just answered."""
    require_provable(answer.is_success, f"{TOKENS} answers {answer.status_code}")
    return str(answer.json()["refresh_token"])


async def go_about(lab: Lab, owner: Guest) -> int:
    """Mistype, and get in, from home and from the office; return the attempts."""
    places = 2
    for _ in range(places):
        async with lab.stranger() as device:
            for _ in range(MISTAKES):
                await try_password(device, owner.email, secrets.token_hex(16))
            opened = await try_password(device, owner.email, owner.password)
            require_provable(opened.is_success, "the owner cannot sign in")
    return places * (MISTAKES + 1)


async def alarms_of(owner: Guest) -> list[str]:
    """Return the shapes that the owner sees."""
    answer = await owner.http.get("/api/v1/alarms")
    require_provable(answer.is_success, f"alarms answer {answer.status_code}")
    return [each["shape"] for each in answer.json()["alarms"]]


async def house_alarms(lab: Lab) -> int:
    """Return how many alarms the house's own log holds."""
    async with lab.inside.database() as database:
        return int(
            await database.fetchval(
                "select count(*) from strongroom.audit_entries"
                " where action = $1 and organization_id is null",
                events.ALARM,
            )
        )
