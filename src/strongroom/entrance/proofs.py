"""How a canary shows a second factor."""

import httpx

from strongroom.lab import (
    Lab,
    asked_for_passkey,
    begin_with_app,
    exercise,
    guest,
    make_passkey,
    sign_in_by_passkey,
    turn_on_app,
)

from . import events


@exercise("POST /api/v1/sessions/second-factor", action=events.FINISH)
async def finish(lab: Lab) -> httpx.Response:
    """Sign in by two factors."""
    async with guest(lab) as somebody, lab.stranger() as device:
        app = await begin_with_app(somebody.http, somebody.password)
        await turn_on_app(somebody.http, app)
        form = {"email": somebody.email, "password": somebody.password}
        await device.post("/api/v1/sessions", json=form)
        code = {"code": await app.next_code()}
        return await device.post("/api/v1/sessions/second-factor", json=code)


@exercise("POST /api/v1/sessions/second-factor/passkey", action=events.FINISH)
async def finish_by_passkey(lab: Lab) -> httpx.Response:
    """Sign in by password and passkey."""
    async with guest(lab) as somebody, lab.stranger() as device:
        passkey, _ = await make_passkey(somebody.http, somebody.password)
        form = {"email": somebody.email, "password": somebody.password}
        await device.post("/api/v1/sessions", json=form)
        shown = {"credential": passkey.show(await asked_for_passkey(device))}
        return await device.post("/api/v1/sessions/second-factor/passkey", json=shown)


@exercise("POST /api/v1/sessions/passkey", action=events.ENTER)
async def enter(lab: Lab) -> httpx.Response:
    """Sign in by a passkey alone."""
    async with guest(lab) as somebody, lab.stranger() as device:
        passkey, _ = await make_passkey(somebody.http, somebody.password)
        return await sign_in_by_passkey(device, passkey)
