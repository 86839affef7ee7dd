"""How canaries move to another address, and back."""

import httpx

from strongroom.lab import (
    Guest,
    Lab,
    exercise,
    forget,
    guest,
    mailed_token,
    new_passer,
)

from . import events


ASK = "/api/v1/address-changes"
CONFIRM, UNDO = f"{ASK}/confirm", f"{ASK}/undo"


@exercise(f"POST {ASK}", action=events.ASK)
async def ask(lab: Lab) -> httpx.Response:
    """Ask for another address, and leave it at that."""
    email = new_passer("").email
    async with guest(lab) as somebody:
        answer = await wish(somebody, email)
    await forget(lab.inside, email)
    return answer


@exercise(f"POST {CONFIRM}", action=events.CHANGE)
async def confirm(lab: Lab) -> httpx.Response:
    """Move a passing canary to another address."""
    email = new_passer("").email
    async with guest(lab) as somebody:
        answer = await move(lab, somebody, email)
    await forget(lab.inside, email)
    return answer


@exercise(f"POST {UNDO}", action=events.UNDO)
async def undo(lab: Lab) -> httpx.Response:
    """Move a passing canary there and back."""
    email = new_passer("").email
    async with guest(lab) as somebody:
        await move(lab, somebody, email)
        token = await mailed_token(lab.inside, somebody.email)
        answer = await somebody.http.post(UNDO, json={"token": token})
    await forget(lab.inside, email)
    return answer


async def wish(somebody: Guest, email: str) -> httpx.Response:
    """Ask for another address."""
    form = {"email": email, "password": somebody.password}
    return await somebody.http.post(ASK, json=form)


async def move(lab: Lab, somebody: Guest, email: str) -> httpx.Response:
    """Ask for another address, and confirm it."""
    await wish(somebody, email)
    token = await mailed_token(lab.inside, email)
    return await somebody.http.post(CONFIRM, json={"token": token})
