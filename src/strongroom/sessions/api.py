"""Sessions for programs."""

from datetime import datetime
from uuid import UUID

from litestar import Response
from litestar.params import FromPath, JSONBody
from litestar.status_codes import HTTP_201_CREATED, HTTP_204_NO_CONTENT

from strongroom.kernel import Caller, Origin
from strongroom.web import (
    Answered,
    Given,
    SessionOpened,
    Wanted,
    create,
    read,
    remove,
    with_cookies,
)

from .models import Session
from .policy import clear_cookie, session_cookie
from .service import Sessions


class CallerAnswered(Answered, frozen=True):
    """Who the session speaks for at this moment."""

    session_id: str
    account_id: str
    email: str
    organization_id: str
    organization: str
    role: str
    expires_at: datetime
    operator: str | None = None
    """Who of the operator acts as the account, if anybody does."""


class OrganizationWanted(Wanted, frozen=True):
    """Where to go on."""

    organization_id: UUID


class Device(Answered, frozen=True):
    """One signed-in device."""

    id: str
    current: bool
    created_at: datetime
    seen_at: datetime
    expires_at: datetime
    address: str | None
    user_agent: str | None
    way: str
    """How it began: ``password``, ``passkey``, ``magic-link``, ``invitation``,
    ``oauth:`` and a provider's name, ``operator``, or ``unknown``."""

    factor: str | None
    """What was asked for after it: ``app``, ``recovery-code`` or ``passkey``."""


def answer_caller(caller: Caller) -> CallerAnswered:
    """Return what a caller is told about itself."""
    return CallerAnswered(
        session_id=str(caller.session_id),
        account_id=str(caller.account_id),
        email=caller.email,
        organization_id=str(caller.organization_id),
        organization=caller.organization_name,
        role=caller.role,
        expires_at=caller.expires_at,
        operator=caller.operator,
    )


@read("/session", action="session.read")
async def current(caller: Given[Caller]) -> CallerAnswered:
    """Say who the session speaks for."""
    return answer_caller(caller)


@remove("/session", action="session.end", status_code=HTTP_204_NO_CONTENT)
async def sign_out(
    sessions: Given[Sessions], caller: Given[Caller], origin: Given[Origin]
) -> Response[None]:
    """Sign this device out."""
    await sessions.end(caller, caller.session_id, origin)
    return with_cookies(Response(None), [clear_cookie()])


@read("/sessions", action="session.read")
async def devices(sessions: Given[Sessions], caller: Given[Caller]) -> list[Device]:
    """List the signed-in devices of the account."""
    return [_device(session, caller) for session in await sessions.devices(caller)]


@remove(
    "/sessions/{session_id:uuid}",
    action="session.end",
    status_code=HTTP_204_NO_CONTENT,
)
async def end(
    session_id: FromPath[UUID],
    sessions: Given[Sessions],
    caller: Given[Caller],
    origin: Given[Origin],
) -> None:
    """Sign one device out; the others stay."""
    await sessions.end(caller, session_id, origin)


@create("/session/organization", action="session.switch")
async def switch(
    data: JSONBody[OrganizationWanted],
    sessions: Given[Sessions],
    caller: Given[Caller],
    origin: Given[Origin],
) -> Response[SessionOpened]:
    """Go on in another organization of the caller's, by a new session."""
    opened = await sessions.go_to(caller, data.organization_id, origin)
    told = SessionOpened(str(opened.id), opened.expires_at)
    cookie = session_cookie(opened.token, opened.expires_at)
    return with_cookies(Response(told, status_code=HTTP_201_CREATED), [cookie])


def _device(session: Session, caller: Caller) -> Device:
    return Device(
        id=str(session.id),
        current=session.id == caller.session_id,
        created_at=session.created_at,
        seen_at=session.seen_at,
        expires_at=session.expires_at,
        address=session.origin.address,
        user_agent=session.origin.user_agent,
        way=session.began.way,
        factor=session.began.factor,
    )
