"""Why may somebody do something, and who may, for programs."""

from uuid import UUID

from litestar.params import FromQuery

from strongroom.kernel import Caller
from strongroom.web import Answered, Given, read

from .models import Explanation
from .service import Access


class ExplanationAnswered(Answered, frozen=True):
    """What the gate says of one member and one action."""

    action: str
    role: str
    allowed: bool
    why: str
    roles: list[str]
    holds: list[str]
    asks_factor: bool
    by_key: bool


class MemberAble(Answered, frozen=True):
    """A member who may do the action."""

    account_id: str
    email: str
    role: str


@read("/access/explain", action="access.read")
async def explain_action(
    access: Given[Access],
    caller: Given[Caller],
    action: FromQuery[str],
    account_id: FromQuery[UUID | None] = None,
) -> ExplanationAnswered:
    """Say why a member, the caller unless one is named, may or may not do an action."""
    who = account_id or caller.account_id
    return answer_explanation(await access.explain(caller.organization_id, who, action))


@read("/access/who-can", action="access.read")
async def who_can_do(
    access: Given[Access], caller: Given[Caller], action: FromQuery[str]
) -> list[MemberAble]:
    """List the members who may do an action at this moment."""
    found = await access.who_can(caller.organization_id, action)
    return [MemberAble(str(each.account_id), each.email, each.role) for each in found]


def answer_explanation(told: Explanation) -> ExplanationAnswered:
    """Return what a program is told."""
    return ExplanationAnswered(
        told.action,
        told.role,
        told.allowed,
        told.why,
        list(told.roles),
        list(told.holds),
        told.asks_factor,
        told.by_key,
    )
