"""A forgotten password for people: forms that work without a script."""

from collections.abc import Mapping
from typing import Any

from litestar import Response
from litestar.params import FromQuery
from litestar.response import Redirect

from strongroom.kernel import Origin, Secret
from strongroom.passwords import PasswordRefused, Passwords
from strongroom.web import (
    AnyRequest,
    Given,
    Renderer,
    beside,
    form_of,
    if_refused,
    see_other,
    show,
    submit,
)

from .models import NewPassword
from .service import Recovery


EMPTY: Mapping[str, Any] = {"errors": {}, "error": None}
"""What a form's page says before anything was refused."""


@show("/forgot-password", action="page.read")
async def ask_form(
    request: AnyRequest, renderer: Given[Renderer], *, sent: FromQuery[bool] = False
) -> Response[str]:
    """Ask for the address; afterwards say that a mail is on its way."""
    values = {"email": ""}
    return renderer.page(
        request, "forgot_password.html", values=values, sent=sent, **EMPTY
    )


@submit("/forgot-password", action="password.ask-reset")
async def ask(
    request: AnyRequest, recovery: Given[Recovery], origin: Given[Origin]
) -> Redirect:
    """Write to the address, whether or not it has an account."""
    email = (await form_of(request, ("email",)))["email"]
    if_refused(request, "forgot_password.html", values={"email": email}, sent=False)
    await recovery.ask(email, origin)
    return see_other("/forgot-password?sent=1")


@show("/reset-password", action="page.read")
async def choose_form(
    request: AnyRequest,
    renderer: Given[Renderer],
    recovery: Given[Recovery],
    passwords: Given[Passwords],
    token: FromQuery[str] = "",
) -> Response[str]:
    """Ask for a password. Mail scanners open links, so nothing is used up here."""
    shown = await _shown(token, recovery, passwords)
    return renderer.page(request, "reset_password.html", **shown, **EMPTY)


@submit("/reset-password", action="password.reset")
async def choose(
    request: AnyRequest,
    recovery: Given[Recovery],
    passwords: Given[Passwords],
    origin: Given[Origin],
) -> Redirect:
    """Replace the password; every session ends, and signing in comes next."""
    form = await form_of(request, ("token", "password"))
    shown = await _shown(form["token"], recovery, passwords)
    if_refused(request, "reset_password.html", **shown)
    chosen = NewPassword(Secret(form["token"]), Secret(form["password"]))
    with beside("password", PasswordRefused):
        await recovery.complete(chosen, origin)
    return see_other("/sign-in?changed=1")


@show("/not-me", action="page.read")
async def freeze_form(
    request: AnyRequest,
    renderer: Given[Renderer],
    notice: FromQuery[str] = "",
    *,
    frozen: FromQuery[bool] = False,
) -> Response[str]:
    """Ask whether to freeze. Mail scanners open links, so nothing happens here."""
    return renderer.page(request, "not_me.html", notice=notice, frozen=frozen, **EMPTY)


@submit("/not-me", action="account.freeze")
async def freeze(
    request: AnyRequest, recovery: Given[Recovery], origin: Given[Origin]
) -> Redirect:
    """Freeze the account, and say that the way back was mailed."""
    notice = (await form_of(request, ("notice",)))["notice"]
    if_refused(request, "not_me.html", notice=notice, frozen=False)
    await recovery.freeze(Secret(notice), origin)
    return see_other("/not-me?frozen=1")


async def _shown(
    token: str, recovery: Recovery, passwords: Passwords
) -> dict[str, Any]:
    keys = await recovery.keys_behind(Secret(token))
    return {"token": token, "shortest": passwords.minimum_length, "keys": keys}
