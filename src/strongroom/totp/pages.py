"""Second factors for people: enrol, turn on, keep the codes, show one again."""

from collections.abc import Mapping
from typing import Annotated, Any

import segno
from litestar import Response
from litestar.params import FromQuery, QueryParameter
from litestar.response import Redirect

from strongroom.kernel import Caller, Origin, Secret
from strongroom.passwords import WrongPassword
from strongroom.web import (
    AnyRequest,
    Given,
    Renderer,
    beside,
    form_of,
    if_refused,
    own_path,
    see_other,
    show,
    submit,
)

from .errors import CodeUsed, WrongCode
from .models import Enrolment
from .service import Totp


ADDRESS = "/console/security"
CONFIRM = "/console/confirm"

Next = Annotated[str, QueryParameter(name="next", max_length=2_000)]

EMPTY: Mapping[str, Any] = {"errors": {}, "error": None}
"""What a form's page says before anything was refused."""


@show(ADDRESS, action="totp.read")
async def security(
    request: AnyRequest,
    renderer: Given[Renderer],
    totp: Given[Totp],
    caller: Given[Caller],
    allowed: Given[frozenset[str]],
    *,
    off: FromQuery[bool] = False,
) -> Response[str]:
    """Show how the caller's second factor stands, and what comes next."""
    page = await _page(totp, caller, allowed)
    return renderer.page(request, "second_factors.html", **page, **EMPTY, off=off)


@submit(ADDRESS + "/enrol", action="totp.enrol")
async def enrol(
    request: AnyRequest,
    renderer: Given[Renderer],
    totp: Given[Totp],
    caller: Given[Caller],
    allowed: Given[frozenset[str]],
    origin: Given[Origin],
) -> Response[str]:
    """Begin with an app. Its seed is shown on the answer itself, once."""
    form = await form_of(request, ("password",))
    page = await _page(totp, caller, allowed)
    if_refused(request, "second_factors.html", **page, off=False)
    with beside("password", WrongPassword):
        begun = await totp.enrol(caller, Secret(form["password"]), origin)
    return renderer.page(
        request, "enrol_factor.html", allowed=allowed, **_shown(begun), **EMPTY
    )


@submit(ADDRESS + "/enable", action="totp.enable")
async def enable(
    request: AnyRequest,
    renderer: Given[Renderer],
    totp: Given[Totp],
    caller: Given[Caller],
    allowed: Given[frozenset[str]],
    origin: Given[Origin],
) -> Response[str]:
    """Turn the factor on by its first code, and show the recovery codes, once."""
    form = await form_of(request, ("code",))
    page = await _page(totp, caller, allowed)
    if_refused(request, "second_factors.html", **page, off=False)
    with beside("code", WrongCode):
        codes = await totp.enable(caller, Secret(form["code"]), origin)
    return _codes_page(request, renderer, allowed, codes, first=True)


@submit(ADDRESS + "/recovery-codes", action="totp.renew-codes")
async def renew_codes(
    request: AnyRequest,
    renderer: Given[Renderer],
    totp: Given[Totp],
    caller: Given[Caller],
    allowed: Given[frozenset[str]],
    origin: Given[Origin],
) -> Response[str]:
    """Make new recovery codes, and show them, once."""
    await form_of(request, ())
    codes = await totp.renew_codes(caller, origin)
    return _codes_page(request, renderer, allowed, codes, first=False)


@submit(ADDRESS + "/disable", action="totp.disable")
async def disable(
    request: AnyRequest,
    totp: Given[Totp],
    caller: Given[Caller],
    origin: Given[Origin],
) -> Redirect:
    """Turn the factor off."""
    await form_of(request, ())
    await totp.disable(caller, origin)
    return see_other(f"{ADDRESS}?off=1")


@show(CONFIRM, action="totp.read")
async def confirm_form(
    request: AnyRequest,
    renderer: Given[Renderer],
    totp: Given[Totp],
    caller: Given[Caller],
    allowed: Given[frozenset[str]],
    wanted: Next = "",
) -> Response[str]:
    """Ask for the second factor again; whoever needs none goes on."""
    path = own_path(wanted)
    if caller.fresh:
        return see_other(path or ADDRESS)
    page = await _page(totp, caller, allowed)
    return renderer.page(request, "confirm_factor.html", next=path, **page, **EMPTY)


@submit(CONFIRM, action="session.step-up")
async def confirm(
    request: AnyRequest,
    totp: Given[Totp],
    caller: Given[Caller],
    allowed: Given[frozenset[str]],
    origin: Given[Origin],
) -> Redirect:
    """Take the code, and go on to the page that asked for it."""
    form = await form_of(request, ("code", "recovery_code", "next"))
    path = own_path(form["next"])
    page = await _page(totp, caller, allowed)
    if_refused(request, "confirm_factor.html", next=path, **page)
    field = "recovery_code" if form["recovery_code"] else "code"
    with beside(field, WrongCode, CodeUsed):
        await totp.step_up(caller, Secret(form[field]), origin)
    return see_other(path or ADDRESS)


async def _page(totp: Totp, caller: Caller, allowed: frozenset[str]) -> dict[str, Any]:
    standing = await totp.standing(caller.account_id)
    return {"allowed": allowed, "factor": standing}


def _shown(begun: Enrolment) -> dict[str, Any]:
    """Return a seed as a picture, and in groups of four for whoever types it."""
    seed, code = begun.secret.reveal(), segno.make(begun.uri.reveal(), error="m")
    groups = [seed[at : at + 4] for at in range(0, len(seed), 4)]
    return {
        "picture": code.svg_inline(scale=4, light="#fff", dark="#000", svgclass="qr"),
        "seed": " ".join(groups),
        "address": begun.uri.reveal(),
    }


def _codes_page(
    request: AnyRequest,
    renderer: Renderer,
    allowed: frozenset[str],
    codes: list[Secret],
    *,
    first: bool,
) -> Response[str]:
    shown = [each.reveal() for each in codes]
    return renderer.page(
        request, "recovery_codes.html", allowed=allowed, codes=shown, first=first
    )
