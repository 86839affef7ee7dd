"""Service routes are for services: no user's credential passes there, nor the reverse.

A canary service signs a call, which is then altered, sent again, and left to grow old.
"""

import secrets
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import httpx
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from strongroom.kernel import new_id, utc_now
from strongroom.lab import (
    Evidence,
    Lab,
    Operation,
    Twin,
    Vantage,
    exercise,
    guest,
    proof,
    require,
    require_provable,
    sabotage,
)
from strongroom.sessions import COOKIE

from . import policy, store
from .policy import SERVICE_PATHS


INTROSPECT = "/api/v1/service/sessions/introspect"
SESSION = "/api/v1/session"
JSON = {"content-type": "application/json"}
BODY = b'{"token":"nobody"}'


@sabotage("signatures are not checked", tells="another key")
async def unsigned(twin: Twin) -> None:
    """Believe whoever names a service."""

    def nothing(*_: Any) -> None:
        return None

    twin.change(policy, "require_signed", nothing)


@sabotage("bodies are not compared", tells="altered body")
async def bodiless(twin: Twin) -> None:
    """Take the digest's word for the body."""

    def is_whole(_: Any) -> bool:
        return True

    twin.change(policy, "is_whole", is_whole)


@sabotage("nonces are not remembered", tells="sent again")
async def forgetful(twin: Twin) -> None:
    """Take every nonce for a new one."""

    async def claim_nonce(*_: Any) -> bool:
        return True

    twin.change(store, "claim_nonce", claim_nonce)


@sabotage("signatures stay good for ever", tells="an old one")
async def ageless(twin: Twin) -> None:
    """Take signatures of any age."""
    twin.change(policy, "WINDOW", timedelta(days=9999))


@sabotage("a user's credential passes for a service's", tells="a user's session passes")
async def for_users_too(twin: Twin) -> None:
    """Take whoever shows a cookie or a token for a service."""
    gate = twin.edge
    while not hasattr(gate, "_recognise"):
        gate = gate.app
    recognise = gate._recognise  # noqa: SLF001

    async def recognise_all(scope: Any, body: bytes) -> Any:
        shown = {name for name, _ in scope["headers"]} & {b"cookie", b"authorization"}
        return "a user" if shown else await recognise(scope, body)

    twin.change(gate, "_recognise", recognise_all)


@dataclass(frozen=True, slots=True)
class Canary:
    """A service, and whoever it speaks to."""

    http: httpx.AsyncClient
    url: str
    id: UUID
    key: Ed25519PrivateKey

    def headers(self, body: bytes = BODY, **changes: Any) -> dict[str, str]:
        """Return the headers of a signed call, but for *changes* in what is signed."""
        given: dict[str, Any] = {
            "method": "POST",
            "url": self.url + INTROSPECT,
            "now": utc_now(),
            "nonce": secrets.token_urlsafe(16),
            "key": self.key,
        } | changes
        key, method, url = (given.pop(each) for each in ("key", "method", "url"))
        return JSON | policy.sign_call(key, self.id, method, url, body, **given)

    async def call(
        self, headers: Mapping[str, str], body: bytes = BODY
    ) -> httpx.Response:
        """Send a call."""
        return await self.http.post(INTROSPECT, content=body, headers=dict(headers))


@proof(
    "edge.service-auth",
    vantage=Vantage.INSIDE,
    sabotages=[unsigned, bodiless, forgetful, ageless, for_users_too],
)
async def only_services_call_service_routes(lab: Lab) -> Evidence:
    """Call as a service, as a user, and as somebody who caught a call."""
    async with guest(lab) as owner, canary_service(lab) as service:
        token = owner.http.cookies.get(COOKIE) or ""
        body = f'{{"token":"{token}"}}'.encode()
        headers = service.headers(body)
        answer = await service.call(headers, body)
        works = f"a signed call answers {answer.status_code}"
        require_provable(answer.is_success and answer.json()["active"], works)
        named = answer.json()["account_id"] == str(owner.account_id)
        require(named, "the service is told of somebody else")
        require_refused(await service.call(headers, body), "a call sent again")
        tried = await require_forged_refused(service)
        routes = await service_routes(lab)
        tried += await require_users_refused(owner.http, service, token, routes)
    await require_stranger_on_user_route(lab, service)
    return Evidence(
        population=tried + 2,
        positive=works,
        observed={"calls refused": tried + 2, "service routes": len(routes)},
    )


