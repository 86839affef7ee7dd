"""How a canary handles API keys."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx

from strongroom.kernel import new_id
from strongroom.lab import Lab, exercise, require_provable


KEYS = "/api/v1/api-keys"


async def post_key(maker: httpx.AsyncClient) -> httpx.Response:
    """Ask for a key that may read the organization."""
    name = f"canary {new_id().hex}"
    return await maker.post(KEYS, json={"name": name, "scopes": ["organization.read"]})


@asynccontextmanager
async def key(lab: Lab) -> AsyncIterator[tuple[httpx.AsyncClient, str]]:
    """Lend a member and the address of a key of theirs, revoked afterwards."""
    async with lab.signed_in("a", "member") as maker:
        answer = await post_key(maker)
        require_provable(answer.is_success, f"{KEYS} answers {answer.status_code}")
        address = f"{KEYS}/{answer.json()['id']}"
        try:
            yield maker, address
        finally:
            await maker.delete(address)


@exercise("POST /api/v1/api-keys", action="api-key.create")
async def create(lab: Lab) -> httpx.Response:
    """Make a key, and leave none behind."""
    async with lab.signed_in("a", "member") as maker:
        answer = await post_key(maker)
        if answer.is_success:
            await maker.delete(f"{KEYS}/{answer.json()['id']}")
    return answer


@exercise("DELETE /api/v1/api-keys/{key_id}", action="api-key.revoke")
async def revoke(lab: Lab) -> httpx.Response:
    """Revoke a key."""
    async with key(lab) as (maker, address):
        return await maker.delete(address)
