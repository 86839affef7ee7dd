"""How a canary handles passkeys: a guest each, so that no canary is shut out."""

import httpx

from strongroom.lab import (
    Lab,
    PasskeyDevice,
    asked_for_passkey,
    exercise,
    guest,
    make_passkey,
)

from . import events


PASSKEYS, OPTIONS = "/api/v1/passkeys", "/api/v1/passkeys/options"


@exercise("POST /api/v1/passkeys/options", action=events.ENROL)
async def enrol(lab: Lab) -> httpx.Response:
    """Begin with a passkey."""
    async with guest(lab) as somebody:
        return await somebody.http.post(OPTIONS, json={"password": somebody.password})


@exercise("POST /api/v1/passkeys", action=events.REGISTER)
async def register(lab: Lab) -> httpx.Response:
    """Send a new passkey."""
    async with guest(lab) as somebody:
        asked = await somebody.http.post(OPTIONS, json={"password": somebody.password})
        made = PasskeyDevice(lab.url).make(asked.json()["options"])
        form = {"name": "Canary's device", "credential": made}
        return await somebody.http.post(PASSKEYS, json=form)


@exercise("PATCH /api/v1/passkeys/{passkey_id}", action=events.RENAME)
async def rename(lab: Lab) -> httpx.Response:
    """Call it something else."""
    async with guest(lab) as somebody:
        _, kept = await make_passkey(somebody.http, somebody.password)
        address = f"{PASSKEYS}/{kept['id']}"
        return await somebody.http.patch(address, json={"name": "Another device"})


@exercise("DELETE /api/v1/passkeys/{passkey_id}", action=events.REMOVE)
async def remove(lab: Lab) -> httpx.Response:
    """Remove it."""
    async with guest(lab) as somebody:
        _, kept = await make_passkey(somebody.http, somebody.password)
        return await somebody.http.delete(f"{PASSKEYS}/{kept['id']}")


@exercise("POST /api/v1/session/step-up/passkey", action=events.STEP_UP)
async def step_up(lab: Lab) -> httpx.Response:
    """Show it again."""
    async with guest(lab) as somebody:
        device, _ = await make_passkey(somebody.http, somebody.password)
        shown = device.show(await asked_for_passkey(somebody.http))
        address = "/api/v1/session/step-up/passkey"
        return await somebody.http.post(address, json={"credential": shown})
