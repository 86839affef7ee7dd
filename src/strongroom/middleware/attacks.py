"""What an attacker writes into a page, and what of it got through.

Every attack tells of its success by one line on the browser's console, or by a
request that reaches the other site.
"""

import asyncio
import html
from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import httpx

from strongroom.lab import Lab

from .visitor import ELSEWHERE, Page, visitor


PREFIX = "attack: "

PATIENCE_SECONDS = 6
"""Browsers report within a moment, unless the machine is busy."""


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
    await new Promise(done => setTimeout(done, 300));
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
    async with visitor(lab) as browsing:
        page, watch = browsing.page, Watch()
        await watch.over(page)
        body = inject(answer.text)
        await browsing.show(lab.url + path, answer, without=without, body=body)
        await page.goto(lab.url + path)
        await press_and_run(page)
        stopped = await page.evaluate("() => window.stopped")
        await watch.until_settled()
    return Attacked(sorted(watch.through), sorted(set(stopped)), watch.reported)


def inject(page: str) -> str:
    """Return *page* with the attacks at the end of its body."""
    start, end, rest = page.rpartition("</body>")
    return f"{start}{MARKUP}{end}{rest}" if end else page + MARKUP


async def press_and_run(page: Page) -> None:
    """Do what a visitor and the page's own script would do."""
    for target in ("#attack-link", "#attack-form"):
        await page.focus(target)
        await page.keyboard.press("Enter")
    await page.evaluate(SCRIPT)


class Watch:
    """What is heard of an attacked page: the attacks that got through, the reports."""

    def __init__(self) -> None:
        """Nothing has been heard yet."""
        self.through: set[str] = set()
        self.reported = 0
        self._settled = asyncio.Event()

    async def over(self, page: Page) -> None:
        """Listen to *page* from now on."""
        await page.add_init_script(LISTEN)
        await page.context.route(f"{ELSEWHERE}/**", self._answer)
        page.on("console", self._hear)
        page.on("response", self._note_old_report)
        inspector = await page.context.new_cdp_session(page)
        inspector.on("Network.reportingApiReportUpdated", self._note_new_report)
        await inspector.send("Network.enable")
        await inspector.send("Network.enableReportingApi", {"enable": True})

    async def until_settled(self) -> None:
        """Return when all has got through or something was reported, or in the end."""
        with suppress(TimeoutError):
            async with asyncio.timeout(PATIENCE_SECONDS):
                await self._settled.wait()

    def _hear(self, message: Any) -> None:
        if message.text.startswith(PREFIX):
            self._count(message.text.removeprefix(PREFIX))

    async def _answer(self, route: Any) -> None:
        """Answer as the other site: a script of it says which one it is."""
        name = urlsplit(route.request.url).path[1:]
        if route.request.resource_type == "script":
            await route.fulfill(content_type="text/javascript", body=ran(name))
        else:
            self._count(name)
            await route.fulfill(content_type="text/html", body="<p>Elsewhere")

    def _count(self, name: str) -> None:
        self.through |= ATTACKS & {name}
        if self.through == ATTACKS:
            self._settled.set()

    def _note_new_report(self, event: Any) -> None:
        """Count a report of ``report-to`` that was delivered."""
        if event["report"]["status"] == "Success":
            self._note_report()

    def _note_old_report(self, answer: Any) -> None:
        """Count a report of ``report-uri`` that was taken."""
        kind = answer.request.headers.get("content-type")
        if kind == "application/csp-report" and answer.ok:
            self._note_report()

    def _note_report(self) -> None:
        self.reported += 1
        self._settled.set()
