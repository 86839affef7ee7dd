"""Sessions end when they should, and where they should, and only there."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import httpx

from strongroom.kernel import duration, host_cookie
from strongroom.lab import (
    CanaryPerson,
    Evidence,
    Lab,
    Twin,
    Vantage,
    exercise,
    proof,
    require,
    require_provable,
    sabotage,
)
from strongroom.limits import DEVICE_COOKIE
from strongroom.web import Renderer

from . import policy, store
from .policy import COOKIE
from .settings import SessionSettings


CURRENT = "/api/v1/session"
SECOND = timedelta(seconds=1)


@sabotage("the look-up forgets the absolute end", tells="a second after its end")
async def endless(twin: Twin) -> None:
    """Let expired rows through."""
    query = store._LOOK_UP.replace("s.expires_at > now()", "true")  # noqa: SLF001
    twin.change(store, "_LOOK_UP", query)


@sabotage("the look-up forgets the idle end", tells="unused for a second too long")
async def never_idle(twin: Twin) -> None:
    """Let unused rows through."""
    query = store._LOOK_UP.replace("s.seen_at + s.idle > now()", "true")  # noqa: SLF001
    twin.change(store, "_LOOK_UP", query)


@sabotage("sessions are made for thirty days", tells="30 days")
async def generous(twin: Twin) -> None:
    """Loosen the policy behind the page's back."""
    loose = SessionSettings(timedelta(days=30), timedelta(days=30))
    twin.change(twin.room.sessions, "_settings", loose)


@proof(
    "sessions.lifetimes",
    vantage=Vantage.INSIDE,
    sabotages=[endless, never_idle, generous],
)
async def customer_sessions_end(lab: Lab, lifetime: str, idle: str) -> Evidence:
    """In a second before either end, out a second after; no sweeper takes part."""
    whole, unused = duration(lifetime), duration(idle)
    async with lab.signed_in("a", "member") as device:
        session = await session_of(device)
        made = await times_of(lab, session)
        require(made["whole"] == whole, f"a session is made for {made['whole']}")
        require(made["idle"] == unused, f"a session idles for {made['idle']}")
        await age(lab, session, left=SECOND * 2, unused=timedelta(0))
        require(await is_in(device), "signed out before its end")
        await age(lab, session, left=-SECOND, unused=timedelta(0))
        require(not await is_in(device), "signed in a second after its end")
        await age(lab, session, left=whole, unused=unused - SECOND * 2)
        require(await is_in(device), "signed out before it was unused for too long")
        await age(lab, session, left=whole, unused=unused + SECOND)
        require(not await is_in(device), "signed in, unused for a second too long")
        await age(lab, session, left=whole, unused=timedelta(0))
    return Evidence(
        population=4,
        positive="the same session is in again when its row is young again",
        observed={"lifetime": lifetime, "idle": idle},
    )


OWNS = "select true from strongroom.sessions where account_id = $1 and id = $2"


@sabotage("revoking a device changes nothing", tells="still signed in")
async def a_revocation_of_words(twin: Twin) -> None:
    """Say yes and leave the row alone."""

    async def end(tx: Any, account_id: UUID, session_id: UUID) -> bool:
        return bool(await tx.fetchval(OWNS, account_id, session_id))

    twin.change(store, "end", end)


@sabotage("revoking one device revokes them all", tells="another device")
async def a_revocation_of_all(twin: Twin) -> None:
    """End every session of the account."""
    query = "update strongroom.sessions set ended_at = now() where account_id = $1"

    async def end(tx: Any, account_id: UUID, session_id: UUID) -> bool:
        if not await tx.fetchval(OWNS, account_id, session_id):
            return False
        await tx.execute(query, account_id)
        return True

    twin.change(store, "end", end)


@sabotage("anybody can revoke anybody's device", tells="somebody else")
async def a_revocation_by_anybody(twin: Twin) -> None:
    """Forget whose session it is."""

    async def end(tx: Any, _: UUID, session_id: UUID) -> bool:
        query = "update strongroom.sessions set ended_at = now() where id = $1"
        return bool(await tx.execute(query, session_id) == "UPDATE 1")

    twin.change(store, "end", end)


