"""How a canary connects an app, refreshes its tokens, and disconnects it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx

from strongroom.lab import Lab, exercise, require_provable


TOKENS = "/api/v1/tokens"


async def connect_app(maker: httpx.AsyncClient, *scopes: str) -> httpx.Response:
    """Connect an app that may do *scopes*."""
    return await maker.post(TOKENS, json={"name": "canary", "scopes": [*scopes]})


@asynccontextmanager
async def app_of(lab: Lab) -> AsyncIterator[tuple[httpx.AsyncClient, dict[str, str]]]:
    """Lend a member and the tokens of an app of theirs, gone with their session."""
    async with lab.signed_in("a", "member") as maker:
        answer = await connect_app(maker, "organization.read")
        require_provable(answer.is_success, f"{TOKENS} answers {answer.status_code}")
        yield maker, answer.json()


@exercise("POST /api/v1/tokens", action="token.create")
async def connect(lab: Lab) -> httpx.Response:
    """Connect an app, which goes with its session."""
    async with lab.signed_in("a", "member") as maker:
        return await connect_app(maker, "organization.read")


@exercise("POST /api/v1/tokens/refresh", action="token.refresh")
async def refresh(lab: Lab) -> httpx.Response:
    """Take an app's next tokens."""
    async with app_of(lab) as (_, made), lab.stranger() as app:
        body = {"refresh_token": made["refresh_token"]}
        return await app.post(f"{TOKENS}/refresh", json=body)


@exercise("DELETE /api/v1/tokens/{pair_id}", action="token.revoke")
async def disconnect(lab: Lab) -> httpx.Response:
    """Disconnect an app."""
    async with app_of(lab) as (maker, made):
        return await maker.delete(f"{TOKENS}/{made['id']}")
