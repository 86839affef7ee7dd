"""How a canary sets a sign-in policy."""

from typing import Any

import httpx

from strongroom.lab import Lab, exercise, guest

from . import events


POLICY = "/api/v1/sign-in-policy"
SHORTER: dict[str, Any] = {
    "second_factor": False,
    "lifetime": 60,
    "idle": None,
    "networks": [],
    "ways": [],
}


@exercise("PUT /api/v1/sign-in-policy", action=events.CHANGE)
async def change(lab: Lab) -> httpx.Response:
    """Let sessions be shorter, in an organization that is gone right afterwards."""
    async with guest(lab) as owner:
        wanted = SHORTER | {"password": owner.password}
        return await owner.http.put(POLICY, json=wanted)


@exercise("POST /api/v1/sign-in-policy/undo", action=events.UNDO)
async def undo(lab: Lab) -> httpx.Response:
    """Take that back."""
    async with guest(lab) as owner:
        proved = {"password": owner.password}
        await owner.http.put(POLICY, json=SHORTER | proved)
        return await owner.http.post(f"{POLICY}/undo", json=proved)
