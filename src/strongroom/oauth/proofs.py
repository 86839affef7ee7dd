"""Whoever comes by a provider is who it says, and nothing less is taken.

Canaries come by the house's own provider, over the network and through the one gate, as
by any other. The prover holds its key, so it can have it say every wrong thing.
"""

import html
import json
import re
import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx

from strongroom.crypto import from_base64url, to_base64url
from strongroom.lab import (
    Evidence,
    Lab,
    Twin,
    Vantage,
    forget,
    new_passer,
    proof,
    require,
    require_provable,
    sabotage,
)
from strongroom.oidc import (
    CLIENT_ID,
    CanaryProvider,
    Flow,
    challenge_of,
    flow,
    id_token,
)

from . import policy, service


WAY = f"/sign-in/with/{policy.CANARY}"
BACK = f"{WAY}/return"
NAME_PAGE = "/sign-in/organization"
FORM = {"sec-fetch-site": "same-origin", "accept": "text/html"}

_LINK = re.compile(r'href="(https://[^"]*/oauth/canary/authorize\?[^"]*)"')


@sabotage("the state is not looked at", tells="another state")
async def no_state(twin: Twin) -> None:
    """Take whatever comes back for an answer to this browser."""
    twin.change(Flow, "require_state", lambda *_: None)


@sabotage("the nonce is not looked at", tells="another nonce")
async def no_nonce(twin: Twin) -> None:
    """Take a token that was made for another sign-in."""
    twin.change(id_token, "require_nonce", lambda *_: None)


@sabotage("the issuer is not looked at", tells="another issuer")
async def no_issuer(twin: Twin) -> None:
    """Take a token of whoever signs."""
    twin.change(id_token, "require_issuer", lambda *_: None)


@sabotage("the signature is not looked at", tells="a token that nobody signed")
async def no_signature(twin: Twin) -> None:
    """Read what an ID token says, whoever wrote it."""
    twin.change(id_token, "jwt", Gullible)


@sabotage("the answer may be another provider's", tells="another provider's answer")
async def mixed_up(twin: Twin) -> None:
    """Look at no iss parameter (RFC 9207)."""
    twin.change(service, "require_issuer_of_answer", lambda *_: None)


@sabotage("codes travel without PKCE", tells="without PKCE")
async def no_pkce(twin: Twin) -> None:
    """Ask for a code that whoever sees it can exchange."""
    twin.change(flow, "challenge_of", lambda _: "")


@sabotage("an unverified address is taken", tells="an unverified address")
async def trusting(twin: Twin) -> None:
    """Believe an address that the provider has not verified."""
    twin.change(policy, "require_vouched", lambda *_: None)


@sabotage("an address is taken for an identity", tells="an address for an identity")
async def by_address(twin: Twin) -> None:
    """Find the account by what the provider says its address is."""

    async def account_of_address(self: Any, identity: Any) -> Any:
        return await self._parts.accounts.find(identity.email)

    twin.change(service.OAuth, "_account_of", account_of_address)


class Gullible:
    """Reads a token as some libraries did: by its own word on how it is signed."""

    @staticmethod
    def decode(token: str, *_: object, **__: object) -> SimpleNamespace:
        """Return the claims, whatever stands behind them."""
        return SimpleNamespace(claims=json.loads(from_base64url(token.split(".")[1])))


@dataclass(frozen=True, slots=True)
class Lie:
    """One thing that a provider, or whoever stands between, says wrong."""

    what: str
    claims: Mapping[str, Any] | None = None
    """What the ID token says otherwise."""

    back: Mapping[str, str] | None = None
    """What the browser brings back otherwise."""

    challenge: str | None = None
    """The PKCE challenge of another way."""

    forge: Callable[[str], str] = str
    """What is made of the ID token on its way."""


def unsigned(token: str) -> str:
    """Return the same claims under ``none``, by which nobody signs (RFC 7519 §6)."""
    header = to_base64url(b'{"alg": "none"}')
    return f"{header}.{token.split('.')[1]}."


def signed_by_another(token: str) -> str:
    """Return the same claims under the same key's name, and a signature of nobody."""
    header, claims, _ = token.split(".")
    return f"{header}.{claims}.{to_base64url(secrets.token_bytes(64))}"


ELSEWHERE = "https://elsewhere.invalid"

LIES = (
    Lie("another state", back={"state": "of another browser"}),
    Lie("another provider's answer", back={"iss": ELSEWHERE}),
    Lie("no word of whose answer it is", back={"iss": ""}),
    Lie("another nonce", {"nonce": "of another sign-in"}),
    Lie("another issuer", {"iss": ELSEWHERE}),
    Lie("another audience", {"aud": "another client"}),
    Lie("an audience among others", {"aud": [CLIENT_ID, "another client"]}),
    Lie("a token that has ended", {"exp": 1}),
    Lie("a token of another day", {"iat": 1}),
    Lie("a code of another PKCE verifier", challenge=challenge_of("of another")),
    Lie("a token that nobody signed", forge=unsigned),
    Lie("a token that another signed", forge=signed_by_another),
    Lie("an unverified address", {"email_verified": False}),
    Lie("a refusal", back={"error": "access_denied", "code": ""}),
)


