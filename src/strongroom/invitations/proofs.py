"""How canaries invite, and join by invitation."""

import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx

from strongroom.lab import (
    Lab,
    exercise,
    forget,
    mailed_token,
    new_passer,
    require_provable,
)

from . import events


INVITATIONS = "/api/v1/invitations"


@asynccontextmanager
async def invited(lab: Lab) -> AsyncIterator[tuple[httpx.AsyncClient, httpx.Response]]:
    """Lend an admin who has invited somebody new, and the answer to that."""
    passer = new_passer("")
    async with lab.signed_in("a", "admin") as admin:
        wanted = {"email": passer.email, "role": "viewer"}
        answer = await admin.post(INVITATIONS, json=wanted)
        require_provable(answer.is_success, f"inviting answers {answer.status_code}")
        try:
            yield admin, answer
        finally:
            async with lab.inside.database() as database:
                for table, column in (("invitations", "email"), ("mails", "recipient")):
                    # lint: sql-format, because both names stand just above.
                    query = f"delete from strongroom.{table} where {column} = $1"
                    await database.execute(query, passer.email)


@exercise("POST /api/v1/invitations", action=events.CREATE)
async def create(lab: Lab) -> httpx.Response:
    """Invite somebody."""
    async with invited(lab) as (_, answer):
        return answer


@exercise("POST /api/v1/invitations/{invitation_id}/resend", action=events.RESEND)
async def resend(lab: Lab) -> httpx.Response:
    """Invite somebody again."""
    async with invited(lab) as (admin, answer):
        return await admin.post(f"{INVITATIONS}/{answer.json()['id']}/resend")


@exercise("DELETE /api/v1/invitations/{invitation_id}", action=events.REVOKE)
async def revoke(lab: Lab) -> httpx.Response:
    """Take an invitation back."""
    async with invited(lab) as (admin, answer):
        return await admin.delete(f"{INVITATIONS}/{answer.json()['id']}")


@exercise("POST /api/v1/invitations/accept", action=events.ACCEPT)
async def accept(lab: Lab) -> httpx.Response:
    """Join as somebody new, and be gone again."""
    async with invited(lab) as (_, answer), lab.stranger() as newcomer:
        email = answer.json()["email"]
        token = await mailed_token(lab.inside, email)
        form = {"token": token, "password": secrets.token_hex(16)}
        try:
            return await newcomer.post(f"{INVITATIONS}/accept", json=form)
        finally:
            async with lab.inside.database() as database:
                await database.execute(  # Or forgetting would take the canary along.
                    "delete from strongroom.memberships m using strongroom.accounts a"
                    " where a.id = m.account_id and a.email = $1",
                    email,
                )
            await forget(lab.inside, email)
