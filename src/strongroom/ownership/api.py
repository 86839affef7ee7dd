"""Ownership for programs that a person is signed in to."""

from datetime import datetime
from uuid import UUID

from litestar.params import JSONBody
from litestar.status_codes import HTTP_204_NO_CONTENT

from strongroom.kernel import Caller, Origin, Secret
from strongroom.passwords import WrongPassword
from strongroom.web import Answered, Given, Wanted, beside, create, read, remove

from .models import Offer
from .service import Ownership


class OfferWanted(Wanted, frozen=True):
    """Who is to own the organization, and the password of whoever offers it.

    Whoever ``keeps`` it stays an owner too.
    """

    account_id: UUID
    password: str
    keeps: bool = False


class OfferAnswered(Answered, frozen=True):
    """An open offer."""

    giver: str
    taker: str
    expires_at: datetime
    keeps: bool


@read("/ownership", action="ownership.read")
async def open_offer(
    ownership: Given[Ownership], caller: Given[Caller]
) -> list[OfferAnswered]:
    """Show the organization's open offer: one, or none."""
    offer = await ownership.find(caller.organization_id)
    return [_answer(offer)] if offer else []


@create("/ownership", action="ownership.offer")
async def offer(
    data: JSONBody[OfferWanted],
    ownership: Given[Ownership],
    caller: Given[Caller],
    origin: Given[Origin],
) -> OfferAnswered:
    """Offer a member to own the organization in the caller's place."""
    password = Secret(data.password)
    with beside("password", WrongPassword):
        made = await ownership.offer(
            caller, data.account_id, password, origin, keeps=data.keeps
        )
    return _answer(made)


@remove("/ownership", action="ownership.withdraw", status_code=HTTP_204_NO_CONTENT)
async def withdraw(
    ownership: Given[Ownership], caller: Given[Caller], origin: Given[Origin]
) -> None:
    """Take the open offer back."""
    await ownership.withdraw(caller, origin)


@create("/ownership/accept", action="ownership.accept", status_code=HTTP_204_NO_CONTENT)
async def accept(
    ownership: Given[Ownership], caller: Given[Caller], origin: Given[Origin]
) -> None:
    """Own the organization; whoever offered it is an admin, unless they keep it."""
    await ownership.accept(caller, origin)


@create(
    "/ownership/decline", action="ownership.decline", status_code=HTTP_204_NO_CONTENT
)
async def decline(
    ownership: Given[Ownership], caller: Given[Caller], origin: Given[Origin]
) -> None:
    """Leave the ownership where it is."""
    await ownership.decline(caller, origin)


def _answer(offer: Offer) -> OfferAnswered:
    return OfferAnswered(offer.giver, offer.taker, offer.expires_at, offer.keeps)
