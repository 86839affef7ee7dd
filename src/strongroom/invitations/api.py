"""Invitations for programs, and joining by one."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from litestar.params import FromPath, JSONBody
from litestar.status_codes import HTTP_200_OK, HTTP_204_NO_CONTENT

from strongroom.kernel import Caller, Origin, Secret
from strongroom.passwords import PasswordRefused
from strongroom.web import (
    Answered,
    AnyRequest,
    Arrived,
    Given,
    Wanted,
    answer_arrival,
    beside,
    create,
    find_caller,
    read,
    remove,
)

from .models import Invitation, Joining
from .service import Invitations


class InvitationWanted(Wanted, frozen=True):
    """An address, and the role that its owner is to have."""

    email: str
    role: str


class JoiningWanted(Wanted, frozen=True):
    """The token of the mail; a newcomer's password, which is empty otherwise."""

    token: str
    password: str = ""


class InvitationAnswered(Answered, frozen=True):
    """An invitation that nobody accepted yet; its link is in the mail alone."""

    id: str
    email: str
    role: str
    invited_by: str
    created_at: datetime
    expires_at: datetime
    state: Literal["open", "expired"]


@read("/invitations", action="invitation.read")
async def list_invitations(
    invitations: Given[Invitations], caller: Given[Caller]
) -> list[InvitationAnswered]:
    """List the organization's invitations that nobody accepted, newest first."""
    return [_answer(each) for each in await invitations.of(caller.organization_id)]


@create("/invitations", action="invitation.create")
async def invite(
    data: JSONBody[InvitationWanted],
    invitations: Given[Invitations],
    caller: Given[Caller],
    origin: Given[Origin],
) -> InvitationAnswered:
    """Invite an address, in a role that may do no more than the caller."""
    made = await invitations.create(caller, data.email, data.role, origin)
    return _answer(made)


@create(
    "/invitations/{invitation_id:uuid}/resend",
    action="invitation.resend",
    status_code=HTTP_200_OK,
)
async def resend(
    invitation_id: FromPath[UUID],
    invitations: Given[Invitations],
    caller: Given[Caller],
    origin: Given[Origin],
) -> InvitationAnswered:
    """Mail a new link; the earlier one works no more."""
    return _answer(await invitations.resend(caller, invitation_id, origin))


@remove(
    "/invitations/{invitation_id:uuid}",
    action="invitation.revoke",
    status_code=HTTP_204_NO_CONTENT,
)
async def revoke(
    invitation_id: FromPath[UUID],
    invitations: Given[Invitations],
    caller: Given[Caller],
    origin: Given[Origin],
) -> None:
    """Take an invitation back; its link works no more."""
    await invitations.revoke(caller, invitation_id, origin)


@create("/invitations/accept", action="invitation.accept")
async def accept(
    request: AnyRequest,
    data: JSONBody[JoiningWanted],
    invitations: Given[Invitations],
    origin: Given[Origin],
) -> Arrived:
    """Join by an invitation: as a newcomer, or signed in as the invited address."""
    caller = find_caller(request)
    joining = Joining(Secret(data.token), Secret(data.password), caller)
    with beside("password", PasswordRefused):
        return answer_arrival(await invitations.accept(joining, origin))


def _answer(invitation: Invitation) -> InvitationAnswered:
    return InvitationAnswered(
        str(invitation.id),
        invitation.email,
        invitation.role,
        invitation.invited_by,
        invitation.created_at,
        invitation.expires_at,
        invitation.state,
    )
