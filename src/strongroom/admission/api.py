"""The sign-in policy for programs that a person is signed in to."""

from datetime import timedelta
from typing import Annotated

from litestar.params import FromQuery, JSONBody
from litestar.status_codes import HTTP_200_OK
from msgspec import Meta

from strongroom.kernel import Caller, Origin, Secret
from strongroom.passwords import WrongPassword
from strongroom.web import Answered, Given, Wanted, beside, create, read, replace

from .models import SignInPolicy
from .service import Admission


Minutes = Annotated[int, Meta(ge=1, le=1_000_000, description="In minutes.")]


class PolicyWanted(Wanted, frozen=True):
    """What the organization shall ask; durations are minutes, null is the house's."""

    second_factor: bool
    lifetime: Minutes | None
    idle: Minutes | None
    networks: list[str]
    ways: list[str]
    """How sessions may begin, as ``GET /api/v1/sessions`` says it; none is any."""


class PolicyChange(PolicyWanted, frozen=True):
    """That, and the password of whoever wants it."""

    password: str


class Confirmed(Wanted, frozen=True):
    """The password of whoever takes a change back."""

    password: str


class PolicyAnswered(Answered, frozen=True):
    """What the organization asks; durations are minutes, null is the house's."""

    second_factor: bool
    lifetime: Minutes | None
    idle: Minutes | None
    networks: list[str]
    ways: list[str]


class MeetingAnswered(Answered, frozen=True):
    """Which ways in are allowed here, and which one began the session that asks."""

    way: str
    ways: list[str]


class AffectedAnswered(Answered, frozen=True):
    """Whom a policy would change something for."""

    without_factor: list[str]
    without_way: list[str]
    sessions_ended: int
    sessions_outside: int
    sessions_otherwise: int


@read("/sign-in-policy", action="sign-in-policy.read")
async def get_policy(
    admission: Given[Admission], caller: Given[Caller]
) -> PolicyAnswered:
    """Show what the organization asks of whoever works in it."""
    return _answer(await admission.get(caller.organization_id))


@read("/ways-in", action="sign-in-policy.meet")
async def allowed_ways(
    admission: Given[Admission], caller: Given[Caller]
) -> MeetingAnswered:
    """Say by which ways one comes in here, also to whoever came by another."""
    found = await admission.meet(caller)
    return MeetingAnswered(found.way, list(found.ways))


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
    ways: FromQuery[str] = "",
) -> AffectedAnswered:
    """Say whom a policy would affect; networks and ways are separated by commas."""
    lists = networks.split(","), ways.split(",")
    wanted = PolicyWanted(second_factor, lifetime, idle, *lists)
    found = await admission.preview(caller, policy_from(wanted), origin)
    return AffectedAnswered(
        list(found.without_factor),
        list(found.without_way),
        found.sessions_ended,
        found.sessions_outside,
        found.sessions_otherwise,
    )


@replace("/sign-in-policy", action="sign-in-policy.change")
async def change_policy(
    data: JSONBody[PolicyChange],
    admission: Given[Admission],
    caller: Given[Caller],
    origin: Given[Origin],
) -> PolicyAnswered:
    """Let a policy hold, from the next request on."""
    wanted, password = policy_from(data), Secret(data.password)
    with beside("password", WrongPassword):
        return _answer(await admission.change(caller, wanted, password, origin))


@create("/sign-in-policy/undo", action="sign-in-policy.undo", status_code=HTTP_200_OK)
async def undo_policy(
    data: JSONBody[Confirmed],
    admission: Given[Admission],
    caller: Given[Caller],
    origin: Given[Origin],
) -> PolicyAnswered:
    """Let hold again what held before the last change."""
    with beside("password", WrongPassword):
        return _answer(await admission.undo(caller, Secret(data.password), origin))


def policy_from(wanted: PolicyWanted) -> SignInPolicy:
    """Return the policy of these minutes; empty names are left out."""
    networks, ways = (
        tuple(each.strip() for each in names if each.strip())
        for names in (wanted.networks, wanted.ways)
    )
    lifetime, idle = (
        timedelta(minutes=each) if each else None
        for each in (wanted.lifetime, wanted.idle)
    )
    return SignInPolicy(wanted.second_factor, lifetime, idle, networks, ways)


def minutes_of(span: timedelta | None) -> int | None:
    """Return a duration in whole minutes."""
    return int(span.total_seconds() / 60) if span else None


def _answer(policy: SignInPolicy) -> PolicyAnswered:
    return PolicyAnswered(
        policy.second_factor,
        minutes_of(policy.lifetime),
        minutes_of(policy.idle),
        list(policy.networks),
        list(policy.ways),
    )
