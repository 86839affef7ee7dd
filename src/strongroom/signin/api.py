"""Signing up, in and out for programs."""

from datetime import datetime

from litestar import Response
from litestar.params import JSONBody
from litestar.status_codes import HTTP_202_ACCEPTED, HTTP_204_NO_CONTENT

from strongroom.kernel import Caller, Origin, Secret
from strongroom.limits import DEVICE_COOKIE, device_cookie
from strongroom.passwords import PasswordRefused, WrongPassword
from strongroom.sessions import NewSession, set_cookie
from strongroom.totp import CodeUsed, WrongCode
from strongroom.web import (
    Answered,
    AnyRequest,
    Given,
    Wanted,
    beside,
    create,
    find_cookie,
    replace,
)

from .models import Credentials, PasswordChange, SignUp, WaitingSignIn
from .policy import WAITING_COOKIE, clear_wait_cookie, wait_cookie
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


class CodeWanted(Wanted, frozen=True):
    """The app's present code, or a recovery code."""

    code: str


class PasswordWanted(Wanted, frozen=True):
    """The password that is, and the one that shall be."""

    current: str
    new: str


class MailSent(Answered, frozen=True):
    """The same answer for every address."""

    next: str = "check-your-mail"


class SessionOpened(Answered, frozen=True):
    """A session's identity; its token is in the cookie alone."""

    id: str
    expires_at: datetime


class FactorAsked(Answered, frozen=True):
    """The password was right; a code opens the session. Nobody is signed in yet."""

    next: str = "second-factor"


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
) -> Response[SessionOpened]:
    """Confirm an address and sign in."""
    opened = await signin.verify(Secret(data.token), Secret(data.password), origin)
    return _opened(opened)


@create("/sessions", action="session.create")
async def sign_in(
    request: AnyRequest,
    data: JSONBody[SignInWanted],
    signin: Given[SignIn],
    origin: Given[Origin],
) -> Response[SessionOpened] | Response[FactorAsked]:
    """Sign in. 202 says that a second factor is asked next, and nobody is signed in."""
    device = find_cookie(request, DEVICE_COOKIE)
    credentials = Credentials(data.email, Secret(data.password), device)
    entered = await signin.sign_in(credentials, origin)
    if isinstance(entered, WaitingSignIn):
        asked = Response(FactorAsked(), status_code=HTTP_202_ACCEPTED)
        asked.set_cookie(**wait_cookie(entered))
        return asked
    opened = _opened(entered)
    opened.set_cookie(**device_cookie(signin.remember(data.email)))
    return opened


@create("/sessions/second-factor", action="session.finish")
async def finish(
    request: AnyRequest,
    data: JSONBody[CodeWanted],
    signin: Given[SignIn],
    origin: Given[Origin],
) -> Response[SessionOpened]:
    """Finish signing in with a code of the app, or a recovery code."""
    token = Secret(find_cookie(request, WAITING_COOKIE) or "")
    with beside("code", WrongCode, CodeUsed):
        finished = await signin.finish(token, Secret(data.code), origin)
    opened = _opened(finished.session)
    opened.set_cookie(**device_cookie(signin.remember(finished.email)))
    opened.set_cookie(**clear_wait_cookie())
    return opened


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


def _opened(session: NewSession) -> Response[SessionOpened]:
    return Response(
        SessionOpened(str(session.id), session.expires_at),
        headers={"set-cookie": set_cookie(session.token, session.expires_at)},
    )
