"""Signing in by mail, for programs."""

from litestar import Response
from litestar.params import JSONBody
from litestar.status_codes import HTTP_202_ACCEPTED

from strongroom.kernel import Origin, Secret
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
    with_cookies,
)

from .errors import WrongMailCode
from .policy import ASKER_COOKIE, read_asker
from .service import MagicLinks


class LinkWanted(Wanted, frozen=True):
    """The address of somebody who wants to sign in by mail."""

    email: str


class LinkShown(Wanted, frozen=True):
    """What was mailed: the token of the link, or the code of eight characters."""

    code: str


class LinkMailed(Answered, frozen=True):
    """The same answer for every address."""

    next: str = "check-your-mail"


@create("/magic-links", action="magic-link.ask", status_code=HTTP_202_ACCEPTED)
async def ask(
    data: JSONBody[LinkWanted], links: Given[MagicLinks], origin: Given[Origin]
) -> Response[LinkMailed]:
    """Ask for a link by mail, which works with this answer's cookie alone."""
    asked = await links.ask(data.email, origin)
    told = Response(LinkMailed(), status_code=HTTP_202_ACCEPTED)
    return with_cookies(told, [asked.cookie])


@create("/sessions/magic-link", action="magic-link.sign-in")
async def sign_in(
    request: AnyRequest,
    data: JSONBody[LinkShown],
    links: Given[MagicLinks],
    origin: Given[Origin],
) -> Arrived:
    """Sign in by what was mailed. 202 says that a second factor is asked next."""
    asker, _ = read_asker(find_cookie(request, ASKER_COOKIE))
    with beside("code", WrongMailCode):
        return answer_arrival(await links.sign_in(asker, Secret(data.code), origin))
