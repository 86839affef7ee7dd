"""Tokens of apps are short, work once where they must, and reach what they may.

A guest connects an app. The app is attacked with forged tokens, its refresh token is
raced for and stolen, and its session is signed out.
"""

import asyncio
from collections.abc import Mapping
from contextlib import AsyncExitStack
from dataclasses import replace
from typing import Any

import httpx
import msgspec
from joserfc import jws

from strongroom.kernel import utc_now
from strongroom.lab import (
    Evidence,
    Guest,
    Lab,
    Twin,
    Vantage,
    guest,
    proof,
    require,
    require_provable,
    sabotage,
)
from strongroom.tokens import ApiKeys

from . import policy, store
from .models import Turn
from .proofs_exercises import TOKENS, connect_app
from .proofs_forgeries import Forger
from .service import TokenPairs
from .settings import LONGEST_ACCESS


SESSION, SESSIONS, KEYS = "/api/v1/session", "/api/v1/sessions", "/api/v1/api-keys"
JWKS = "/.well-known/jwks.json"
RACERS = 12

Made = Mapping[str, str]
"""Tokens as they were answered."""


@sabotage("signatures are not checked", tells="no signature")
async def unsigned(twin: Twin) -> None:
    """Believe whatever a token says."""

    def nothing(*_: Any, **__: Any) -> None:
        return None

    twin.change(jws, "deserialize_compact", nothing)


@sabotage("a header may say anything", tells="typ JWT")
async def credulous(twin: Twin) -> None:
    """Pass over what is unknown."""

    class Header(msgspec.Struct, frozen=True):
        alg: str
        typ: str
        kid: str

    twin.change(policy, "Header", Header)


@sabotage("the end of a token is not looked at", tells="expired")
async def endless(twin: Twin) -> None:
    """Take tokens of any age."""

    def nothing(*_: Any) -> None:
        return None

    twin.change(policy, "_require_now", nothing)


@sabotage("a used refresh token is forgiven", tells="used refresh token")
async def forgiving(twin: Twin) -> None:
    """Take every old refresh token for a lost answer."""
    state = store.state

    async def forgive(tx: Any, pair_id: Any, grace: Any) -> Any:
        found = await state(tx, pair_id, grace)
        return found._replace(lately=True) if found else None

    twin.change(store, "state", forgive)


@sabotage("for whom a token acts is remembered", tells="signed out")
async def forgetless(twin: Twin) -> None:
    """Keep what a look-up has said once."""
    find, known = TokenPairs.find, dict[str, Any]()

    async def find_once(self: TokenPairs, token: str) -> Any:
        found = await find(self, token)
        return known.setdefault(token, found) if found else known.get(token)

    twin.change(TokenPairs, "find", find_once)


@sabotage("an API key's scopes are ignored", tells="outside its scopes")
async def boundless(twin: Twin) -> None:
    """Let keys do all that their makers may."""
    find = ApiKeys.find

    async def find_wide(self: ApiKeys, token: str) -> Any:
        found = await find(self, token)
        return replace(found, scopes=None) if found else None

    twin.change(ApiKeys, "find", find_wide)


@proof(
    "api.tokens",
    vantage=Vantage.INSIDE,
    sabotages=[unsigned, credulous, endless, forgiving, forgetless, boundless],
)
async def tokens_are_short_and_used_once(lab: Lab) -> Evidence:
    """Forge, race, steal, and sign out."""
    async with guest(lab) as owner, lab.stranger() as app:
        made = await connected(owner.http)
        works = await ask(app, owner, made["access_token"])
        said = f"an app's first call answers {works.status_code}"
        require_provable(works.is_success, said)
        await require_short(lab, made)
        forged = await require_forgeries_refused(lab, owner, app, made)
        await require_scopes(owner, app, made)
        await require_gone_after_sign_out(lab, owner)
        await require_used_once(lab, owner, app, made)
    return Evidence(
        population=forged + RACERS,
        positive=said,
        observed={"forged tokens refused": forged, "uses at one moment": RACERS},
    )


async def connected(maker: httpx.AsyncClient) -> Made:
    """Return the tokens of an app just connected."""
    answer = await connect_app(maker, "organization.read")
    require_provable(answer.is_success, f"{TOKENS} answers {answer.status_code}")
    made: Made = answer.json()
    return made


async def ask(
    app: httpx.AsyncClient, owner: Guest, bearer: str, method: str = "GET"
) -> httpx.Response:
    """Read, or try to rename, the owner's organization by a bearer."""
    path, where = "/api/v1/organizations", str(owner.organization_id)
    headers = {"authorization": f"Bearer {bearer}", "x-organization-id": where}
    body = {"name": "taken over"} if method == "PATCH" else None
    return await app.request(method, f"{path}/{where}", headers=headers, json=body)


