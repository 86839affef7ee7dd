"""Attacks raise an alarm where it is seen, and people who mistype do not."""

import secrets
from typing import Any

from strongroom.kernel import Budget
from strongroom.lab import (
    Evidence,
    Guest,
    Lab,
    Twin,
    Vantage,
    guest,
    mailed_texts,
    proof,
    require,
    require_provable,
    sabotage,
)

from . import events
from .proofs import guess, try_password
from .service import Alarms, Limits


MISTAKES = 2
"""So often people mistype before they get in."""


@sabotage("nobody looks", tells="raise no alarm")
async def closed_eyes(twin: Twin) -> None:
    """Count nothing."""

    async def sight(*_: Any) -> int:
        return 0

    twin.change(Limits, "sight", sight)


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


@proof(
    "abuse.detection",
    vantage=Vantage.INSIDE,
    sabotages=[closed_eyes, a_nervous_eye, told_to_nobody],
)
async def attacks_are_noticed(lab: Lab, accounts: str, addresses: str) -> Evidence:
    """Go about as usual, then guess from many addresses and at many accounts."""
    many_accounts, many_addresses = Budget.parse(accounts), Budget.parse(addresses)
    async with guest(lab) as owner:
        await go_about(lab, owner)
        require(not await alarms_of(owner), "ordinary traffic raises an alarm")
        for _ in range(many_addresses.quota):
            await guess(lab, owner.email)
        shapes = await alarms_of(owner)
        told = f"{many_addresses.quota} addresses at one account raise no alarm"
        require("many-addresses" in shapes, told)
        require(len(shapes) == 1, f"one attack raises {len(shapes)} alarms")
        mails = await mailed_texts(lab.inside, owner.email)
        require(
            any("/console/alarms" in each for each in mails), "no mail to the owner"
        )
    before = await house_alarms(lab)
    await spray(lab, many_accounts.quota)
    after = await house_alarms(lab)
    told = f"one address at {many_accounts.quota} accounts: raise no alarm"
    require(after == before + 1, told)
    return Evidence(
        population=many_accounts.quota + many_addresses.quota,
        positive=f"an owner mistypes {MISTAKES} times, gets in, and raises none",
        observed={"shapes": ["many-addresses", "many-accounts"]},
    )


async def go_about(lab: Lab, owner: Guest) -> None:
    """Mistype, and get in: from home and from the office."""
    for _ in range(2):
        async with lab.stranger() as device:
            for _ in range(MISTAKES):
                await try_password(device, owner.email, secrets.token_hex(16))
            opened = await try_password(device, owner.email, owner.password)
            require_provable(opened.is_success, "the owner cannot sign in")


async def spray(lab: Lab, accounts: int) -> None:
    """Try one password on so many accounts from one address."""
    async with lab.stranger() as sprayer:
        for _ in range(accounts):
            email = f"{secrets.token_hex(8)}@strongroom.invalid"
            await try_password(sprayer, email, "Password123!Password123!")


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
