"""The sign-in policy for programs that a person is signed in to."""

from datetime import timedelta
from typing import Annotated

from litestar.params import FromQuery, JSONBody
from litestar.status_codes import HTTP_200_OK
from msgspec import Meta

from strongroom.kernel import Caller, Origin
from strongroom.web import Answered, Given, Wanted, create, read, replace

from .models import SignInPolicy
from .service import Admission


Minutes = Annotated[int, Meta(ge=1, le=1_000_000)]


class PolicyWanted(Wanted, frozen=True):
    """What the organization shall ask; durations are minutes, null is the house's."""

    second_factor: bool
    lifetime: Minutes | None
    idle: Minutes | None
    networks: list[str]


class PolicyAnswered(Answered, frozen=True):
    """What the organization asks."""

    second_factor: bool
    lifetime: int | None
    idle: int | None
    networks: list[str]


class AffectedAnswered(Answered, frozen=True):
    """Whom a policy would change something for."""

    without_factor: list[str]
    sessions_ended: int
    sessions_outside: int


@read("/sign-in-policy", action="sign-in-policy.read")
async def get_policy(
    admission: Given[Admission], caller: Given[Caller]
) -> PolicyAnswered:
    """Show what the organization asks of whoever works in it."""
    return _answer(await admission.get(caller.organization_id))


@read("/sign-in-policy/preview", action="sign-in-policy.read")
async def preview_policy(
    admission: Given[Admission],
    caller: Given[Caller],
    origin: Given[Origin],
    *,
    second_factor: FromQuery[bool] = False,
    lifetime: FromQuery[Minutes | None] = None,
    idle: FromQuery[Minutes | None] = None,
    networks: FromQuery[str] = "",
) -> AffectedAnswered:
    """Say whom a policy would affect; networks are separated by commas."""
    wanted = PolicyWanted(second_factor, lifetime, idle, networks.split(","))
    found = await admission.preview(caller, policy_from(wanted), origin)
    return AffectedAnswered(
        list(found.without_factor), found.sessions_ended, found.sessions_outside
    )


@replace("/sign-in-policy", action="sign-in-policy.change")
async def change_policy(
    data: JSONBody[PolicyWanted],
    admission: Given[Admission],
    caller: Given[Caller],
    origin: Given[Origin],
) -> PolicyAnswered:
    """Let a policy hold, from the next request on."""
    return _answer(await admission.change(caller, policy_from(data), origin))


@create("/sign-in-policy/undo", action="sign-in-policy.undo", status_code=HTTP_200_OK)
async def undo_policy(
    admission: Given[Admission], caller: Given[Caller], origin: Given[Origin]
) -> PolicyAnswered:
    """Let hold again what held before the last change."""
    return _answer(await admission.undo(caller, origin))


def policy_from(wanted: PolicyWanted) -> SignInPolicy:
    """Return the policy of these minutes; empty names of networks are left out."""
    networks = tuple(each.strip() for each in wanted.networks if each.strip())
    lifetime, idle = (
        timedelta(minutes=each) if each else None
        for each in (wanted.lifetime, wanted.idle)
    )
    return SignInPolicy(wanted.second_factor, lifetime, idle, networks)


def minutes_of(span: timedelta | None) -> int | None:
    """Return a duration in whole minutes."""
    return int(span.total_seconds() / 60) if span else None


def _answer(policy: SignInPolicy) -> PolicyAnswered:
    return PolicyAnswered(
        policy.second_factor,
        minutes_of(policy.lifetime),
        minutes_of(policy.idle),
        list(policy.networks),
    )