async def require_short(lab: Lab, made: Made) -> None:
    """Read the token as any other service would, and count its seconds."""
    header, payload, _ = made["access_token"].split(".")
    says, lasts = policy.members_of(payload), LONGEST_ACCESS.total_seconds()
    seconds = says["exp"] - says["iat"]
    require(0 < seconds <= lasts, f"an access token lives for {seconds} s")
    published = (await lab.http.get(JWKS)).json()["keys"]
    known = {each["kid"] for each in published if "d" not in each}
    require(policy.members_of(header)["kid"] in known, "its key is not published")


async def require_forgeries_refused(
    lab: Lab, owner: Guest, app: httpx.AsyncClient, made: Made
) -> int:
    """Send every forgery; return how many were refused."""
    issuer = policy.Issuer(lab.inside.keys, policy_url(made), await turns_of(lab))
    other = await lab.canary("b")
    someone = str(next(iter(other.people.values())).account_id)
    genuine = made["access_token"]
    forger = Forger(issuer, genuine, utc_now(), str(other.id), someone)
    again = await ask(app, owner, forger.said())
    require_provable(again.is_success, "what the forger signs is never believed")
    forged = forger.all()
    for what, token in forged.items():
        answer = await ask(app, owner, token)
        require(code_of(answer) == "invalid-token", f"a forged token passes: {what}")
    return len(forged)


async def turns_of(lab: Lab) -> list[Turn]:
    """Return which keys followed by hand here."""
    async with lab.inside.database() as database:
        rows = await database.fetch(
            "select salt, signs_from from strongroom.token_signing_keys"
            " order by signs_from"
        )
    return [Turn(**row) for row in rows]


def policy_url(made: Made) -> str:
    """Return the issuer that a token names."""
    return str(policy.members_of(made["access_token"].split(".")[1])["iss"])


async def require_scopes(owner: Guest, app: httpx.AsyncClient, made: Made) -> None:
    """Try with an app's token, and with an API key, what is in no scope of theirs."""
    wanted = {"name": "canary", "scopes": ["organization.read"], "days": 1}
    key = (await owner.http.post(KEYS, json=wanted)).json()["key"]
    reads = await ask(app, owner, key)
    require_provable(reads.is_success, f"a key's call answers {reads.status_code}")
    for what, bearer in (("an app", made["access_token"]), ("a key", key)):
        answer = await ask(app, owner, bearer, "PATCH")
        require(code_of(answer) == "scope-missing", f"{what} acts outside its scopes")


async def require_gone_after_sign_out(lab: Lab, owner: Guest) -> None:
    """Connect an app by a second device, and sign that out."""
    async with lab.stranger() as device, lab.stranger() as app:
        identity = {"email": owner.email, "password": owner.password}
        await device.post(SESSIONS, json=identity)
        made = await connected(device)
        before = await ask(app, owner, made["access_token"])
        require_provable(before.is_success, "a second app does not work")
        await device.delete(SESSION)
        answer = await ask(app, owner, made["access_token"])
        code = code_of(answer)
        require(code == "invalid-token", f"a token of a signed out session: {code}")
        code = code_of(await refreshed(app, made["refresh_token"]))
        require(code == "refresh-token-invalid", f"its refresh token: {code}")


async def require_used_once(
    lab: Lab, owner: Guest, app: httpx.AsyncClient, made: Made
) -> None:
    """Race for the next token; after the grace, show the used one again."""
    used = made["refresh_token"]
    async with AsyncExitStack() as opened:
        clients = [await opened.enter_async_context(lab.stranger()) for _ in range(3)]
        turns = (refreshed(clients[turn % 3], used) for turn in range(RACERS))
        answers = await asyncio.gather(*turns)
    nexts = {each.json().get("refresh_token") for each in answers}
    require(None not in nexts, "an answer that was lost is not given again")
    require(len(nexts) == 1, f"one refresh token had {len(nexts)} successors")
    newest = str(nexts.pop())
    await age(lab, made["id"])
    code = code_of(await refreshed(app, used))
    require(code == "refresh-token-reused", f"a used refresh token: {code}")
    code = code_of(await refreshed(app, newest))
    require(code == "refresh-token-invalid", f"its successor, after a reuse: {code}")
    code = code_of(await ask(app, owner, made["access_token"]))
    require(code == "invalid-token", f"its access token, after a reuse: {code}")
    code = code_of(await owner.http.get(SESSION))
    require(code == "unauthenticated", f"its session, after a reuse: {code}")


async def refreshed(app: httpx.AsyncClient, token: str) -> httpx.Response:
    """Show a refresh token."""
    return await app.post(f"{TOKENS}/refresh", json={"refresh_token": token})


async def age(lab: Lab, pair_id: str) -> None:
    """Move a pair's last rotation a minute back."""
    async with lab.inside.database() as database:
        await database.execute(
            "update strongroom.token_pairs set rotated_at = now() - interval '1 minute'"
            " where id = $1::text::uuid",
            pair_id,
        )


def code_of(answer: httpx.Response) -> str:
    """Return how a call was refused, or that it was not."""
    told = answer.json() if "json" in answer.headers.get("content-type", "") else {}
    kind = told.get("type", "accepted") if answer.is_error else "accepted"
    return str(kind).rsplit("/", 1)[-1]
