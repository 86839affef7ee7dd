"""Pages of other sites read nothing, unless their origin stands on the list.

The list holds one origin that nobody can have (RFC 6761 §6.4), which shows that what is
listed is answered. Every look-alike of it, and of the server's own, is refused.
"""

import asyncio
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

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

from .cors import Origins
from .target import paths_of


SESSION = "/api/v1/session"
ALLOWED = "access-control-allow-origin"
EVIL = "https://evil.example"
AT_ONCE = 4
"""As many connections as a browser would open, so that one proof is no flood."""


@sabotage("every origin is reflected", tells="may read")
async def reflecting(twin: Twin) -> None:
    """Say of every origin that it is listed."""

    def has(_: Origins, headers: Any) -> bool:
        return b"origin" in headers

    twin.change(Origins, "has", has)


@sabotage("origins are compared by their end", tells="http://canary.invalid")
async def by_suffix(twin: Twin) -> None:
    """Let whatever ends like a listed name pass."""

    def has(self: Origins, headers: Any) -> bool:
        names = tuple(each.partition(b"://")[2] for each in self._listed)
        return bool(headers.get(b"origin", b"").endswith(names))

    twin.change(Origins, "has", has)


@sabotage("everybody may read everything", tells="*")
async def wildcard(twin: Twin) -> None:
    """Answer with a wildcard."""

    def answer_headers(*_: Any) -> list[tuple[bytes, bytes]]:
        return [(b"vary", b"origin"), (ALLOWED.encode(), b"*")]

    twin.change(Origins, "answer_headers", answer_headers)


@sabotage("caches are not told", tells="Vary")
async def unvaried(twin: Twin) -> None:
    """Leave Vary out."""
    answer_headers = Origins.answer_headers

    def without(self: Origins, *given: Any) -> list[tuple[bytes, bytes]]:
        return [each for each in answer_headers(self, *given) if each[0] != b"vary"]

    twin.change(Origins, "answer_headers", without)


@proof(
    "edge.cors",
    vantage=Vantage.OUTSIDE,
    sabotages=[reflecting, by_suffix, wildcard, unvaried],
)
async def only_listed_sites_read(lab: Lab, origins: str) -> Evidence:
    """Ask as a page of the listed origin, and as one of each look-alike."""
    listed = origins.split(", ")
    for origin in listed:
        await require_listed(lab, origin)
    strangers = dict.fromkeys(
        [other for each in (*listed, lab.url) for other in look_alikes(each)]
    )
    for stranger in strangers:
        await require_refused(lab, stranger)
    paths = await paths_of(lab)
    for at in range(0, len(paths), AT_ONCE):
        some = paths[at : at + AT_ONCE]
        asking = (lab.http.get(path, headers={"origin": EVIL}) for path in some)
        for path, answer in zip(some, await asyncio.gather(*asking), strict=True):
            require_unread(answer, f"{EVIL} at {path}")
    return Evidence(
        population=3 * len(strangers) + len(paths),
        positive=f"{listed[0]} may read",
        observed={"look-alikes refused": len(strangers), "paths": len(paths)},
    )


async def require_listed(lab: Lab, origin: str) -> None:
    """See a listed origin answered, by name and without cookies."""
    for answer in (await preflight(lab, origin), await actual(lab, origin)):
        told = answer.headers.get(ALLOWED)
        require(told != "*", "every site may read: *")
        require_provable(told == origin, f"{origin} is listed, and told {told!r}")
        cookies = "access-control-allow-credentials" in answer.headers
        require(not cookies, f"cookies come along from {origin}")


async def require_refused(lab: Lab, origin: str) -> None:
    """See an origin that is not listed refused, whatever its page wants to do."""
    first, second, read = await asyncio.gather(
        preflight(lab, origin), preflight(lab, origin, "DELETE"), actual(lab, origin)
    )
    require_unread(first, f"{origin} (preflight)")
    require_unread(second, f"{origin} (preflight)")
    require_unread(read, origin)


def require_unread(answer: httpx.Response, who: str) -> None:
    """Insist that an answer lets nobody read it, and tells caches why."""
    told = [name for name in answer.headers if name.startswith("access-control-")]
    read = answer.headers.get(ALLOWED)
    require(not told, f"{who} may read: {read}")
    varies = "origin" in answer.headers.get("vary", "").lower()
    require(varies, f"{who}: caches are not told by Vary")


async def preflight(lab: Lab, origin: str, method: str = "GET") -> httpx.Response:
    """Ask first, as a browser does."""
    asks = {"origin": origin, "access-control-request-method": method}
    return await lab.http.options(SESSION, headers=asks)


async def actual(lab: Lab, origin: str) -> httpx.Response:
    """Read, as a page of *origin* makes a browser do."""
    headers = {"origin": origin, "sec-fetch-site": "cross-site"}
    return await lab.http.get(SESSION, headers=headers)


def look_alikes(origin: str) -> Iterator[str]:
    """Yield origins that a careless comparison takes for *origin*."""
    host = urlsplit(origin).hostname or ""
    port = urlsplit(origin).port
    at = f":{port}" if port else ""
    yield from ("null", "*", "file://", "https://", "https://evil.example")
    yield f"http://{host}{at}"
    yield f"https://{host}.{at}"
    yield f"https://{host}:{(port or 443) + 1}"
    yield f"https://{host}{at}/"
    yield f"https://evil-{host}{at}"
    yield f"https://evil{host}{at}"
    yield f"https://evil.{host}{at}"
    yield f"https://{host}.evil.example"
    yield f"https://{host}{at}.evil.example"
    yield f"https://{host}{at}@evil.example"
    yield f"https://evil.example/{host}{at}"
    yield f"https://evil.example?{host}{at}"
    yield f"https://evil.example#{host}{at}"
    yield f"https://{host}`.evil.example"
    yield f"https://{host}_evil.example"
    yield f"https://{host.upper()}{at}"
    yield f"HTTPS://{host}{at}"
    yield f"https://xn--{host}{at}"
    yield f"https://{host.replace('i', '1').replace('o', '0')}-{at}"
    yield f"{host}{at}"
    yield f"{origin}, https://evil.example"
    yield f"https://evil.example {origin}"
    yield f"https://%65vil.example%00{host}"
