"""A change of address, for programs."""

from litestar.params import JSONBody
from litestar.status_codes import HTTP_202_ACCEPTED, HTTP_204_NO_CONTENT

from strongroom.kernel import Caller, Origin, Secret
from strongroom.passwords import WrongPassword
from strongroom.web import (
    Answered,
    AnyRequest,
    Given,
    Wanted,
    beside,
    create,
    find_caller,
)

from .models import WantedAddress
from .service import Addresses


class AddressWanted(Wanted, frozen=True):
    """The address that shall be, and the password that is."""

    email: str
    password: str


class LinkShown(Wanted, frozen=True):
    """The token of a mailed link."""

    token: str


class AddressMailed(Answered, frozen=True):
    """The same answer for every address."""

    next: str = "check-your-mail"


@create("/address-changes", action="address.ask-change", status_code=HTTP_202_ACCEPTED)
async def ask(
    data: JSONBody[AddressWanted],
    addresses: Given[Addresses],
    caller: Given[Caller],
    origin: Given[Origin],
) -> AddressMailed:
    """Ask for another address: a mail to it follows, whether or not it is free."""
    wanted = WantedAddress(data.email, Secret(data.password))
    with beside("password", WrongPassword):
        await addresses.ask(caller, wanted, origin)
    return AddressMailed()


@create(
    "/address-changes/confirm",
    action="address.change",
    status_code=HTTP_204_NO_CONTENT,
)
async def confirm(
    request: AnyRequest,
    data: JSONBody[LinkShown],
    addresses: Given[Addresses],
    origin: Given[Origin],
) -> None:
    """Confirm the new address; every other session ends."""
    await addresses.confirm(Secret(data.token), find_caller(request), origin)


@create("/address-changes/undo", action="address.undo", status_code=HTTP_204_NO_CONTENT)
async def undo(
    data: JSONBody[LinkShown], addresses: Given[Addresses], origin: Given[Origin]
) -> None:
    """Go back to the old address; everybody is shut out, and the way in is mailed."""
    await addresses.undo(Secret(data.token), origin)
