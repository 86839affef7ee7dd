"""Signing up, in and out for programs."""

from litestar.params import JSONBody
from litestar.status_codes import HTTP_202_ACCEPTED, HTTP_204_NO_CONTENT

from strongroom.kernel import Caller, Origin, Secret
from strongroom.limits import DEVICE_COOKIE
from strongroom.passwords import PasswordRefused, WrongPassword
from strongroom.web import (
    Answered,
    AnyRequest,
    Arrived,
    Given,
    Wanted,
    answer_arrival,
    beside,
    create,
    find_cookie,
    replace,
)

from .models import Credentials, PasswordChange, SignUp
from .service import SignIn


class SignUpWanted(Wanted, frozen=True):
    """A new person founding a new organization."""

    email: str
    password: str
    organization: str


class VerifyWanted(Wanted, frozen=True):
    """The token of the confirmation mail, and the password chosen at sign-up."""

    token: str
    password: str


class SignInWanted(Wanted, frozen=True):
    """A person who says to be known."""

    email: str
    password: str


class PasswordWanted(Wanted, frozen=True):
    """The password that is, and the one that shall be."""

    current: str
    new: str


class MailSent(Answered, frozen=True):
    """The same answer for every address."""

    next: str = "check-your-mail"


@create("/accounts", action="account.sign-up", status_code=HTTP_202_ACCEPTED)
async def sign_up(
    data: JSONBody[SignUpWanted], signin: Given[SignIn], origin: Given[Origin]
) -> MailSent:
    """Sign up: a mail follows, whether or not the address has an account."""
    wanted = SignUp(data.email, Secret(data.password), data.organization)
    await signin.sign_up(wanted, origin)
    return MailSent()


@create("/accounts/verify", action="account.verify")
async def verify(
    data: JSONBody[VerifyWanted], signin: Given[SignIn], origin: Given[Origin]
) -> Arrived:
    """Confirm an address and sign in."""
    arrived = await signin.verify(Secret(data.token), Secret(data.password), origin)
    return answer_arrival(arrived)


@create("/sessions", action="session.create")
async def sign_in(
    request: AnyRequest,
    data: JSONBody[SignInWanted],
    signin: Given[SignIn],
    origin: Given[Origin],
) -> Arrived:
    """Sign in. 202 says that a second factor is asked next, and nobody is signed in."""
    device = find_cookie(request, DEVICE_COOKIE)
    credentials = Credentials(data.email, Secret(data.password), device)
    return answer_arrival(await signin.sign_in(credentials, origin))


@replace("/password", action="password.change", status_code=HTTP_204_NO_CONTENT)
async def change_password(
    data: JSONBody[PasswordWanted],
    signin: Given[SignIn],
    caller: Given[Caller],
    origin: Given[Origin],
) -> None:
    """Change the password; every other session of the account ends."""
    change = PasswordChange(Secret(data.current), Secret(data.new))
    with beside("current", WrongPassword), beside("new", PasswordRefused):
        await signin.change_password(caller, change, origin)
