"""A mailed link signs in the browser that asked, once, whoever opened it before."""

import asyncio
from typing import Any

import httpx

from strongroom.lab import (
    Evidence,
    Guest,
    Lab,
    Twin,
    Vantage,
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
)
from strongroom.one_time import OneTimeValues, OneTimeValueSpent

from . import events, policy, service


ASK, SIGN_IN = "/api/v1/magic-links", "/api/v1/sessions/magic-link"
PAGE = "/sign-in/link"

RACERS = 20
OPENINGS = 3
MADE_UP = "A" * 43
"""As long as the token of a link."""

ELSEWHERE = "elsewhere.invalid"


@sabotage("opening a link uses it up", tells="works no more after somebody looked")
async def an_eager_page(twin: Twin) -> None:
    """Take the link from whoever only looks at it, as a scanner does."""
    spent: set[str] = set()
    sign_in = service.MagicLinks.sign_in

    def is_at_home(self: Any, asker: Any, token: Any) -> bool:
        spent.add(token.reveal())
        return policy.is_link_of(self._key, asker, token)

    async def sign_in_once(self: Any, asker: Any, shown: Any, origin: Any) -> Any:
        if shown.reveal() in spent:
            raise OneTimeValueSpent
        return await sign_in(self, asker, shown, origin)

    twin.change(service.MagicLinks, "is_at_home", is_at_home)
    twin.change(service.MagicLinks, "sign_in", sign_in_once)


@sabotage("any browser may use a link", tells="another browser was let in")
async def a_link_for_all(twin: Twin) -> None:
    """Remember who asked for a link, and let whoever shows it pass for them."""
    made: dict[str, str] = {}
    link_of, sign_in = policy.link_of, service.MagicLinks.sign_in

    def remember(key: bytes, asker: Any) -> str:
        return made.setdefault(asker.reveal(), link_of(key, asker))

    async def sign_in_anywhere(self: Any, asker: Any, shown: Any, origin: Any) -> Any:
        askers = [each for each, link in made.items() if link == shown.reveal()]
        known = type(shown)(askers[0]) if askers else asker
        return await sign_in(self, known, shown, origin)

    twin.change(policy, "link_of", remember)
    twin.change(service.MagicLinks, "sign_in", sign_in_anywhere)


@sabotage("a link works again and again", tells="uses of one link worked")
async def an_endless_link(twin: Twin) -> None:
    """Forget to use the value up. Without a look-up: racers would wait for doors."""

    async def consume(*_: Any) -> None:
        return

    twin.change(OneTimeValues, "consume", consume)


@sabotage("any code will do", tells="a wrong code was let in")
async def a_careless_eye(twin: Twin) -> None:
    """Ask for a code and do not compare it."""
    twin.change(policy, "is_code_of", lambda *_: True)


@proof(
    "magic-links.sign-in",
    vantage=Vantage.INSIDE,
    sabotages=[an_eager_page, a_link_for_all, an_endless_link, a_careless_eye],
)
async def a_link_is_for_one_browser_once(lab: Lab) -> Evidence:
    """Ask, let scanners look, try it elsewhere, race for it, and let one expire."""
    async with guest(lab) as somebody, lab.stranger() as asker:
        token = await asked(lab, asker, somebody)
        await look_as_scanners_do(lab, asker, token)
        await require_refused_elsewhere(lab, token)
        worked = await race(asker, token)
        require(worked, "a link works no more after somebody looked at it")
        require(worked == 1, f"{worked} uses of one link worked")
        await require_code(lab, somebody)
        await require_expiry(lab, somebody)
    return Evidence(
        population=RACERS,
        positive="the asking browser signs in by the link, and another by the code",
        observed={"uses at the same moment": RACERS, "uses that worked": worked},
    )


async def asked(lab: Lab, asker: httpx.AsyncClient, somebody: Guest) -> str:
    """Ask as if another host served it, and for nobody; return the mailed token."""
    told = {"x-forwarded-host": ELSEWHERE, "forwarded": f"host={ELSEWHERE}"}
    nobody = new_passer("").email
    known = await asker.post(ASK, json={"email": somebody.email}, headers=told)
    require_provable(known.is_success, f"{ASK} answers {known.status_code}")
    async with lab.stranger() as other:
        unknown = await other.post(ASK, json={"email": nobody})
        await forget(lab.inside, nobody)
        same = told_of(known) == told_of(unknown)
        require(same, "a known address is answered otherwise than an unknown one")
    mails = await mailed_texts(lab.inside, somebody.email)
    require(ELSEWHERE not in mails[-1], "a header moved the link to another host")
    return await mailed_token(lab.inside, somebody.email)


