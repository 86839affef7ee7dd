"""Windows and frames of another site: it can neither show our pages nor hold them.

Each proof shows that the same browser does the forbidden thing when the header is
away, so that its silence means something.
"""

from typing import Any

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

from .policy import directives_of
from .tampering import drop, reword_policies, say
from .target import Pages, few, pages_of
from .visitor import ELSEWHERE, Page, visitor


CSP = "content-security-policy"
XFO = "x-frame-options"
OPENER = "cross-origin-opener-policy"


@sabotage("X-Frame-Options is gone", tells="X-Frame-Options")
async def no_frame_options(twin: Twin) -> None:
    """Drop it."""
    drop(twin, XFO)


@sabotage("frame-ancestors is gone", tells="frame-ancestors")
async def no_frame_ancestors(twin: Twin) -> None:
    """Take it out of every policy."""
    reword_policies(twin, lambda words: words.replace("; frame-ancestors 'none'", ""))


@proof(
    "edge.framing",
    vantage=Vantage.OUTSIDE,
    sabotages=[no_frame_options, no_frame_ancestors],
)
async def no_page_shows_in_a_frame(lab: Lab) -> Evidence:
    """Another site frames our pages: both headers keep them out, and each one alone."""
    pages = await pages_of(lab)
    for path, answer in pages.items():
        require_unframeable(path, answer)
    tried = few(pages)
    urls = [lab.url + path for path in tried]
    everything = await framed(lab, tried, without=(CSP, XFO))
    require_provable(everything == urls, "frames stay empty here without any header")
    for kept, dropped in (("X-Frame-Options", CSP), ("frame-ancestors", XFO)):
        shown = await framed(lab, tried, without=(dropped,))
        require(not shown, f"{kept} alone does not keep {shown} out of a frame")
    blocked = await blocked_frames(lab, urls)
    require(blocked == urls, f"of {urls}, only {blocked} were blocked in a frame")
    return Evidence(
        population=len(pages),
        positive="without both headers, the same pages show in the same frames",
        observed={"framed": list(tried)},
    )


def require_unframeable(path: str, answer: httpx.Response) -> None:
    """Accept a page that says it by both headers."""
    options = answer.headers.get(XFO, "")
    require(options.upper() == "DENY", f"{path}: X-Frame-Options is {options!r}")
    ancestors = directives_of(answer.headers.get(CSP, "")).get("frame-ancestors")
    require(ancestors == ["'none'"], f"{path}: frame-ancestors is {ancestors}")


async def framed(lab: Lab, pages: Pages, without: tuple[str, ...]) -> list[str]:
    """Return the addresses of *pages* that another site can show *without* headers."""
    async with visitor(lab) as browsing:
        for path, answer in pages.items():
            await browsing.show(lab.url + path, answer, without=without)
        await browsing.at_elsewhere(frames(lab.url + path for path in pages))
        return [frame.url for frame in browsing.page.frames if is_of(lab, frame)]


async def blocked_frames(lab: Lab, urls: list[str]) -> list[str]:
    """Return the *urls* that the browser, having their answers, shows in no frame."""
    failures: dict[str, str] = {}

    def note(request: Any) -> None:
        failures[request.url] = request.failure or ""

    async with visitor(lab) as browsing:
        browsing.page.on("requestfailed", note)
        await browsing.at_elsewhere(frames(urls))
        shown = [frame.url for frame in browsing.page.frames if is_of(lab, frame)]
    require(not shown, f"another site shows {shown} in a frame")
    return [url for url in urls if failures.get(url) == "net::ERR_BLOCKED_BY_RESPONSE"]


def frames(urls: Any) -> str:
    """Return a page with a frame for each of *urls*."""
    return "".join(f'<iframe src="{url}"></iframe>' for url in urls)


def is_of(lab: Lab, frame: Any) -> bool:
    """Say whether *frame* shows something of the target."""
    return bool(frame.url.startswith(f"{lab.url}/"))


@sabotage("the opener policy is gone", tells="holds a handle")
async def no_opener_policy(twin: Twin) -> None:
    """Drop it."""
    drop(twin, OPENER)


@sabotage("our pages keep hold of what they open", tells="shares a handle")
async def a_one_way_opener_policy(twin: Twin) -> None:
    """Let popups through, as sites with old sign-in windows do."""
    say(twin, OPENER, "same-origin-allow-popups")


@proof(
    "edge.coop",
    vantage=Vantage.OUTSIDE,
    sabotages=[no_opener_policy, a_one_way_opener_policy],
)
async def no_window_holds_another(lab: Lab) -> Evidence:
    """Our pages are opened by another site, and open another site, without a handle."""
    pages = few(await pages_of(lab))
    async with visitor(lab) as browsing:
        for path in pages:
            url = lab.url + path
            held = await holds(browsing.page, f"{ELSEWHERE}/", url)
            require(not held, f"another site that opens {path} holds a handle on it")
            held = await holds(browsing.page, url, f"{ELSEWHERE}/")
            require(not held, f"another site opened by {path} shares a handle with it")
    await require_handles_otherwise(lab, pages)
    return Evidence(
        population=2 * len(pages),
        positive="without the header, the same windows hold each other",
        observed={"pages": list(pages)},
    )


async def require_handles_otherwise(lab: Lab, pages: Pages) -> None:
    """Show that this browser gives handles where the header is away."""
    path, answer = next(iter(pages.items()))
    async with visitor(lab) as browsing:
        await browsing.show(lab.url + path, answer, without=(OPENER,))
        inward = await holds(browsing.page, f"{ELSEWHERE}/", lab.url + path)
        outward = await holds(browsing.page, lab.url + path, f"{ELSEWHERE}/")
    require_provable(inward and outward, "windows hold no handles here at all")


async def holds(page: Page, opener: str, opened: str) -> bool:
    """Say whether a window at *opener* or the one that it opens can reach the other."""
    await page.goto(opener)
    async with page.expect_popup() as popped:
        await page.evaluate("url => { window.popped = window.open(url) }", opened)
    popup = await popped.value
    await popup.wait_for_url(opened, wait_until="commit")
    reached = await page.evaluate(STAYS_OPEN)
    reached_back = await popup.evaluate("() => window.opener !== null")
    await popup.close()
    return bool(reached or reached_back)


STAYS_OPEN = """async () => {
    for (let tries = 20; tries && !window.popped.closed; tries--)
        await new Promise(done => setTimeout(done, 25));
    return !window.popped.closed;
}"""
"""A handle that is cut says that its window is closed, a moment after the cut."""