@proof(
    "oauth.sign-in",
    vantage=Vantage.INSIDE,
    sabotages=[
        no_state,
        no_nonce,
        no_issuer,
        no_signature,
        mixed_up,
        no_pkce,
        trusting,
        by_address,
    ],
)
async def whoever_comes_is_who_the_provider_says(lab: Lab) -> Evidence:
    """Come by a provider that lies in every way, then by one that does not."""
    provider = policy.canary_of(lab.inside.keys, lab.url)
    person, moved = new_passer(""), new_passer("")
    try:
        for lie in LIES:
            told = f"{lie.what} is taken"
            require(not await lets_in(lab, provider, person.email, lie), told)
        subject = secrets.token_hex(16)
        await sign_up(lab, provider, person.email, subject)
        await require_known_by_subject(lab, provider, subject, moved.email)
        told = "an address for an identity is taken"
        require(not await lets_in(lab, provider, person.email), told)
    finally:
        await forget(lab.inside, person.email)
        await forget(lab.inside, moved.email)
    return Evidence(
        population=len(LIES) + 1,
        positive="an honest answer signed a new person up, and in again",
        observed={"refused": [each.what for each in LIES]},
    )


async def lets_in(
    lab: Lab, provider: CanaryProvider, email: str, lie: Lie | None = None
) -> bool:
    """Say whether somebody unknown gets further, whose provider tells a *lie*."""
    async with lab.stranger() as browser:
        claims = {"sub": secrets.token_hex(16), "email": email}
        answer = await come(browser, provider, claims, lie)
        return answer.status_code == httpx.codes.SEE_OTHER


async def sign_up(lab: Lab, provider: CanaryProvider, email: str, subject: str) -> None:
    """Come as somebody new, name an organization, and be in; then replay the way."""
    async with lab.stranger() as browser:
        answer = await come(browser, provider, {"sub": subject, "email": email})
        further = answer.headers.get("location") == NAME_PAGE
        told = f"an honest answer is answered by {answer.status_code}"
        require_provable(further, told)
        require(not await is_in(browser), "somebody without an account is in")
        again = await browser.get(str(answer.request.url), headers=FORM)
        require(again.status_code != httpx.codes.SEE_OTHER, "one answer works twice")
        name = {"organization": "Canary by provider"}
        made = await browser.post(NAME_PAGE, data=name, headers=FORM)
        told = f"signing up by a provider answers {made.status_code}"
        require_provable(await is_in(browser), told)
        await browser.delete("/api/v1/session")


async def require_known_by_subject(
    lab: Lab, provider: CanaryProvider, subject: str, email: str
) -> None:
    """Come again as who one is, by another address, and be in."""
    async with lab.stranger() as browser:
        await come(browser, provider, {"sub": subject, "email": email})
        require(await is_in(browser), "who moved to an address for an identity is out")
        await browser.delete("/api/v1/session")


async def come(
    browser: httpx.AsyncClient,
    provider: CanaryProvider,
    person: Mapping[str, Any],
    lie: Lie | None = None,
) -> httpx.Response:
    """Go to the provider as *browser*, and come back as *person*."""
    lie = lie or Lie("nothing")
    asked = await begin(browser)
    now = int(time.time())
    claims: dict[str, Any] = {"iss": provider.issuer, "aud": CLIENT_ID}
    claims |= {
        "nonce": asked["nonce"],
        "iat": now,
        "exp": now + 60,
        "email_verified": True,
    }
    token = lie.forge(provider.sign({**claims, **person, **(lie.claims or {})}))
    challenge = lie.challenge or asked["code_challenge"]
    code = provider.code(token, challenge, asked["redirect_uri"])
    back = {"code": code, "state": asked["state"], "iss": provider.issuer}
    return await browser.get(BACK, params={**back, **(lie.back or {})}, headers=FORM)


async def begin(browser: httpx.AsyncClient) -> dict[str, str]:
    """Begin a way, and return what the provider is asked."""
    page = await browser.post(WAY, data={"next": ""}, headers=FORM)
    found = _LINK.search(page.text)
    require_provable(found, f"{WAY} answers {page.status_code}")
    address = html.unescape(found[1]) if found else ""
    asked = dict(parse_qsl(urlsplit(address).query))
    method, sent = asked.get("code_challenge_method"), asked.get("code_challenge")
    require(sent and method == "S256", "a code is asked for without PKCE")
    return asked


async def is_in(browser: httpx.AsyncClient) -> bool:
    """Say whether the browser's session is good at this moment."""
    return (await browser.get("/api/v1/session")).is_success
