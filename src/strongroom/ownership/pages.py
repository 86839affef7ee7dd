"""Ownership for people: offer it, withdraw it, accept or decline it."""

from typing import Any
from uuid import UUID

from litestar import Response
from litestar.params import FromQuery
from litestar.response import Redirect

from strongroom.kernel import Caller, Invalid, Origin, Secret
from strongroom.organizations import Organizations
from strongroom.passwords import WrongPassword
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

from .policy import ADDRESS
from .service import Ownership


TEMPLATE = "ownership.html"
NOTICES = {
    "offered": "The ownership is offered. Nothing changes before it is accepted.",
    "withdrawn": "The offer is taken back.",
    "accepted": "You own this organization now.",
    "declined": "The ownership stays where it is.",
}
"""What was just done, by the word that the redirect carries."""


@show(ADDRESS, action="ownership.read")
async def ownership_page(
    request: AnyRequest,
    renderer: Given[Renderer],
    ownership: Given[Ownership],
    organizations: Given[Organizations],
    caller: Given[Caller],
    allowed: Given[frozenset[str]],
    *,
    done: FromQuery[str] = "",
) -> Response[str]:
    """Show the open offer, or how to make one."""
    context = await _page(ownership, organizations, caller, allowed)
    context |= {"notice": NOTICES.get(done)}
    return renderer.page(request, TEMPLATE, error=None, errors={}, **context)


@submit(f"{ADDRESS}/offer", action="ownership.offer")
async def offer(
    request: AnyRequest,
    ownership: Given[Ownership],
    organizations: Given[Organizations],
    caller: Given[Caller],
    allowed: Given[frozenset[str]],
    origin: Given[Origin],
) -> Redirect:
    """Offer the ownership to a member."""
    page = await _page(ownership, organizations, caller, allowed)
    if_refused(request, TEMPLATE, **page)
    form = await form_of(request, ("account_id", "password", "keeps"))
    taker, password = _identifier(form["account_id"]), Secret(form["password"])
    with beside("password", WrongPassword):
        await ownership.offer(
            caller, taker, password, origin, keeps=bool(form["keeps"])
        )
    return see_other(f"{ADDRESS}?done=offered")


@submit(f"{ADDRESS}/withdraw", action="ownership.withdraw")
async def withdraw(
    request: AnyRequest,
    ownership: Given[Ownership],
    caller: Given[Caller],
    origin: Given[Origin],
) -> Redirect:
    """Take the offer back."""
    await form_of(request, ())
    await ownership.withdraw(caller, origin)
    return see_other(f"{ADDRESS}?done=withdrawn")


@submit(f"{ADDRESS}/accept", action="ownership.accept")
async def accept(
    request: AnyRequest,
    ownership: Given[Ownership],
    caller: Given[Caller],
    origin: Given[Origin],
) -> Redirect:
    """Own the organization from now on."""
    await form_of(request, ())
    await ownership.accept(caller, origin)
    return see_other(f"{ADDRESS}?done=accepted")


@submit(f"{ADDRESS}/decline", action="ownership.decline")
async def decline(
    request: AnyRequest,
    ownership: Given[Ownership],
    caller: Given[Caller],
    origin: Given[Origin],
) -> Redirect:
    """Leave the ownership where it is."""
    await form_of(request, ())
    await ownership.decline(caller, origin)
    return see_other(f"{ADDRESS}?done=declined")


async def _page(
    ownership: Ownership,
    organizations: Organizations,
    caller: Caller,
    allowed: frozenset[str],
) -> dict[str, Any]:
    members = await organizations.members(caller.organization_id)
    return {
        "offer": await ownership.find(caller.organization_id),
        "takers": [each for each in members if each.role != "owner"],
        "allowed": allowed,
        "notice": None,
    }


def _identifier(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise Invalid(fields={"account_id": "Choose a member."}) from None
