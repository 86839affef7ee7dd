"""Passkeys for programs, and for the script of our pages."""

from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import Response
from litestar.params import FromPath, JSONBody
from litestar.status_codes import HTTP_200_OK, HTTP_204_NO_CONTENT

from strongroom.kernel import Caller, Origin, Secret
from strongroom.passwords import WrongPassword
from strongroom.web import (
    Answered,
    AnyRequest,
    Given,
    Wanted,
    beside,
    change,
    create,
    find_caller,
    find_cookie,
    read,
    remove,
    with_cookies,
)

from .models import Asked, Shown
from .policy import COOKIE
from .service import Passkeys


class PasskeyAnswered(Answered, frozen=True):
    """One passkey, as its owner sees it."""

    id: str
    name: str
    created_at: datetime
    used_at: datetime | None


class PasskeysAnswered(Answered, frozen=True):
    """The caller's passkeys, oldest first."""

    passkeys: list[PasskeyAnswered]


class QuestionAnswered(Answered, frozen=True):
    """What a browser's ``navigator.credentials`` is given."""

    options: dict[str, Any]


class EnrolmentWanted(Wanted, frozen=True):
    """The password, so that nobody enrols who only found an open browser."""

    password: str


class PasskeyWanted(Wanted, frozen=True):
    """What ``PublicKeyCredential.toJSON`` returns for the asked question."""

    credential: dict[str, Any]


class NewPasskeyWanted(Wanted, frozen=True):
    """A new passkey, and what its owner calls it."""

    name: str
    credential: dict[str, Any]


class NameWanted(Wanted, frozen=True):
    """What a passkey is called from now on."""

    name: str


class RegisteredAnswered(Answered, frozen=True):
    """The passkey, and recovery codes where it is the first second factor."""

    id: str
    recovery_codes: list[str]


@read("/passkeys", action="passkey.read")
async def passkeys_of(
    passkeys: Given[Passkeys], caller: Given[Caller]
) -> PasskeysAnswered:
    """List the caller's passkeys."""
    found = await passkeys.of(caller)
    return PasskeysAnswered(
        [
            PasskeyAnswered(str(each.id), each.name, each.created_at, each.used_at)
            for each in found
        ]
    )


@read("/passkeys/challenge", action="passkey.challenge")
async def ask(
    request: AnyRequest, passkeys: Given[Passkeys]
) -> Response[QuestionAnswered]:
    """Ask for a passkey: of the caller, or of whoever signs in. Good for one answer."""
    return _asked(await passkeys.ask(find_caller(request)))


@create("/passkeys/options", action="passkey.enrol", status_code=HTTP_200_OK)
async def enrol(
    data: JSONBody[EnrolmentWanted],
    passkeys: Given[Passkeys],
    caller: Given[Caller],
    origin: Given[Origin],
) -> Response[QuestionAnswered]:
    """Begin with a passkey; nothing counts before it was sent."""
    with beside("password", WrongPassword):
        return _asked(await passkeys.enrol(caller, Secret(data.password), origin))


@create("/passkeys", action="passkey.register")
async def register(
    request: AnyRequest,
    data: JSONBody[NewPasskeyWanted],
    passkeys: Given[Passkeys],
    caller: Given[Caller],
    origin: Given[Origin],
) -> RegisteredAnswered:
    """Keep a new passkey. With the first one every other session ends."""
    shown = _shown(request, data.credential)
    kept = await passkeys.register(caller, data.name, shown, origin)
    return RegisteredAnswered(str(kept.id), [each.reveal() for each in kept.codes])


@change(
    "/passkeys/{passkey_id:uuid}",
    action="passkey.rename",
    status_code=HTTP_204_NO_CONTENT,
)
async def rename(
    passkey_id: FromPath[UUID],
    data: JSONBody[NameWanted],
    passkeys: Given[Passkeys],
    caller: Given[Caller],
    origin: Given[Origin],
) -> None:
    """Call a passkey something else."""
    await passkeys.rename(caller, passkey_id, data.name, origin)


@remove(
    "/passkeys/{passkey_id:uuid}",
    action="passkey.remove",
    status_code=HTTP_204_NO_CONTENT,
)
async def forget(
    passkey_id: FromPath[UUID],
    passkeys: Given[Passkeys],
    caller: Given[Caller],
    origin: Given[Origin],
) -> None:
    """Remove a passkey: it signs nobody in any more."""
    await passkeys.remove(caller, passkey_id, origin)


@create(
    "/session/step-up/passkey",
    action="passkey.step-up",
    status_code=HTTP_204_NO_CONTENT,
)
async def step_up(
    request: AnyRequest,
    data: JSONBody[PasskeyWanted],
    passkeys: Given[Passkeys],
    caller: Given[Caller],
    origin: Given[Origin],
) -> None:
    """Show a passkey again; for a few minutes sensitive actions ask no more."""
    await passkeys.step_up(caller, _shown(request, data.credential), origin)


def _asked(asked: Asked) -> Response[QuestionAnswered]:
    headers = {"cache-control": "no-store"}
    answer = Response(QuestionAnswered(dict(asked.options)), headers=headers)
    return with_cookies(answer, [asked.cookie])


def _shown(request: AnyRequest, credential: dict[str, Any]) -> Shown:
    return Shown(Secret(find_cookie(request, COOKIE) or ""), credential)
