"""Invitations for people: those of an organization, and the page behind a link."""

from typing import Any
from uuid import UUID

from litestar import Response
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect

from strongroom.kernel import Caller, Origin, Secret
from strongroom.one_time import OneTimeValueSpent
from strongroom.passwords import PasswordRefused, Passwords
from strongroom.web import (
    AnyRequest,
    Given,
    Renderer,
    beside,
    find_caller,
    form_of,
    go_on,
    if_refused,
    see_other,
    show,
    submit,
)

from .models import Joining
from .policy import PAGE
from .service import Invitations


ADDRESS = "/console/invitations"
TEMPLATE = "invitations.html"
EMPTY = {"email": "", "role": "member"}
NOTICES = {
    "invited": "The invitation is on its way. Its link holds for seven days.",
    "resent": "A new link is on its way. The earlier one works no more.",
    "revoked": "The invitation is taken back. Its link works no more.",
}
"""What was just done, by the word that the redirect carries."""


@show(ADDRESS, action="invitation.read")
async def invitations(
    request: AnyRequest,
    renderer: Given[Renderer],
    invitations: Given[Invitations],
    caller: Given[Caller],
    allowed: Given[frozenset[str]],
    done: FromQuery[str] = "",
) -> Response[str]:
    """Show who is invited and has not joined yet."""
    context = await _page(invitations, caller, allowed)
    context |= {"notice": NOTICES.get(done)}
    return renderer.page(request, TEMPLATE, error=None, errors={}, **context)


@submit(ADDRESS, action="invitation.create")
async def invite(
    request: AnyRequest,
    invitations: Given[Invitations],
    caller: Given[Caller],
    allowed: Given[frozenset[str]],
    origin: Given[Origin],
) -> Redirect:
    """Invite an address."""
    form = await form_of(request, ("email", "role"))
    page = await _page(invitations, caller, allowed)
    if_refused(request, TEMPLATE, **{**page, "values": form})
    await invitations.create(caller, form["email"], form["role"], origin)
    return see_other(f"{ADDRESS}?done=invited")


@submit(ADDRESS + "/{invitation_id:uuid}/resend", action="invitation.resend")
async def resend(
    invitation_id: FromPath[UUID],
    request: AnyRequest,
    invitations: Given[Invitations],
    caller: Given[Caller],
    allowed: Given[frozenset[str]],
    origin: Given[Origin],
) -> Redirect:
    """Mail a new link."""
    if_refused(request, TEMPLATE, **await _page(invitations, caller, allowed))
    await form_of(request, ())
    await invitations.resend(caller, invitation_id, origin)
    return see_other(f"{ADDRESS}?done=resent")


@submit(ADDRESS + "/{invitation_id:uuid}/revoke", action="invitation.revoke")
async def revoke(
    invitation_id: FromPath[UUID],
    request: AnyRequest,
    invitations: Given[Invitations],
    caller: Given[Caller],
    origin: Given[Origin],
) -> Redirect:
    """Take an invitation back."""
    await form_of(request, ())
    await invitations.revoke(caller, invitation_id, origin)
    return see_other(f"{ADDRESS}?done=revoked")


@show(PAGE, action="page.read")
async def invitation(
    request: AnyRequest,
    renderer: Given[Renderer],
    invitations: Given[Invitations],
    passwords: Given[Passwords],
    token: FromQuery[str] = "",
) -> Response[str]:
    """Ask whether to join. Mail scanners open links, so nothing is used up here."""
    context = await _link_page(request, invitations, passwords, token)
    return renderer.page(request, "invitation.html", error=None, errors={}, **context)


@submit(PAGE, action="invitation.accept")
async def accept(
    request: AnyRequest,
    invitations: Given[Invitations],
    passwords: Given[Passwords],
    origin: Given[Origin],
) -> Redirect:
    """Join, and go on to the organization."""
    form = await form_of(request, ("token", "password"))
    context = await _link_page(request, invitations, passwords, form["token"])
    if_refused(request, "invitation.html", **context)
    token, password = Secret(form["token"]), Secret(form["password"])
    joining = Joining(token, password, find_caller(request))
    with beside("password", PasswordRefused):
        return go_on(await invitations.accept(joining, origin))


async def _link_page(
    request: AnyRequest, invitations: Invitations, passwords: Passwords, token: str
) -> dict[str, Any]:
    caller = find_caller(request)
    try:
        invited = await invitations.behind(Secret(token))
    except OneTimeValueSpent:
        invited = None
    return {
        "token": token,
        "invited": invited,
        "signed_in_as": caller.email if caller else None,
        "shortest": passwords.minimum_length,
    }


async def _page(
    invitations: Invitations, caller: Caller, allowed: frozenset[str]
) -> dict[str, Any]:
    return {
        "invitations": await invitations.of(caller.organization_id),
        "roles": await invitations.offered(caller),
        "values": EMPTY,
        "allowed": allowed,
        "notice": None,
    }