@proof(
    "sessions.devices",
    vantage=Vantage.INSIDE,
    sabotages=[a_revocation_of_words, a_revocation_of_all, a_revocation_by_anybody],
)
async def one_device_goes_the_others_stay(lab: Lab) -> Evidence:
    """Of three devices the revoked one is out at its next request, on every worker."""
    async with (
        lab.signed_in("a", "member") as first,
        lab.signed_in("a", "member") as second,
        lab.signed_in("a", "member") as third,
        lab.signed_in("b", "owner") as foreigner,
    ):
        revoked = await session_of(second)
        listed = {each["id"] for each in (await first.get("/api/v1/sessions")).json()}
        require(str(revoked) in listed, "a signed-in device is not listed")
        address = f"/api/v1/sessions/{revoked}"
        theirs = await foreigner.delete(address)
        require(theirs.status_code == httpx.codes.NOT_FOUND, "somebody else revoked it")
        require_provable(await is_in(second), "the device was out before that")
        answer = await first.delete(address)
        require(answer.is_success, f"revoking answers {answer.status_code}")
        tries = [await still_in(lab, second) for _ in range(8)]
        require(not any(tries), "the revoked device is still signed in")
        stayed = await is_in(first) and await is_in(third)
        require(stayed, "another device was signed out with it")
    return Evidence(
        population=3,
        positive="all three devices were signed in before",
        observed={"connections tried with the revoked session": len(tries)},
    )


def change_cookie(twin: Twin, **parts: Any) -> None:
    """Give sessions' cookies other *parts*."""

    def altered(*what: Any, **how: Any) -> Any:
        return {**host_cookie(*what, **how), **parts}

    twin.change(policy, "host_cookie", altered)


@sabotage("scripts may read the cookie", tells="a script reads")
async def a_readable_cookie(twin: Twin) -> None:
    """Drop HttpOnly."""
    change_cookie(twin, httponly=False)


@sabotage("other sites' requests carry the cookie", tells="sameSite")
async def a_wandering_cookie(twin: Twin) -> None:
    """Let the browser send it from everywhere."""
    change_cookie(twin, samesite="none")


@sabotage("a page keeps something in browser storage", tells="localStorage")
async def a_page_that_remembers(twin: Twin) -> None:
    """Add the line of script that so many pages have."""
    text = Renderer.text

    def text_and_more(self: Renderer, template: str, context: Any) -> str:
        line = "localStorage.setItem('session', 'remembered')"
        script = f'<script nonce="{context.get("nonce")}">{line}</script></head>'
        return text(self, template, context).replace("</head>", script)

    twin.change(Renderer, "text", text_and_more)


IN_STORAGE = """async () => ({
    localStorage: localStorage.length,
    sessionStorage: sessionStorage.length,
    indexedDB: (await indexedDB.databases()).length,
    caches: (await caches.keys()).length,
})"""


@proof(
    "sessions.cookie",
    vantage=Vantage.INSIDE,
    sabotages=[a_readable_cookie, a_wandering_cookie, a_page_that_remembers],
)
async def a_session_lives_in_its_cookie(lab: Lab) -> Evidence:
    """Sign in with a browser, look at all that it keeps, and take the cookie away."""
    person = (await lab.canary("a")).people["member"]
    async with lab.browser.page() as page:
        await sign_in_at(page, lab.url, person)
        cookies: Any = await page.context.cookies()
        left = {each["name"] for each in cookies}
        require(COOKIE in left, "signing in left no session cookie")
        require(left <= {COOKIE, DEVICE_COOKIE}, f"signing in left {sorted(left)}")
        read = await page.evaluate("document.cookie")
        require(read == "", "a script reads the cookie")
        for cookie in cookies:
            require_kept_close(cookie, lab.host)
        stores = await page.evaluate(IN_STORAGE)
        kept = [name for name, number in stores.items() if number]
        require(not kept, f"something is kept in {', '.join(kept)}")
        await page.context.clear_cookies()
        require(not await sees_console(page, lab), "signed in without the cookie")
        await page.context.add_cookies(cookies)
        require_provable(await sees_console(page, lab), "the cookie is not enough")
        await page.locator("form[action='/sign-out'] button").click()
    return Evidence(
        population=1 + len(stores),
        positive="with the cookie alone, the browser sees the console again",
        observed={"cookie": COOKIE, "empty": [*stores]},
    )


