"""How canaries perform each operation on integrations, and leave nothing behind."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx

from strongroom.lab import Lab, exercise

from .proofs import ADDRESS, MIRRORED, forget, form_for, kept, new_secret, use_of


@asynccontextmanager
async def ours(lab: Lab) -> AsyncIterator[tuple[httpx.AsyncClient, str]]:
    """Lend an administrator, and the address of a credential for the mirror."""
    async with lab.signed_in("a", "admin") as admin, kept(lab, admin) as one:
        yield admin, f"{ADDRESS}/{one}"


@exercise(f"POST {ADDRESS}", action="integration.create")
async def create(lab: Lab) -> httpx.Response:
    """Keep a credential, and leave none behind."""
    async with lab.signed_in("a", "admin") as admin:
        answer = await admin.post(ADDRESS, json=form_for(lab, new_secret()))
        if answer.is_success:
            await forget(lab, answer.json()["id"])
    return answer


@exercise(f"PATCH {ADDRESS}/{{integration_id}}", action="integration.change")
async def change(lab: Lab) -> httpx.Response:
    """Give a credential another name."""
    async with ours(lab) as (admin, address):
        fields = form_for(lab, "")["fields"]
        return await admin.patch(address, json={"name": "renamed", "fields": fields})


@exercise(f"POST {ADDRESS}/{{integration_id}}/rotate", action="integration.rotate")
async def rotate(lab: Lab) -> httpx.Response:
    """Replace a secret."""
    async with ours(lab) as (admin, address):
        return await admin.post(f"{address}/rotate", json={"secret": new_secret()})


@exercise(f"POST {ADDRESS}/{{integration_id}}/test", action="integration.test")
async def test(lab: Lab) -> httpx.Response:
    """Try a connection."""
    async with ours(lab) as (admin, address):
        return await admin.post(f"{address}/test")


@exercise(f"POST {ADDRESS}/{{integration_id}}/use", action="integration.use")
async def use(lab: Lab) -> httpx.Response:
    """Ask the mirror with a credential."""
    async with ours(lab) as (admin, address):
        return await admin.post(f"{address}/use", json=use_of(MIRRORED))


@exercise(f"POST {ADDRESS}/{{integration_id}}/reveal", action="integration.reveal")
async def reveal(lab: Lab) -> httpx.Response:
    """Read a secret back."""
    password = (await lab.canary("a")).people["admin"].password
    async with ours(lab) as (admin, address):
        return await admin.post(f"{address}/reveal", json={"password": password})


@exercise(f"DELETE {ADDRESS}/{{integration_id}}", action="integration.delete")
async def delete(lab: Lab) -> httpx.Response:
    """Delete a credential."""
    async with ours(lab) as (admin, address):
        return await admin.delete(address)


@exercise(f"POST {ADDRESS}/{{integration_id}}/restore", action="integration.restore")
async def restore(lab: Lab) -> httpx.Response:
    """Undo a deletion."""
    async with ours(lab) as (admin, address):
        await admin.delete(address)
        return await admin.post(f"{address}/restore")
