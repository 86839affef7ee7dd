"""How canaries sign up, in, and change their passwords."""

import secrets

import httpx

from strongroom.lab import (
    Lab,
    exercise,
    forget,
    mailed_token,
    new_passer,
    sign_up as sign_passer_up,
)

from . import events


@exercise("POST /api/v1/accounts", action=events.SIGN_UP)
async def sign_up(lab: Lab) -> httpx.Response:
    """Sign up somebody new."""
    passer = new_passer(secrets.token_hex(16))
    try:
        return await sign_passer_up(lab.http, passer)
    finally:
        await forget(lab.inside, passer.email)


@exercise("POST /api/v1/accounts/verify", action=events.VERIFY)
async def verify(lab: Lab) -> httpx.Response:
    """Confirm the address of somebody new."""
    passer = new_passer(secrets.token_hex(16))
    try:
        await sign_passer_up(lab.http, passer)
        token = await mailed_token(lab.inside, passer.email)
        form = {"token": token, "password": passer.password}
        return await lab.http.post("/api/v1/accounts/verify", json=form)
    finally:
        await forget(lab.inside, passer.email)


@exercise("POST /api/v1/sessions", action=events.SIGN_IN)
async def sign_in(lab: Lab) -> httpx.Response:
    """Sign in, and out again."""
    viewer = (await lab.canary("a")).people["viewer"]
    form = {"email": viewer.email, "password": viewer.password}
    async with lab.stranger() as device:
        answer = await device.post("/api/v1/sessions", json=form)
        await device.delete("/api/v1/session")
    return answer


@exercise("PUT /api/v1/password", action=events.CHANGE_PASSWORD)
async def change_password(lab: Lab) -> httpx.Response:
    """Choose the password that it has, so that nothing needs to be undone."""
    viewer = (await lab.canary("b")).people["viewer"]
    form = {"current": viewer.password, "new": viewer.password}
    async with lab.signed_in("b", "viewer") as device:
        return await device.put("/api/v1/password", json=form)
