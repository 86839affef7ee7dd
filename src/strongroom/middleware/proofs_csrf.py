"""Writes that another site's page sends on a visitor's behalf, tried as one.

By hand, with each header by which a browser gives such a write away, and in a real
browser, where the visitor is a signed-in canary if there is one to be had.
"""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any
from uuid import uuid4

import httpx

from strongroom.lab import (
    Evidence,
    Lab,
    Twin,
    Vantage,
    proof,
    require,
    require_provable,
    sabotage,
)

from . import edge
from .policy import is_cross_site_write
from .target import Request, is_ours, sees_inside
from .visitor import ELSEWHERE, Page, Visitor, html, visitor


FORBIDDEN = httpx.codes.FORBIDDEN
REFUSED = b"/problems/cross-site-write"
SIGN_OUT = "/sign-out"
SESSION = "/api/v1/session"


@sabotage("writes of other sites are let through", tells="answers")
async def foreign_writes(twin: Twin) -> None:
    """Take every write for our own."""
    twin.change(twin.edge, "is_foreign_write", lambda *_: False)


@sabotage("sites next door are trusted", tells="same-site")
async def trusting_neighbours(twin: Twin) -> None:
    """Refuse what is called cross-site, and let a subdomain write."""

    def is_far(method: str, headers: Mapping[bytes, bytes]) -> bool:
        near = headers.get(b"sec-fetch-site") == b"same-site"
        return not near and is_cross_site_write(method, headers)

    twin.change(twin.edge, "is_foreign_write", is_far)


@sabotage("a refused write happens all the same", tells="signed out")
async def refused_too_late(twin: Twin) -> None:
    """Do first what is refused then."""
    refuse = edge.Edge._refuse  # noqa: SLF001 - a sabotage reaches inside.

    async def forget(_: Any) -> None:
        return

    async def do_and_refuse(
        self: Any, answer: Any, refused: Any, scope: Any, receive: Any
    ) -> None:
        if refused == (FORBIDDEN, "cross-site-write"):
            await self.app(scope, receive, forget)
        await refuse(self, answer, refused, scope, receive)

    twin.change(edge.Edge, "_refuse", do_and_refuse)


@proof(
    "edge.csrf",
    vantage=Vantage.OUTSIDE,
    sabotages=[foreign_writes, trusting_neighbours, refused_too_late],
)
async def other_sites_write_nothing(lab: Lab) -> Evidence:
    """Every write, sent as another site's page would send it, is refused undone."""
    require_provable(await is_ours(lab), "no stranger's site is sent writes")
    async with somebody(lab) as person:
        by_hand = await send_by_hand(lab, person)
        by_browser = await send_by_browser(lab, person)
        stayed = not is_signed_in(person) or (await person.get(SESSION)).is_success
        require(stayed, "a refused write was done: the visitor is signed out")
        await require_own_form_works(lab, person)
    return Evidence(
        population=by_hand + by_browser,
        positive="the same form works on a page of our own",
        observed={
            "sent by hand": by_hand,
            "sent by a browser": by_browser,
            "visitor": "a signed-in canary" if is_signed_in(person) else "a stranger",
        },
    )


@asynccontextmanager
async def somebody(lab: Lab) -> AsyncIterator[httpx.AsyncClient]:
    """Lend a client with a canary's session, or without one where none can be had."""
    seen = sees_inside(lab)
    visiting = lab.signed_in("a", "member") if seen else lab.stranger()
    async with visiting as client:
        yield client


def is_signed_in(person: httpx.AsyncClient) -> bool:
    """Say whether *person* has a session to lose."""
    return bool(person.cookies)


async def send_by_hand(lab: Lab, person: httpx.AsyncClient) -> int:
    """Send every write with each telling header, and return how many that were."""
    described = [each for each in await lab.operations() if each.writes]
    writes = [Request("POST", SIGN_OUT)]
    writes += [Request(each.method.upper(), each.address()) for each in described]
    for write in writes:
        for headers in telling(lab):
            answer = await person.request(write.method, write.path, headers=headers)
            refused = answer.status_code == FORBIDDEN and REFUSED in answer.content
            where = f"{write.method} {write.path} with {headers}"
            require(refused, f"{where} answers {answer.status_code}")
    return len(writes) * len(telling(lab))


def telling(lab: Lab) -> list[dict[str, str]]:
    """Return the headers, each of which alone gives another site's write away."""
    return [
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"origin": ELSEWHERE},
        {"origin": f"https://{lab.host}.elsewhere.invalid"},
        {"origin": "null"},
    ]


async def send_by_browser(lab: Lab, person: httpx.AsyncClient) -> int:
    """Let another site's page sign the visitor out: by a script, and by a form."""
    url = lab.url + SIGN_OUT
    async with visitor(lab) as browsing:
        await give_session(lab, browsing, person)
        await browsing.at_elsewhere(form_to(url))
        by_script = await post_by_script(browsing.page, url)
        require(by_script == FORBIDDEN, f"a foreign script's POST answers {by_script}")
        by_form = await submit_form(browsing.page, url)
        require(by_form == FORBIDDEN, f"a foreign form's POST answers {by_form}")
    return 2


async def require_own_form_works(lab: Lab, person: httpx.AsyncClient) -> None:
    """Accept a target where the same form, on a page of its own, is not refused."""
    url, page = lab.url + SIGN_OUT, f"{lab.url}/{uuid4().hex}"
    async with visitor(lab) as browsing:
        await give_session(lab, browsing, person)
        await browsing.page.route(
            page, lambda route: route.fulfill(**html(form_to(url)))
        )
        await browsing.page.goto(page)
        status = await submit_form(browsing.page, url)
    require_provable(status != FORBIDDEN, f"a form of our own answers {status} too")


async def give_session(lab: Lab, browsing: Visitor, person: httpx.AsyncClient) -> None:
    """Give the browser *person*'s cookies, in a form that travels from other sites.

    Our own cookies do not; the edge must refuse without that second wall.
    """
    marks = {"url": lab.url, "secure": True, "httpOnly": True, "sameSite": "None"}
    cookies = [{"name": c.name, "value": c.value, **marks} for c in person.cookies.jar]
    await browsing.page.context.add_cookies(cookies)


def form_to(url: str) -> str:
    """Return a page with a form that posts to *url*."""
    return f'<form method="post" action="{url}"><button>Win a prize</button></form>'


async def submit_form(page: Page, url: str) -> int:
    """Press the page's button, and return the status of the answer."""
    async with page.expect_response(url) as answered:
        await page.click("button")
    return int((await answered.value).status)


async def post_by_script(page: Page, url: str) -> int:
    """Send what a page may send anywhere, and return the status of the answer.

    A script cannot see it, and may not even get it; the browser's inspector does.
    """
    statuses: list[int] = []
    inspector = await page.context.new_cdp_session(page)
    inspector.on(
        "Network.responseReceivedExtraInfo",
        lambda event: statuses.append(event["statusCode"]),
    )
    await inspector.send("Network.enable")
    await page.evaluate(POST, url)
    require_provable(statuses, "the browser did not send a script's POST")
    return statuses[0]


POST = """url => fetch(url, {method: "POST", mode: "no-cors", credentials: "include"})
    .catch(() => null)"""
