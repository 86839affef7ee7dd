"""Finishing a sign-in for programs."""

from typing import Any

from litestar.params import JSONBody

from strongroom.kernel import Origin, Secret
from strongroom.passkeys import CHALLENGE_COOKIE, Shown
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


class PasskeyWanted(Wanted, frozen=True):
    """What ``PublicKeyCredential.toJSON`` returns for the asked question."""

    credential: dict[str, Any]


@create("/sessions/second-factor/passkey", action="session.finish")
async def finish_by_passkey(
    request: AnyRequest,
    data: JSONBody[PasskeyWanted],
    entrance: Given[Entrance],
    origin: Given[Origin],
) -> Arrived:
    """Finish signing in with a passkey of the account."""
    token = Secret(find_cookie(request, WAITING_COOKIE) or "")
    shown = _shown(request, data)
    return answer_arrival(await entrance.finish_by_passkey(token, shown, origin))


@create("/sessions/passkey", action="passkey.sign-in")
async def enter(
    request: AnyRequest,
    data: JSONBody[PasskeyWanted],
    entrance: Given[Entrance],
    origin: Given[Origin],
) -> Arrived:
    """Sign in with a passkey alone: it is both factors, so no code is asked."""
    return answer_arrival(await entrance.enter(_shown(request, data), origin))


def _shown(request: AnyRequest, data: PasskeyWanted) -> Shown:
    challenge = Secret(find_cookie(request, CHALLENGE_COOKIE) or "")
    return Shown(challenge, data.credential)