async def sign_in_at(page: Any, url: str, person: CanaryPerson) -> None:
    """Sign *person* in by the form, as people do."""
    await page.goto(f"{url}/sign-in")
    await page.locator("input[name=email]").fill(person.email)
    await page.locator("input[name=password]").fill(person.password)
    await page.locator("input[name=password]").press("Enter")
    await page.wait_for_url("**/console")


async def sees_console(page: Any, lab: Lab) -> bool:
    """Say whether the browser is let in, and not sent away to sign in."""
    answer = await page.goto(f"{lab.url}/console")
    arrived = urlsplit(page.url).path == "/console"
    return bool(answer.status == httpx.codes.OK and arrived)


def require_kept_close(cookie: Mapping[str, Any], host: str) -> None:
    """Accept a cookie that stays with this host, TLS and this site's pages."""
    wanted = {
        "domain": host,  # Without a dot before it: no subdomain gets it.
        "path": "/",
        "secure": True,
        "httpOnly": True,
        "sameSite": "Lax",
    }
    for name, value in wanted.items():
        said = f"the cookie's {name} is {cookie[name]!r}"
        require(cookie[name] == value, said)


async def is_in(device: httpx.AsyncClient) -> bool:
    """Say whether the device's session is good at this moment."""
    answer = await device.get(CURRENT)
    codes = {httpx.codes.OK, httpx.codes.UNAUTHORIZED}
    require_provable(
        answer.status_code in codes, f"{CURRENT} answers {answer.status_code}"
    )
    return answer.is_success


async def still_in(lab: Lab, device: httpx.AsyncClient) -> bool:
    """Ask with the device's cookie over a new connection, which any worker takes."""
    async with lab.stranger() as other:
        other.cookies = device.cookies
        return await is_in(other)


async def session_of(device: httpx.AsyncClient) -> UUID:
    """Return the device's session."""
    return UUID((await device.get(CURRENT)).json()["session_id"])


async def times_of(lab: Lab, session: UUID) -> dict[str, timedelta]:
    """Return how long a session was made for."""
    async with lab.inside.database() as database:
        row = await database.fetchrow(
            "select expires_at - created_at as whole, idle"
            " from strongroom.sessions where id = $1",
            session,
        )
    require_provable(row, "the session has no row")
    return dict(row or {})


async def age(lab: Lab, session: UUID, *, left: timedelta, unused: timedelta) -> None:
    """Move the canary's own session in time, by the database's clock."""
    async with lab.inside.database() as database:
        await database.execute(
            "update strongroom.sessions set expires_at = now() + $2,"
            " seen_at = now() - $3::interval where id = $1",
            session,
            left,
            unused,
        )


@exercise("DELETE /api/v1/session", action="session.end")
async def sign_out(lab: Lab) -> httpx.Response:
    """Sign out."""
    async with lab.signed_in("a", "member") as device:
        return await device.delete(CURRENT)


@exercise("DELETE /api/v1/sessions/{session_id}", action="session.end")
async def revoke(lab: Lab) -> httpx.Response:
    """Revoke a second device."""
    async with (
        lab.signed_in("a", "member") as first,
        lab.signed_in("a", "member") as second,
    ):
        return await first.delete(f"/api/v1/sessions/{await session_of(second)}")


@exercise("POST /api/v1/session/organization", action="session.switch")
async def switch(lab: Lab) -> httpx.Response:
    """Go on where it is already, by a new session."""
    async with lab.signed_in("a", "member") as device:
        own = (await device.get(CURRENT)).json()["organization_id"]
        return await device.post(
            f"{CURRENT}/organization", json={"organization_id": own}
        )
