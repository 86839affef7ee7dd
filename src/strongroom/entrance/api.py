"""Finishing a sign-in for programs."""

from litestar.params import JSONBody

from strongroom.kernel import Origin, Secret
from strongroom.totp import CodeUsed, WrongCode
from strongroom.web import (
    AnyRequest,
    Arrived,
    Given,
    Wanted,
    answer_arrival,
    beside,
    create,
    find_cookie,
)

from .policy import WAITING_COOKIE
from .service import Entrance


class CodeWanted(Wanted, frozen=True):
    """The app's present code, or a recovery code."""

    code: str


@create("/sessions/second-factor", action="session.finish")
async def finish(
    request: AnyRequest,
    data: JSONBody[CodeWanted],
    entrance: Given[Entrance],
    origin: Given[Origin],
) -> Arrived:
    """Finish signing in with a code of the app, or a recovery code."""
    token = Secret(find_cookie(request, WAITING_COOKIE) or "")
    with beside("code", WrongCode, CodeUsed):
        return answer_arrival(await entrance.finish(token, Secret(data.code), origin))
