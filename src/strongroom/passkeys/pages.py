"""Passkeys for people. Making and showing one needs the page's script."""

from typing import Any
from uuid import UUID

from litestar import Response
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect

from strongroom.kernel import Caller, Origin
from strongroom.totp import Totp
from strongroom.web import (
    AnyRequest,
    Given,
    Renderer,
    find_cookie,
    form_of,
    if_refused,
    own_path,
    see_other,
    show,
    submit,
)

from .policy import COOKIE, MOST, shown_in
from .service import Passkeys


ADDRESS = "/console/passkeys"
PAGE = "passkeys.html"
DONE = {
    "added": "The passkey is added. It signs you in without a password.",
    "renamed": "The passkey has its new name.",
    "removed": "The passkey is removed. It signs nobody in any more.",
}


@show(ADDRESS, action="passkey.read")
async def passkeys_of(
    request: AnyRequest,
    renderer: Given[Renderer],
    passkeys: Given[Passkeys],
    caller: Given[Caller],
    allowed: Given[frozenset[str]],
    done: FromQuery[str] = "",
) -> Response[str]:
    """Show the caller's passkeys, and how to add one."""
    page = await _page(passkeys, caller, allowed)
    told = DONE.get(done)
    return renderer.page(request, PAGE, errors={}, error=None, done=told, **page)


@submit(ADDRESS, action="passkey.register")
async def register(
    request: AnyRequest,
    renderer: Given[Renderer],
    passkeys: Given[Passkeys],
    caller: Given[Caller],
    allowed: Given[frozenset[str]],
    origin: Given[Origin],
) -> Response[str]:
    """Keep a new passkey, and show recovery codes where it is the first factor."""
    form = await form_of(request, ("name", "credential"))
    if_refused(request, PAGE, done=None, **await _page(passkeys, caller, allowed))
    shown = shown_in(form["credential"], find_cookie(request, COOKIE))
    kept = await passkeys.register(caller, form["name"], shown, origin)
    if not kept.codes:
        return see_other(f"{ADDRESS}?done=added")
    codes = [each.reveal() for each in kept.codes]
    return renderer.page(
        request, "recovery_codes.html", allowed=allowed, codes=codes, first=True
    )


@submit(ADDRESS + "/{passkey_id:uuid}/rename", action="passkey.rename")
async def rename(
    passkey_id: FromPath[UUID],
    request: AnyRequest,
    passkeys: Given[Passkeys],
    caller: Given[Caller],
    allowed: Given[frozenset[str]],
    origin: Given[Origin],
) -> Redirect:
    """Call a passkey something else."""
    form = await form_of(request, ("name",))
    if_refused(request, PAGE, done=None, **await _page(passkeys, caller, allowed))
    await passkeys.rename(caller, passkey_id, form["name"], origin)
    return see_other(f"{ADDRESS}?done=renamed")


@submit(ADDRESS + "/{passkey_id:uuid}/remove", action="passkey.remove")
async def remove(
    passkey_id: FromPath[UUID],
    request: AnyRequest,
    passkeys: Given[Passkeys],
    caller: Given[Caller],
    origin: Given[Origin],
) -> Redirect:
    """Remove a passkey."""
    await form_of(request, ())
    await passkeys.remove(caller, passkey_id, origin)
    return see_other(f"{ADDRESS}?done=removed")


@submit("/console/confirm/passkey", action="passkey.step-up")
async def confirm(
    request: AnyRequest,
    passkeys: Given[Passkeys],
    totp: Given[Totp],
    caller: Given[Caller],
    allowed: Given[frozenset[str]],
    origin: Given[Origin],
) -> Redirect:
    """Take the passkey, and go on to the page that asked for it."""
    form = await form_of(request, ("credential", "next"))
    path = own_path(form["next"])
    factor = await totp.standing(caller.account_id)
    page = {"allowed": allowed, "factor": factor, "next": path}
    if_refused(request, "confirm_factor.html", **page)
    shown = shown_in(form["credential"], find_cookie(request, COOKIE))
    await passkeys.step_up(caller, shown, origin)
    return see_other(path or ADDRESS)


async def _page(
    passkeys: Passkeys, caller: Caller, allowed: frozenset[str]
) -> dict[str, Any]:
    found = await passkeys.of(caller)
    return {"allowed": allowed, "passkeys": found, "most": MOST}
