"""A forgotten password for programs."""

from litestar.params import JSONBody
from litestar.status_codes import HTTP_202_ACCEPTED, HTTP_204_NO_CONTENT

from strongroom.kernel import Origin, Secret
from strongroom.passwords import PasswordRefused
from strongroom.web import Answered, Given, Wanted, beside, create

from .models import NewPassword
from .service import Recovery


class ResetWanted(Wanted, frozen=True):
    """The address of somebody who has forgotten a password."""

    email: str


class NewPasswordWanted(Wanted, frozen=True):
    """The token of the mailed link, and the password that shall be."""

    token: str
    password: str


class NoticeShown(Wanted, frozen=True):
    """The token of the link in a notice."""

    token: str


class ResetMailed(Answered, frozen=True):
    """The same answer for every address."""

    next: str = "check-your-mail"


@create("/account-freezes", action="account.freeze", status_code=HTTP_202_ACCEPTED)
async def freeze(
    data: JSONBody[NoticeShown], recovery: Given[Recovery], origin: Given[Origin]
) -> ResetMailed:
    """Freeze the account of a notice; a mail with the way back follows."""
    await recovery.freeze(Secret(data.token), origin)
    return ResetMailed()


@create("/password-resets", action="password.ask-reset", status_code=HTTP_202_ACCEPTED)
async def ask(
    data: JSONBody[ResetWanted], recovery: Given[Recovery], origin: Given[Origin]
) -> ResetMailed:
    """Ask for a new password: a mail follows, whether or not there is an account."""
    await recovery.ask(data.email, origin)
    return ResetMailed()


@create(
    "/password-resets/complete",
    action="password.reset",
    status_code=HTTP_204_NO_CONTENT,
)
async def complete(
    data: JSONBody[NewPasswordWanted],
    recovery: Given[Recovery],
    origin: Given[Origin],
) -> None:
    """Choose a new password; every session ends, and signing in comes next."""
    chosen = NewPassword(Secret(data.token), Secret(data.password))
    with beside("password", PasswordRefused):
        await recovery.complete(chosen, origin)
