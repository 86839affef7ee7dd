"""People with a passkey, for tests."""

from dataclasses import dataclass

import httpx

from strongroom.lab import PasskeyDevice, asked_for_passkey, make_passkey
from strongroom.room import Strongroom
from tests.people import Person, found_organization


PASSKEYS, OPTIONS = "/api/v1/passkeys", "/api/v1/passkeys/options"
STEP_UP = "/api/v1/session/step-up/passkey"
SIGN_IN = "/api/v1/sessions/passkey"
FACTOR = "/api/v1/sessions/second-factor/passkey"


@dataclass(frozen=True, slots=True)
class Keeper:
    """Somebody who has a passkey, and what they were given with it."""

    person: Person
    device: PasskeyDevice
    id: str
    codes: list[str]


async def keeper(room: Strongroom, app: httpx.AsyncClient) -> Keeper:
    """Sign somebody up by *app* and make a passkey of theirs."""
    person = await found_organization(room, app)
    device, kept = await make_passkey(app, person.password)
    return Keeper(person, device, kept["id"], kept["recovery_codes"])


async def show(
    app: httpx.AsyncClient, device: PasskeyDevice, address: str
) -> httpx.Response:
    """Show a passkey at *address*, for a question that was just asked."""
    form = {"credential": device.show(await asked_for_passkey(app))}
    return await app.post(address, json=form)
