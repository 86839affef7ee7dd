"""What a real browser guesses, tells other sites and lets pages use: nearly nothing.

Each proof shows that the same browser does the forbidden thing when the header is
away, so that its refusal means something.
"""

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

from .tampering import drop, say
from .target import Pages, few, is_ours, pages_of, paths_of
from .visitor import ELSEWHERE, Page, Visitor, html, visitor


NOSNIFF = "x-content-type-options"
REFERRER = "referrer-policy"
FEATURES = "permissions-policy"


@sabotage("nosniff is gone", tells="nosniff")
async def no_nosniff(twin: Twin) -> None:
    """Drop it."""
    drop(twin, NOSNIFF)


@proof("edge.sniffing", vantage=Vantage.OUTSIDE, sabotages=[no_nosniff])
async def nothing_is_taken_for_a_script(lab: Lab) -> Evidence:
    """Text, JSON and pages of ours, asked for as scripts, are refused by a browser."""
    answers = {path: await lab.http.get(path) for path in await paths_of(lab)}
    for path, answer in answers.items():
        said = answer.headers.get(NOSNIFF, "")
        require(said.lower() == "nosniff", f"{path}: not nosniff, but {said!r}")
    inert = {path: answer for path, answer in answers.items() if is_inert(answer)}
    require_provable(inert, "the target answers with nothing that is no script")
    ran = await run_as_scripts(lab, inert, without=(NOSNIFF,))
    require_provable(ran == [*inert], "nothing is taken for a script here at all")
    ran = await run_as_scripts(lab, inert)
    require(not ran, f"in spite of nosniff, {ran} were taken for scripts")
    return Evidence(
        population=len(answers),
        positive="without the header, the same answers are taken for scripts",
        observed={
            path: answer.headers["content-type"] for path, answer in inert.items()
        },
    )


def is_inert(answer: httpx.Response) -> bool:
    """Say whether *answer* is declared as something that browsers must not execute."""
    kind = answer.headers.get("content-type", "")
    text = kind.startswith(("text/", "application/json")) and "javascript" not in kind
    return text and answer.is_success


async def run_as_scripts(
    lab: Lab, answers: Pages, *, without: tuple[str, ...] = ()
) -> list[str]:
    """Return the paths that a page of the same site can load as scripts."""
    page = f"{lab.url}/{uuid4().hex}"
    async with visitor(lab) as browsing:
        await browsing.page.route(page, lambda route: route.fulfill(**html("<p>Here")))
        for path, answer in answers.items() if without else ():
            await browsing.show(lab.url + path, answer, without=without)
        await browsing.page.goto(page)
        tried = await browsing.page.evaluate(LOAD_AS_SCRIPTS, [*answers])
    require_provable(all(each["reached"] for each in tried), "an answer went missing")
    return [each["path"] for each in tried if each["ran"]]


LOAD_AS_SCRIPTS = """paths => Promise.all(paths.map(async path => {
    const reached = (await fetch(path)).ok;
    const ran = await new Promise(done => {
        const script = document.createElement("script");
        script.onload = () => done(true);
        script.onerror = () => done(false);
        script.src = path;
        document.head.append(script);
    });
    return {path, reached, ran};
}))"""


@sabotage("Referrer-Policy is gone", tells="Referrer-Policy")
async def no_referrer_policy(twin: Twin) -> None:
    """Drop it, and leave the choice to each browser."""
    drop(twin, REFERRER)


@sabotage("other sites are told everything", tells="unsafe-url")
async def a_talkative_referrer_policy(twin: Twin) -> None:
    """Send the whole address to everybody."""
    say(twin, REFERRER, "unsafe-url")


TOLD = {
    "no-referrer": ("nothing", "nothing"),
    "same-origin": ("address", "nothing"),
    "strict-origin": ("origin", "origin"),
    "strict-origin-when-cross-origin": ("address", "origin"),
}
"""What our own pages and other sites learn, under each policy that keeps the path."""


@proof(
    "edge.referrer",
    vantage=Vantage.OUTSIDE,
    sabotages=[no_referrer_policy, a_talkative_referrer_policy],
)
async def other_sites_learn_no_path(lab: Lab) -> Evidence:
    """Follow links from a page with a secret in its address, and read what is told."""
    pages = await pages_of(lab)
    policies = {path: referrer_policy_of(answer) for path, answer in pages.items()}
    for path, policy in policies.items():
        require(policy in TOLD, f"{path}: Referrer-Policy is {policy!r}")
    path = [*pages][-1]
    url = f"{lab.url}{path}?secret={uuid4().hex}"
    async with visitor(lab) as browsing:
        await browsing.show(url, pages[path], referrer_policy="unsafe-url")
        loose = [await told(browsing, url, to) for to in (lab.url, ELSEWHERE)]
    require_provable(loose == ["address", "address"], "links tell nothing here at all")
    async with visitor(lab) as browsing:
        here, there = [await told(browsing, url, to) for to in (lab.url, ELSEWHERE)]
    expected = TOLD[policies[path]]
    require((here, there) == expected, f"{path} tells our pages {here}, others {there}")
    return Evidence(
        population=len(pages),
        positive="under unsafe-url, the same link tells the whole address",
        observed={"tried": path, "our pages learn": here, "other sites learn": there},
    )


def referrer_policy_of(answer: httpx.Response) -> str:
    """Return the policy that counts: the last of those named."""
    named: str = answer.headers.get(REFERRER, "")
    return named.rpartition(",")[2].strip().lower()


