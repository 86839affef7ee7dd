"""An organization's own key for programs: its versions, a new one, resealing."""

from datetime import datetime

from strongroom.audit import Actor
from strongroom.kernel import Caller, Origin
from strongroom.vault import KeyOwner
from strongroom.web import Answered, Given, create, read

from .service import Rotation


class VersionAnswered(Answered, frozen=True):
    """One version of the key; the key itself is never shown."""

    version: int
    state: str
    created_at: datetime
    seals_from: datetime
    rows: int


class RotationAnswered(Answered, frozen=True):
    """The number of the new version, which seals in a moment."""

    version: int


class ResealedAnswered(Answered, frozen=True):
    """What was resealed now and what is left; ask again while something is."""

    resealed: int
    remaining: int
    broken: int
    destroyed: list[int]
    waiting: list[int]


@read("/keys", action="key.read")
async def versions(
    rotation: Given[Rotation], caller: Given[Caller]
) -> list[VersionAnswered]:
    """List the versions of the organization's key, and what still needs them."""
    owner = KeyOwner.organization(caller.organization_id)
    return [
        VersionAnswered(
            each.version, each.state, each.created_at, each.seals_from, each.rows
        )
        for each in await rotation.versions(owner)
    ]


@create("/keys", action="key.rotate")
async def rotate(
    rotation: Given[Rotation], caller: Given[Caller], origin: Given[Origin]
) -> RotationAnswered:
    """Replace the organization's key; stored values are resealed meanwhile."""
    owner = KeyOwner.organization(caller.organization_id)
    return RotationAnswered(await rotation.rotate(owner, Actor.of(caller), origin))


@create("/keys/reseal", action="key.reseal")
async def reseal(
    rotation: Given[Rotation], caller: Given[Caller], origin: Given[Origin]
) -> ResealedAnswered:
    """Reseal a batch of values now, instead of waiting for the house to do it."""
    owner = KeyOwner.organization(caller.organization_id)
    done = await rotation.reseal_on_record(owner, Actor.of(caller), origin)
    return ResealedAnswered(
        done.resealed,
        done.remaining,
        done.broken,
        list(done.destroyed),
        list(done.waiting),
    )
