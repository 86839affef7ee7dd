"""How canaries define, change and delete a role, for the record."""

import httpx

from strongroom.kernel import new_id
from strongroom.lab import Lab, exercise

from . import events


ROLES = "/api/v1/roles"
READS = {"actions": ["audit.read"]}


async def defined(owner: httpx.AsyncClient) -> tuple[str, httpx.Response]:
    """Define a role of a new name; return the name and what was answered."""
    name = f"canary-{new_id().hex}"
    return name, await owner.post(ROLES, json={"name": name, **READS})


@exercise("POST /api/v1/roles", action=events.CREATE)
async def create(lab: Lab) -> httpx.Response:
    """Define a role, and leave none behind."""
    async with lab.signed_in("a", "owner") as owner:
        name, answer = await defined(owner)
        await owner.delete(f"{ROLES}/{name}")
        return answer


@exercise("PUT /api/v1/roles/{name}", action=events.CHANGE)
async def change(lab: Lab) -> httpx.Response:
    """Let a role read something else."""
    async with lab.signed_in("a", "owner") as owner:
        name, _ = await defined(owner)
        wanted = {"actions": ["integration.read"]}
        answer = await owner.put(f"{ROLES}/{name}", json=wanted)
        await owner.delete(f"{ROLES}/{name}")
        return answer


@exercise("POST /api/v1/roles/{name}/undo", action=events.CHANGE)
async def undo(lab: Lab) -> httpx.Response:
    """Take it back that a role reads something else."""
    async with lab.signed_in("a", "owner") as owner:
        name, _ = await defined(owner)
        await owner.put(f"{ROLES}/{name}", json={"actions": ["integration.read"]})
        answer = await owner.post(f"{ROLES}/{name}/undo")
        await owner.delete(f"{ROLES}/{name}")
        return answer


@exercise("DELETE /api/v1/roles/{name}", action=events.DELETE)
async def delete(lab: Lab) -> httpx.Response:
    """Delete a role that nobody has."""
    async with lab.signed_in("a", "owner") as owner:
        name, _ = await defined(owner)
        return await owner.delete(f"{ROLES}/{name}")