async def told(browsing: Visitor, url: str, destination: str) -> str:
    """Return what a link from *url* tells: ``nothing``, the ``origin``, ``address``."""
    page = browsing.page
    await page.goto(url)
    async with page.expect_request(f"{destination}/") as asked:
        await page.evaluate(FOLLOW, f"{destination}/")
    referer = (await asked.value).headers.get("referer", "")
    # Anywhere: an app may send whoever comes to its first page on to another.
    await page.wait_for_url(lambda now: now != url, wait_until="commit")
    origin = "/".join(url.split("/", 3)[:3]) + "/"
    named = {"": "nothing", origin: "origin", url: "address"}
    return named.get(referer, f"something else: {referer}")


FOLLOW = """url => {
    const link = document.createElement("a");
    link.href = url;
    document.body.append(link);
    link.click();
}"""


@sabotage("Permissions-Policy is gone", tells="camera")
async def no_permissions_policy(twin: Twin) -> None:
    """Drop it."""
    drop(twin, FEATURES)


@sabotage("one unused feature is left on", tells="gyroscope")
async def a_feature_left_on(twin: Twin) -> None:
    """Forget one of the list."""
    said = dict(twin.edge.headers)[FEATURES.encode()].decode()
    say(twin, FEATURES, said.replace("gyroscope=(), ", ""))


NAMED = frozenset({"camera", "geolocation", "microphone", "payment", "usb"})
"""What the claim names; a page of any site that makes it switches these off."""

_UNUSED = """
accelerometer attribution-reporting autoplay browsing-topics camera
captured-surface-control clipboard-read compute-pressure digital-credentials-get
display-capture encrypted-media fullscreen gamepad geolocation gyroscope hid
identity-credentials-get idle-detection interest-cohort join-ad-interest-group
keyboard-map language-detector language-model local-fonts local-network
local-network-access loopback-network magnetometer microphone midi
on-device-speech-recognition otp-credentials payment picture-in-picture
private-aggregation private-state-token-issuance private-state-token-redemption
run-ad-auction screen-wake-lock serial shared-storage shared-storage-select-url
storage-access summarizer sync-xhr translator usb window-management
xr-spatial-tracking
"""
UNUSED = frozenset(_UNUSED.split())
"""What no page of this house uses, of all that Chromium knows. It is written down here
a second time, so that a gap in the list that we send is no gap in what is proved."""

REFUSED_BY_POLICY = {
    "geolocation": "1",  # PERMISSION_DENIED, of the Geolocation API.
    "payment": "SecurityError",
    "usb": "SecurityError",
}
"""How a browser refuses a use because of the page's policy.

Camera and microphone are only asked about: trying would switch a real one on.
"""

GRANTED = {
    "permissions": ["geolocation"],
    "geolocation": {"latitude": 0, "longitude": 0},
}
"""What the visitor agrees to, so that only the policy can refuse."""


@proof(
    "edge.permissions",
    vantage=Vantage.OUTSIDE,
    sabotages=[no_permissions_policy, a_feature_left_on],
)
async def unused_features_are_off(lab: Lab) -> Evidence:
    """Ask the browser what our pages may use, and then try to use it."""
    pages = await pages_of(lab)
    for path, answer in pages.items():
        require_features_off(path, answer)
    usable = await usable_otherwise(lab, pages)
    require_provable(usable >= NAMED, "the browser refuses these features anyway")
    off = usable & (UNUSED if await is_ours(lab) else NAMED)
    async with visitor(lab, **GRANTED) as browsing:
        for path in few(pages):
            allowed, tried = await features_of(browsing.page, lab.url + path)
            on = ", ".join(sorted(off & allowed))
            require(not on, f"{path} may use {on}")
            require(tried == REFUSED_BY_POLICY, f"{path} can do more than: {tried}")
    return Evidence(
        population=len(off),
        positive="without the header, the browser allows each of these features",
        observed={"off": sorted(off), "left on": sorted(usable - off)},
    )


async def usable_otherwise(lab: Lab, pages: Pages) -> set[str]:
    """Return what the browser lets a page of the target use without the header."""
    path, answer = next(iter(pages.items()))
    async with visitor(lab, **GRANTED) as browsing:
        await browsing.show(lab.url + path, answer, without=(FEATURES,))
        allowed, tried = await features_of(browsing.page, lab.url + path)
    refused = {name for name, how in REFUSED_BY_POLICY.items() if tried[name] == how}
    return allowed - refused


def require_features_off(path: str, answer: httpx.Response) -> None:
    """Accept a page whose header switches off what the claim names."""
    said = {each.strip() for each in answer.headers.get(FEATURES, "").split(",")}
    on = ", ".join(name for name in sorted(NAMED) if f"{name}=()" not in said)
    require(not on, f"{path} does not switch off {on}")


async def features_of(page: Page, url: str) -> tuple[set[str], dict[str, str]]:
    """Return what the browser says *url* may use, and how trying some of it ended."""
    await page.goto(url)
    allowed = await page.evaluate("() => document.featurePolicy?.allowedFeatures()")
    require_provable(allowed is not None, "this browser does not tell its features")
    return {*allowed}, dict(await page.evaluate(TRY_FEATURES))


TRY_FEATURES = """async () => {
    const price = {label: "Nothing", amount: {currency: "EUR", value: "0"}};
    const uses = {
        geolocation: () => new Promise((found, failed) =>
            navigator.geolocation.getCurrentPosition(found, failed)),
        payment: () => new PaymentRequest(
            [{supportedMethods: "https://elsewhere.invalid/pay"}], {total: price}),
        usb: () => navigator.usb.getDevices(),
    };
    const tried = {};
    for (const [name, use] of Object.entries(uses)) {
        try { await use(); tried[name] = "used"; }
        catch (failed) { tried[name] = failed.name ?? String(failed.code); }
    }
    return tried;
}"""
