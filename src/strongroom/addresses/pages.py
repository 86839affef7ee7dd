"""A change of address, for people: forms that work without a script."""

from collections.abc import Mapping
from typing import Any

from litestar import Response
from litestar.params import FromQuery
from litestar.response import Redirect

from strongroom.kernel import Caller, Origin, Secret
from strongroom.passwords import WrongPassword
from strongroom.web import (
    AnyRequest,
    Given,
    Renderer,
    beside,
    find_caller,
    form_of,
    if_refused,
    see_other,
    show,
    submit,
)

from .models import WantedAddress
from .service import Addresses


ADDRESS, CONFIRM, UNDO = "/console/address", "/confirm-address", "/undo-address"
TEMPLATE = "address_link.html"
CONFIRM_FIRST = "/console/confirm?next=%2Fconsole%2Faddress"

EMPTY: Mapping[str, Any] = {"errors": {}, "error": None}
"""What a form's page says before anything was refused."""


@show(ADDRESS, action="session.read", form="address.ask-change")
async def change_form(
    request: AnyRequest,
    renderer: Given[Renderer],
    caller: Given[Caller],
    allowed: Given[frozenset[str]],
    *,
    sent: FromQuery[bool] = False,
) -> Response[str]:
    """Ask for the address that shall be, and the password."""
    if not (caller.fresh or sent):
        return see_other(CONFIRM_FIRST)  # Before anything is typed for nothing.
    values = {"email": ""}
    return renderer.page(
        request,
        "change_address.html",
        allowed=allowed,
        values=values,
        sent=sent,
        **EMPTY,
    )


@submit(ADDRESS, action="address.ask-change")
async def change(
    request: AnyRequest,
    caller: Given[Caller],
    allowed: Given[frozenset[str]],
    addresses: Given[Addresses],
    origin: Given[Origin],
) -> Redirect:
    """Write to the new address, whether or not it is free."""
    form = await form_of(request, ("email", "password"))
    values = {"email": form["email"]}
    if_refused(
        request, "change_address.html", allowed=allowed, values=values, sent=False
    )
    wanted = WantedAddress(form["email"], Secret(form["password"]))
    with beside("password", WrongPassword):
        await addresses.ask(caller, wanted, origin)
    return see_other(f"{ADDRESS}?sent=1")


@show(CONFIRM, action="page.read")
async def confirm_form(
    request: AnyRequest,
    renderer: Given[Renderer],
    token: FromQuery[str] = "",
    *,
    done: FromQuery[bool] = False,
) -> Response[str]:
    """Ask to confirm. Mail scanners open links, so nothing is used up here."""
    return renderer.page(request, TEMPLATE, undo=False, token=token, done=done, **EMPTY)


@submit(CONFIRM, action="address.change")
async def confirm(
    request: AnyRequest, addresses: Given[Addresses], origin: Given[Origin]
) -> Redirect:
    """Move the account to the address that the link was mailed to."""
    token = (await form_of(request, ("token",)))["token"]
    if_refused(request, TEMPLATE, undo=False, token=token, done=False)
    await addresses.confirm(Secret(token), find_caller(request), origin)
    return see_other(f"{CONFIRM}?done=1")


@show(UNDO, action="page.read")
async def undo_form(
    request: AnyRequest,
    renderer: Given[Renderer],
    token: FromQuery[str] = "",
    *,
    done: FromQuery[bool] = False,
) -> Response[str]:
    """Ask to undo. Mail scanners open links, so nothing is used up here."""
    return renderer.page(request, TEMPLATE, undo=True, token=token, done=done, **EMPTY)


@submit(UNDO, action="address.undo")
async def undo(
    request: AnyRequest, addresses: Given[Addresses], origin: Given[Origin]
) -> Redirect:
    """Move the account back, and shut everybody out."""
    token = (await form_of(request, ("token",)))["token"]
    if_refused(request, TEMPLATE, undo=True, token=token, done=False)
    await addresses.undo(Secret(token), origin)
    return see_other(f"{UNDO}?done=1")
