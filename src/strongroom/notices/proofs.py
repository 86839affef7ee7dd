"""An owner hears of a sign-in from a new device, and one click ends everything."""

import re
import secrets
from typing import Any

import httpx

from strongroom.accounts import Accounts
from strongroom.lab import (
    Evidence,
    Guest,
    Lab,
    Twin,
    Vantage,
    guest,
    mailed_texts,
    mailed_token,
    proof,
    require,
    require_provable,
    sabotage,
)
from strongroom.sessions import Sessions
from strongroom.tokens import ApiKeys

from . import service


SESSIONS, SESSION = "/api/v1/sessions", "/api/v1/session"
KEYS = "/api/v1/api-keys"
FREEZE, PAGE = "/api/v1/account-freezes", "/not-me"
RESET = "/api/v1/password-resets/complete"

NOTICE = re.compile(r"/not-me\?notice=(\S+)")
BUTTON = re.compile(
    r'<form method="post" action="(/not-me)">\s*'
    r'<input type="hidden" name="notice" value="([^"]+)">\s*<button>'
)
FORM = {"sec-fetch-site": "same-origin", "accept": "text/html"}


@sabotage("nobody is told", tells="0 mails tell of a sign-in from a new device")
async def a_quiet_house(twin: Twin) -> None:
    """Spare people mail."""

    async def notify(*_: Any) -> None:
        return

    twin.change(service.Notices, "notify", notify)


@sabotage("a frozen account keeps its sessions", tells="a device is still signed in")
async def a_thief_who_stays(twin: Twin) -> None:
    """Shut the door and leave whoever is inside."""

    async def end_all(*_: Any) -> None:
        return

    twin.change(Sessions, "end_all", end_all)


@sabotage("a frozen account keeps its API keys", tells="an API key still works")
async def a_key_that_stays(twin: Twin) -> None:
    """Think of people and forget programs."""

    async def revoke_all(*_: Any) -> None:
        return

    twin.change(ApiKeys, "revoke_all", revoke_all)


@sabotage("a frozen account can sign in", tells="the old password signs in")
async def a_door_that_opens(twin: Twin) -> None:
    """Sign everybody out, and let them in again."""

    async def require_unchanged(*_: Any) -> None:
        return

    twin.change(Accounts, "require_unchanged", require_unchanged)


@proof(
    "sessions.notices",
    vantage=Vantage.INSIDE,
    sabotages=[a_quiet_house, a_thief_who_stays, a_key_that_stays, a_door_that_opens],
)
async def owners_hear_and_can_freeze(lab: Lab) -> Evidence:
    """Sign in from a new device, follow the mail, and come back by a new password."""
    async with guest(lab) as somebody, lab.stranger() as device:
        key = await new_key(somebody)
        require_provable(await works(lab, somebody, key), "a new API key does not work")
        token = await notice_of_new_device(lab, somebody, device)
        inside = {"the owner's": somebody.http, "the new": device}
        await require_read_only(lab, token, inside)
        await press(lab, token)
        for client in inside.values():
            require(not await is_in(client), "a device is still signed in")
        require(not await works(lab, somebody, key), "an API key still works")
        await require_shut_until_recovery(lab, somebody)
        # A frozen account's key is refused; a thawed one's has to be gone.
        require(not await works(lab, somebody, key), "an API key still works")
    return Evidence(
        population=len(inside) + 1,
        positive="each device and the key worked until the button was pressed, and a"
        " mailed reset opens the account again",
        observed={"devices that were signed out": len(inside), "keys that ended": 1},
    )


async def new_key(somebody: Guest) -> str:
    """Return the text of an API key of *somebody*."""
    form = {"name": "canary", "scopes": ["member.read"], "days": 1}
    made = await somebody.http.post(KEYS, json=form)
    require_provable(made.is_success, f"{KEYS} answers {made.status_code}: {made.text}")
    return str(made.json()["key"])


async def notice_of_new_device(
    lab: Lab, somebody: Guest, device: httpx.AsyncClient
) -> str:
    """Sign in twice by *device*, which is new once; return the notice's token."""
    form = {"email": somebody.email, "password": somebody.password}
    for _ in range(2):
        opened = await device.post(SESSIONS, json=form)
        require_provable(opened.is_success, f"{SESSIONS} answers {opened.status_code}")
    mails = await mailed_texts(lab.inside, somebody.email)
    told = [found[1] for found in map(NOTICE.search, mails) if found]
    require(len(told) == 1, f"{len(told)} mails tell of a sign-in from a new device")
    return told[0]


async def press(lab: Lab, token: str) -> None:
    """Open the mailed link, press the one button of its page, and try it again."""
    async with lab.stranger() as reader:
        page = await reader.get(PAGE, params={"notice": token}, headers=FORM)
        form = BUTTON.search(page.text)
        require_provable(form, f"{PAGE} has no button")
        address, notice = form.groups() if form else ("", "")
        told = await reader.post(address, data={"notice": notice}, headers=FORM)
        frozen = told.status_code == httpx.codes.SEE_OTHER
        require(frozen, f"the button freezes nothing: {told.status_code}")
        again = await reader.post(FREEZE, json={"token": token})
        require(not again.is_success, "the link freezes twice")


async def require_read_only(
    lab: Lab, token: str, inside: dict[str, httpx.AsyncClient]
) -> None:
    """Accept that looking at the link, as a mail scanner does, freezes nothing."""
    async with lab.stranger() as scanner:
        seen = await scanner.get(PAGE, params={"notice": token})
        require_provable(seen.is_success, f"{PAGE} answers {seen.status_code}")
    for name, client in inside.items():
        require_provable(await is_in(client), f"{name} device is not signed in")


async def require_shut_until_recovery(lab: Lab, somebody: Guest) -> None:
    """Accept an account that only a newly mailed reset opens again."""
    form = {"email": somebody.email, "password": somebody.password}
    new = secrets.token_hex(16)
    async with lab.stranger() as device:
        refused = await device.post(SESSIONS, json=form)
        require(not refused.is_success, "the old password signs in to what is frozen")
        token = await mailed_token(lab.inside, somebody.email)
        reset = await device.post(RESET, json={"token": token, "password": new})
        require(reset.is_success, f"the mailed reset answers {reset.status_code}")
        opened = await device.post(SESSIONS, json={**form, "password": new})
        require(opened.is_success, "the new password does not sign in")


async def is_in(device: httpx.AsyncClient) -> bool:
    """Say whether the device's session is good at this moment."""
    return (await device.get(SESSION)).is_success


async def works(lab: Lab, somebody: Guest, key: str) -> bool:
    """Say whether an API key is good at this moment."""
    async with lab.stranger() as program:
        told = await program.get(
            "/api/v1/members",
            headers={
                "authorization": f"Bearer {key}",
                "x-organization-id": str(somebody.organization_id),
            },
        )
    return told.is_success
