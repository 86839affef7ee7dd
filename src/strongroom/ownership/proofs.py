"""How canaries hand an organization over."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx

from strongroom.lab import Guest, Lab, exercise, guest, require_provable

from . import events


OWNERSHIP = "/api/v1/ownership"


@asynccontextmanager
async def offered(
    lab: Lab,
) -> AsyncIterator[tuple[Guest, httpx.AsyncClient, httpx.Response]]:
    """Lend an owner, a member who is offered the ownership, and the answer to that."""
    async with guest(lab) as owner, guest(lab) as member:
        async with lab.inside.database() as database:
            await database.execute(
                "insert into strongroom.memberships (organization_id, account_id, role)"
                " values ($1, $2, 'member')",
                owner.organization_id,
                member.account_id,
            )
        there = {"organization_id": str(owner.organization_id)}
        await member.http.post("/api/v1/session/organization", json=there)
        wanted = {"account_id": str(member.account_id), "password": owner.password}
        answer = await owner.http.post(OWNERSHIP, json=wanted)
        require_provable(answer.is_success, f"offering answers {answer.status_code}")
        yield owner, member.http, answer


@exercise("POST /api/v1/ownership", action=events.OFFER)
async def offer(lab: Lab) -> httpx.Response:
    """Offer the ownership."""
    async with offered(lab) as (_, _, answer):
        return answer


@exercise("DELETE /api/v1/ownership", action=events.WITHDRAW)
async def withdraw(lab: Lab) -> httpx.Response:
    """Take the offer back."""
    async with offered(lab) as (owner, _, _):
        return await owner.http.delete(OWNERSHIP)


@exercise("POST /api/v1/ownership/accept", action=events.ACCEPT)
async def accept(lab: Lab) -> httpx.Response:
    """Own it."""
    async with offered(lab) as (_, member, _):
        return await member.post(f"{OWNERSHIP}/accept")


@exercise("POST /api/v1/ownership/decline", action=events.DECLINE)
async def decline(lab: Lab) -> httpx.Response:
    """Leave it where it is."""
    async with offered(lab) as (_, member, _):
        return await member.post(f"{OWNERSHIP}/decline")
