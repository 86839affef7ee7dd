"""A forgotten password is replaced by one reader of the mail, once, for everybody."""

import asyncio
import secrets
from datetime import timedelta
from typing import Any

import httpx

from strongroom.lab import (
    Evidence,
    Lab,
    Passer,
    Twin,
    Vantage,
    begin_with_app,
    exercise,
    forget,
    guest,
    mailed_texts,
    mailed_token,
    new_passer,
    proof,
    require,
    require_provable,
    sabotage,
    sign_up,
    turn_on_app,
)
from strongroom.one_time import OneTimeValues
from strongroom.sessions import Sessions

from . import events, policy, service


FREEZE = "/api/v1/account-freezes"
ASK = "/api/v1/password-resets"
COMPLETE = "/api/v1/password-resets/complete"
VERIFY = "/api/v1/accounts/verify"
SESSIONS = "/api/v1/sessions"
FACTOR = "/api/v1/sessions/second-factor"

RACERS = 20
LONGEST_LIFETIME = timedelta(hours=1)
ELSEWHERE = "elsewhere.invalid"


@sabotage("a link works again and again", tells="uses of one link worked")
async def an_endless_link(twin: Twin) -> None:
    """Forget to use the value up. Without a look-up: racers would wait for doors."""

    async def consume(*_: Any) -> None:
        return

    twin.change(OneTimeValues, "consume", consume)


@sabotage("whoever was signed in stays so", tells="still signed in")
async def a_thief_who_stays(twin: Twin) -> None:
    """Change the password and leave the sessions."""

    async def end_all(*_: Any) -> None:
        return

    twin.change(Sessions, "end_all", end_all)


@sabotage("the mail holds the new password", tells="holds a password")
async def a_helpful_mail(twin: Twin) -> None:
    """Tell the owner what was chosen, so that it is not forgotten again."""
    complete, changed = service.Recovery.complete, policy.changed
    chosen: list[str] = []

    async def complete_and_listen(self: Any, new: Any, origin: Any) -> None:
        chosen.append(new.password.reveal())
        await complete(self, new, origin)

    def changed_to(service_name: str, link: str, on_keys: str) -> tuple[str, str]:
        subject, text = changed(service_name, link, on_keys=on_keys)
        return subject, f"{text}\nIt is now: {chosen[-1]}\n"

    twin.change(service.Recovery, "complete", complete_and_listen)
    twin.change(policy, "changed", changed_to)


@sabotage("links hold for a month", tells="holds for")
async def a_lasting_link(twin: Twin) -> None:
    """Be generous with time."""
    twin.change(policy, "LINK_LIFETIME", policy.LINK_LIFETIME * 24 * 30)


@sabotage("a mailed link makes up for a second factor", tells="not asked for")
async def a_way_around(twin: Twin) -> None:
    """Take the factor away with the password, to spare people another question."""
    complete = service.Recovery.complete

    async def complete_and_spare(self: Any, new: Any, origin: Any) -> None:
        await complete(self, new, origin)
        async with self._db.system(reason="spare people a question") as tx:
            await tx.execute(
                "delete from strongroom.totp_factors f using strongroom.sessions s"
                " where s.account_id = f.account_id"
            )

    twin.change(service.Recovery, "complete", complete_and_spare)


@proof(
    "passwords.reset",
    vantage=Vantage.INSIDE,
    sabotages=[
        an_endless_link,
        a_thief_who_stays,
        a_helpful_mail,
        a_lasting_link,
        a_way_around,
    ],
)
async def a_reset_is_by_mail_and_once(lab: Lab) -> Evidence:
    """Forget a password, race for the mailed link, and see what is left."""
    passer, nobody = new_passer(secrets.token_hex(16)), new_passer("")
    new = secrets.token_hex(16)
    try:
        async with lab.stranger() as device:
            await settle_in(lab, device, passer)
            app = await begin_with_app(device, passer.password)
            await turn_on_app(device, app)
            token = await forgotten(lab, passer, nobody)
            worked = await race(lab, token, new)
            require(worked == 1, f"{worked} uses of one link worked")
            require(not await is_in(device), "a device is still signed in after it")
        await require_changed(lab, passer, new, await app.next_code())
        for mail in await mailed_texts(lab.inside, passer.email):
            held = passer.password in mail or new in mail
            require(not held, "a mail holds a password")
    finally:
        await forget(lab.inside, passer.email)
        await forget(lab.inside, nobody.email)
    return Evidence(
        population=RACERS,
        positive="the new password signs in with a code, and the old one did before",
        observed={"uses at the same moment": RACERS, "uses that worked": worked},
    )


