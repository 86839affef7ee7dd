"""How a canary shows a second factor."""

import httpx

from strongroom.lab import Lab, begin_with_app, exercise, guest, turn_on_app

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