async def require_forged_refused(service: Canary) -> int:
    """Send calls that somebody altered, or signed with something else."""
    other, past = Ed25519PrivateKey.generate(), utc_now() - timedelta(minutes=5)
    forged = {
        "another key": service.headers(key=other),
        "another method": service.headers(method="GET"),
        "another address": service.headers(url=f"{service.url}/api/v1/service/other"),
        "another host": service.headers(url=f"https://evil.example{INTROSPECT}"),
        "a query": service.headers(url=f"{service.url}{INTROSPECT}?a=b"),
        "an old one": service.headers(now=past),
        "one from the future": service.headers(now=_ahead()),
        "no signature": JSON,
        "an altered body": service.headers(b'{"token":"another"}'),
        "no digest": _without(service.headers(), "content-digest"),
        "no nonce": _altered(service.headers(), ';nonce="', ';none="'),
        "another algorithm": _altered(service.headers(), "ed25519", "hmac-sha256"),
        "less covered": _altered(service.headers(), ' "content-digest")', ")"),
        "an unknown service": _altered(
            service.headers(), str(service.id), str(new_id())
        ),
    }
    for what, headers in forged.items():
        require_refused(await service.call(headers), what)
    return len(forged)


async def service_routes(lab: Lab) -> list[Operation]:
    """Return every operation that is for services."""
    every = await lab.operations()
    found = [each for each in every if each.path.startswith(SERVICE_PATHS)]
    require_provable(found, "the description lists no service route")
    return found


async def require_users_refused(
    user: httpx.AsyncClient, service: Canary, token: str, routes: list[Operation]
) -> int:
    """Send a user's credentials, on every route, and beside a signature."""
    cookie, bearer = {"cookie": f"{COOKIE}={token}"}, await access_token(user)
    by_bearer = {"authorization": f"Bearer {bearer}"}
    alone = {"a user's session": cookie, "a user's token": by_bearer}
    beside = {
        "a session beside a signature": service.headers() | cookie,
        "a token beside a signature": service.headers() | by_bearer,
    }
    for route in routes:
        for what, headers in alone.items():
            answer = await service.http.request(
                route.method, route.address(), content=BODY, headers=JSON | headers
            )
            require_refused(answer, what)
    for what, headers in beside.items():
        require_refused(await service.call(headers), what)
    return len(alone) * len(routes) + len(beside)


async def require_stranger_on_user_route(lab: Lab, service: Canary) -> None:
    """Sign a call to a route of users; nobody is signed in there."""
    url = lab.url + SESSION
    headers = service.headers(b"", method="GET", url=url)
    answer = await lab.http.get(SESSION, headers=headers)
    require(answer.status_code == httpx.codes.UNAUTHORIZED, "a service acts as a user")


async def access_token(user: httpx.AsyncClient) -> str:
    """Return an app's access token of *user*."""
    wanted = {"name": "canary", "scopes": ["organization.read"]}
    answer = await user.post("/api/v1/tokens", json=wanted)
    require_provable(answer.is_success, "no app can be connected")
    return str(answer.json()["access_token"])


def require_refused(answer: httpx.Response, what: str) -> None:
    """Insist that a call was refused as no service's."""
    told = answer.status_code == httpx.codes.UNAUTHORIZED
    require(told, f"{what} passes as a service's call: {answer.status_code}")


@asynccontextmanager
async def canary_service(lab: Lab) -> AsyncIterator[Canary]:
    """Lend a service that is known for the time of a proof."""
    service_id, key = new_id(), Ed25519PrivateKey.generate()
    public = key.public_key().public_bytes_raw()
    async with lab.inside.database() as database, lab.stranger() as http:
        await database.execute(
            "insert into strongroom.services (id, name, public_key)"
            " values ($1, $2, $3)",
            service_id,
            f"canary {service_id.hex}",
            public,
        )
        try:
            yield Canary(http, lab.url, service_id, key)
        finally:
            await database.execute(
                "delete from strongroom.services where id = $1", service_id
            )


@exercise("POST /api/v1/service/sessions/introspect", action="service.introspect")
async def introspect(lab: Lab) -> httpx.Response:
    """Ask of a credential that is nobody's."""
    async with canary_service(lab) as service:
        return await service.call(service.headers())


def _ahead() -> datetime:
    return utc_now() + timedelta(minutes=5)


def _without(headers: dict[str, str], name: str) -> dict[str, str]:
    return {each: value for each, value in headers.items() if each != name}


def _altered(headers: dict[str, str], old: str, new: str) -> dict[str, str]:
    name = "signature-input"
    return headers | {name: headers[name].replace(old, new)}