async def settle_in(lab: Lab, device: httpx.AsyncClient, passer: Passer) -> None:
    """Sign *passer* up on *device*, which is then signed in."""
    asked = await sign_up(device, passer)
    require_provable(asked.is_success, f"sign-up answers {asked.status_code}")
    form = {"token": await mailed_token(lab.inside, passer.email)}
    made = await device.post(VERIFY, json={**form, "password": passer.password})
    require_provable(made.is_success, f"verify answers {made.status_code}")
    require_provable(await is_in(device), "a new person is not signed in")


async def forgotten(lab: Lab, passer: Passer, nobody: Passer) -> str:
    """Ask for a reset as if another host served it; return the mailed token."""
    told = {"x-forwarded-host": ELSEWHERE, "forwarded": f"host={ELSEWHERE}"}
    known = await lab.http.post(ASK, json={"email": passer.email}, headers=told)
    unknown = await lab.http.post(ASK, json={"email": nobody.email})
    require_provable(known.is_success, f"{ASK} answers {known.status_code}")
    same = (known.status_code, known.content) == (unknown.status_code, unknown.content)
    require(same, "a known address is answered otherwise than an unknown one")
    mails = await mailed_texts(lab.inside, passer.email)
    require(ELSEWHERE not in mails[-1], "a header moved the link to another host")
    async with lab.inside.database() as database:
        left = await database.fetchval(
            "select max(v.expires_at) - now() from strongroom.one_time_values v"
            " join strongroom.accounts a on a.id = v.subject"
            " where a.email = $1 and v.used_at is null and v.purpose = $2",
            passer.email,
            policy.RESET,
        )
    require(left <= LONGEST_LIFETIME, f"a link holds for {left}")
    return await mailed_token(lab.inside, passer.email)


async def race(lab: Lab, token: str, new: str) -> int:
    """Use one link many times at the same moment; return how many uses worked."""
    form = {"token": token, "password": new}
    async with lab.stranger() as racer:
        uses = [racer.post(COMPLETE, json=form) for _ in range(RACERS)]
        answers = await asyncio.gather(*uses)
        answers.append(await racer.post(COMPLETE, json=form))
    return sum(answer.is_success for answer in answers)


async def require_changed(lab: Lab, passer: Passer, new: str, code: str) -> None:
    """Accept an account that the new password and a code open, not the old one."""
    async with lab.stranger() as device:
        old = {"email": passer.email, "password": passer.password}
        refused = await device.post(SESSIONS, json=old)
        require(not refused.is_success, "the old password still signs in")
        asked = await device.post(SESSIONS, json={**old, "password": new})
        require(asked.is_success, "the new password does not sign in")
        require(not await is_in(device), "the second factor is not asked for")
        opened = await device.post(FACTOR, json={"code": code})
        require(opened.is_success, "the new password and a code do not sign in")


async def is_in(device: httpx.AsyncClient) -> bool:
    """Say whether the device's session is good at this moment."""
    return (await device.get("/api/v1/session")).is_success


@exercise("POST /api/v1/password-resets", action=events.ASK)
async def ask(lab: Lab) -> httpx.Response:
    """Forget a password that is known."""
    viewer = (await lab.canary("a")).people["viewer"]
    return await lab.http.post(ASK, json={"email": viewer.email})


@exercise("POST /api/v1/password-resets/complete", action=events.RESET)
async def complete(lab: Lab) -> httpx.Response:
    """Choose the password that it has, so that nothing needs to be undone."""
    viewer = (await lab.canary("a")).people["viewer"]
    await ask.perform(lab)
    token = await mailed_token(lab.inside, viewer.email)
    form = {"token": token, "password": viewer.password}
    return await lab.http.post(COMPLETE, json=form)


@exercise("POST /api/v1/account-freezes", action=events.FREEZE)
async def freeze(lab: Lab) -> httpx.Response:
    """Sign a passing canary in somewhere new, who says that it was somebody else."""
    async with guest(lab) as somebody, lab.stranger() as device:
        form = {"email": somebody.email, "password": somebody.password}
        await device.post(SESSIONS, json=form)
        mail = (await mailed_texts(lab.inside, somebody.email))[-1]
        token = mail.partition("/not-me?notice=")[2].split()[0]
        return await device.post(FREEZE, json={"token": token})
