"""A visitor's browser that meets the target and one other, hostile site.

The other site exists in the browser alone: its name cannot exist anywhere else
(RFC 2606), and every request to it is answered here.
"""

from collections.abc import AsyncIterator, Collection, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx

from strongroom.lab import Lab


ELSEWHERE = "https://elsewhere.invalid"

AS_USUAL = ("local-network-access", "background-sync")
"""Chromium keeps other sites away from servers on this machine by itself: a proof that
such a server keeps them away must not pass by that. Granting one permission takes all
others away, and without background-sync no report is sent."""

Page = Any
"""Playwright's page. Its types are absent where no browser is."""

_ABOUT_THE_TRANSFER = frozenset(
    {"content-encoding", "content-length", "transfer-encoding", "set-cookie"}
)


@dataclass(frozen=True, slots=True)
class Visitor:
    """A page in a fresh browser profile."""

    page: Page

    async def at_elsewhere(self, markup: str) -> None:
        """Open a page of the other site that consists of *markup*."""
        await self.page.route(
            f"{ELSEWHERE}/", lambda route: route.fulfill(**html(markup))
        )
        await self.page.goto(f"{ELSEWHERE}/")

    async def show(self, url: str, answer: httpx.Response, **changes: Any) -> None:
        """Let *url* answer as the target did, but for *changes*: see `changed`."""
        told = changed(answer, **changes)
        await self.page.context.route(url, lambda route: route.fulfill(**told))


@asynccontextmanager
async def visitor(lab: Lab, **options: Any) -> AsyncIterator[Visitor]:
    """Lend a visitor.

    Raises:
        Unprovable: there is no browser here.

    """
    granted = [*AS_USUAL, *options.pop("permissions", ())]
    async with lab.browser.page(permissions=granted, **options) as page:
        told = html("<title>Elsewhere</title>")
        await page.context.route(f"{ELSEWHERE}/**", lambda route: route.fulfill(**told))
        yield Visitor(page)


def html(markup: str) -> dict[str, Any]:
    """Return a page as Playwright wants it."""
    return {"status": 200, "content_type": "text/html", "body": markup}


def changed(
    answer: httpx.Response,
    *,
    without: Collection[str] = (),
    body: str | None = None,
    **said: str,
) -> dict[str, Any]:
    """Return *answer* for Playwright: *without* some headers, with others *said*."""
    left_out = _ABOUT_THE_TRANSFER | set(without)
    kept = {name: value for name, value in _headers(answer) if name not in left_out}
    kept |= {name.replace("_", "-"): value for name, value in said.items()}
    content = answer.content if body is None else body
    return {"status": answer.status_code, "headers": kept, "body": content}


def _headers(answer: httpx.Response) -> Iterator[tuple[str, str]]:
    """Yield each header once; what was sent twice is joined, as RFC 9110 reads it."""
    for name in answer.headers:
        yield name.lower(), answer.headers[name]
