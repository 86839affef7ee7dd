"""How a canary handles log streams. They lead to a name that cannot exist."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx

from strongroom.kernel import new_id
from strongroom.lab import Lab, exercise, require_provable


STREAMS = "/api/v1/log-streams"


async def post_stream(admin: httpx.AsyncClient) -> httpx.Response:
    """Ask for a stream to nowhere (RFC 6761 §6.4)."""
    form = {"name": f"canary {new_id().hex}", "target": "https://canary.invalid/audit"}
    return await admin.post(STREAMS, json=form)


@asynccontextmanager
async def stream(lab: Lab) -> AsyncIterator[tuple[httpx.AsyncClient, str]]:
    """Lend an administrator and the address of a stream, deleted afterwards."""
    async with lab.signed_in("a", "admin") as admin:
        answer = await post_stream(admin)
        require_provable(answer.is_success, f"{STREAMS} answers {answer.status_code}")
        address = f"{STREAMS}/{answer.json()['id']}"
        try:
            yield admin, address
        finally:
            await admin.delete(address)


@exercise("POST /api/v1/log-streams", action="log-stream.create")
async def create(lab: Lab) -> httpx.Response:
    """Make a stream, and leave none behind."""
    async with lab.signed_in("a", "admin") as admin:
        answer = await post_stream(admin)
        if answer.is_success:
            await admin.delete(f"{STREAMS}/{answer.json()['id']}")
    return answer


@exercise("PATCH /api/v1/log-streams/{stream_id}", action="log-stream.change")
async def change(lab: Lab) -> httpx.Response:
    """Pause a stream."""
    async with stream(lab) as (admin, address):
        return await admin.patch(address, json={"paused": True})


@exercise("POST /api/v1/log-streams/{stream_id}/test", action="log-stream.test")
async def test(lab: Lab) -> httpx.Response:
    """Try a stream; that it leads nowhere is the answer."""
    async with stream(lab) as (admin, address):
        return await admin.post(f"{address}/test")


@exercise("POST /api/v1/log-streams/{stream_id}/secret", action="log-stream.rotate")
async def rotate(lab: Lab) -> httpx.Response:
    """Replace a signing secret."""
    async with stream(lab) as (admin, address):
        return await admin.post(f"{address}/secret")


@exercise("DELETE /api/v1/log-streams/{stream_id}", action="log-stream.delete")
async def delete(lab: Lab) -> httpx.Response:
    """Delete a stream that was made for this alone."""
    async with lab.signed_in("a", "admin") as admin:
        made = (await post_stream(admin)).json()
        return await admin.delete(f"{STREAMS}/{made['id']}")
