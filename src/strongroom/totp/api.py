"""Second factors for programs."""

from datetime import datetime

from litestar.params import JSONBody
from litestar.status_codes import HTTP_204_NO_CONTENT

from strongroom.kernel import Caller, Origin, Secret
from strongroom.passwords import WrongPassword
from strongroom.web import Answered, Given, Wanted, beside, create, read, remove

from .errors import CodeUsed, WrongCode
from .service import Totp


class FactorAnswered(Answered, frozen=True):
    """How the account's second factor stands."""

    enabled: bool
    pending: bool
    since: datetime | None
    locked_until: datetime | None
    recovery_codes_left: int
    fresh: bool
    """Whether the session may do now what asks for a second factor."""


class EnrolmentWanted(Wanted, frozen=True):
    """The password, so that nobody enrols who only found an open browser."""

    password: str


class EnrolmentAnswered(Answered, frozen=True):
    """What an authenticator app needs, shown this once."""

    secret: str
    uri: str


class CodeWanted(Wanted, frozen=True):
    """The app's present code or, but to turn it on, a recovery code."""

    code: str


class RecoveryCodes(Answered, frozen=True):
    """Each works once, and they are shown this once."""

    recovery_codes: list[str]


@read("/totp", action="totp.read")
async def standing(totp: Given[Totp], caller: Given[Caller]) -> FactorAnswered:
    """Say how the caller's second factor stands."""
    found = await totp.standing(caller.account_id)
    return FactorAnswered(
        enabled=found.has_app,
        pending=found.is_pending,
        since=found.since,
        locked_until=found.locked_until,
        recovery_codes_left=found.codes_left,
        fresh=caller.fresh,
    )


@create("/totp", action="totp.enrol")
async def enrol(
    data: JSONBody[EnrolmentWanted],
    totp: Given[Totp],
    caller: Given[Caller],
    origin: Given[Origin],
) -> EnrolmentAnswered:
    """Begin with an app; nothing asks for it before its first code was sent."""
    with beside("password", WrongPassword):
        begun = await totp.enrol(caller, Secret(data.password), origin)
    return EnrolmentAnswered(begun.secret.reveal(), begun.uri.reveal())


@create("/totp/enable", action="totp.enable")
async def enable(
    data: JSONBody[CodeWanted],
    totp: Given[Totp],
    caller: Given[Caller],
    origin: Given[Origin],
) -> RecoveryCodes:
    """Turn the second factor on by its first code; every other session ends."""
    with beside("code", WrongCode):
        codes = await totp.enable(caller, Secret(data.code), origin)
    return RecoveryCodes([each.reveal() for each in codes])


@create("/totp/recovery-codes", action="totp.renew-codes")
async def renew_codes(
    totp: Given[Totp], caller: Given[Caller], origin: Given[Origin]
) -> RecoveryCodes:
    """Make new recovery codes; the earlier ones work no more."""
    codes = await totp.renew_codes(caller, origin)
    return RecoveryCodes([each.reveal() for each in codes])


@remove("/totp", action="totp.disable", status_code=HTTP_204_NO_CONTENT)
async def disable(
    totp: Given[Totp], caller: Given[Caller], origin: Given[Origin]
) -> None:
    """Turn the second factor off."""
    await totp.disable(caller, origin)


@create("/session/step-up", action="session.step-up", status_code=HTTP_204_NO_CONTENT)
async def step_up(
    data: JSONBody[CodeWanted],
    totp: Given[Totp],
    caller: Given[Caller],
    origin: Given[Origin],
) -> None:
    """Show the second factor again; for a few minutes sensitive actions ask no more."""
    with beside("code", WrongCode, CodeUsed):
        await totp.step_up(caller, Secret(data.code), origin)