def told_of(answer: httpx.Response) -> tuple[int, bytes, list[str]]:
    """Return all that an answer to asking tells."""
    return answer.status_code, answer.content, sorted(answer.cookies)


async def look_as_scanners_do(lab: Lab, asker: httpx.AsyncClient, token: str) -> None:
    """Open a link in a strange browser and in its own, and press nothing."""
    async with lab.stranger() as scanner:
        for _ in range(OPENINGS):
            seen = await scanner.get(PAGE, params={"token": token})
            require_provable(seen.is_success, f"{PAGE} answers {seen.status_code}")
            require(token not in seen.text, "another browser is offered to sign in")
    own = await asker.get(PAGE, params={"token": token})
    require_provable(token in own.text, "the asking browser is offered nothing")


async def require_refused_elsewhere(lab: Lab, token: str) -> None:
    """Accept only that another browser gets no session from the link."""
    async with lab.stranger() as other:
        refused = await other.post(SIGN_IN, json={"code": token})
        require(not refused.is_success, "another browser was let in by the link")


async def race(asker: httpx.AsyncClient, token: str) -> int:
    """Use one link many times at the same moment; return how many uses worked."""
    uses = [asker.post(SIGN_IN, json={"code": token}) for _ in range(RACERS)]
    answers = await asyncio.gather(*uses)
    limited = sum(each.status_code == httpx.codes.TOO_MANY_REQUESTS for each in answers)
    require_provable(not limited, f"{limited} uses of one link were held up by a limit")
    return sum(answer.is_success for answer in answers)


async def require_code(lab: Lab, somebody: Guest) -> None:
    """Accept that the code works where it was asked for, and a wrong one does not."""
    async with lab.stranger() as device, lab.stranger() as other:
        await device.post(ASK, json={"email": somebody.email})
        code = code_in((await mailed_texts(lab.inside, somebody.email))[-1])
        elsewhere = await other.post(SIGN_IN, json={"code": code})
        require(not elsewhere.is_success, "another browser was let in by the code")
        for guess in (code[::-1], MADE_UP):
            wrong = await device.post(SIGN_IN, json={"code": guess})
            require(not wrong.is_success, f"a wrong code was let in: {len(guess)} long")
        right = await device.post(SIGN_IN, json={"code": code})
        require(right.is_success, "the mailed code does not sign in")


async def require_expiry(lab: Lab, somebody: Guest) -> None:
    """Accept that a link ends when its time is over."""
    async with lab.stranger() as device:
        await device.post(ASK, json={"email": somebody.email})
        token = await mailed_token(lab.inside, somebody.email)
        async with lab.inside.database() as database:
            await database.execute(
                "update strongroom.one_time_values set expires_at = now()"
                " where subject = $1 and purpose = $2 and used_at is null",
                somebody.account_id,
                policy.SIGN_IN,
            )
        late = await device.post(SIGN_IN, json={"code": token})
        require(not late.is_success, "an expired link signs in")


def code_in(mail: str) -> str:
    """Return the code of a mail, which stands in a line of its own."""
    size = policy.CODE_LENGTH + 1
    return next(each for each in mail.splitlines() if len(each) == size and "-" in each)


@exercise("POST /api/v1/magic-links", action=events.ASK)
async def ask(lab: Lab) -> httpx.Response:
    """Ask for a link that nobody uses."""
    viewer = (await lab.canary("a")).people["viewer"]
    async with lab.stranger() as device:
        return await device.post(ASK, json={"email": viewer.email})


@exercise("POST /api/v1/sessions/magic-link", action=events.SIGN_IN)
async def sign_in(lab: Lab) -> httpx.Response:
    """Sign a passing canary in by mail."""
    async with guest(lab) as somebody, lab.stranger() as device:
        await device.post(ASK, json={"email": somebody.email})
        token = await mailed_token(lab.inside, somebody.email)
        return await device.post(SIGN_IN, json={"code": token})
