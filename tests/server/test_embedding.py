"""A product seals a column of its own for whoever calls, and for nobody else."""

from datetime import UTC, datetime
from typing import Any

import pytest

from strongroom.kernel import Caller, Secret, new_id
from strongroom.room import Strongroom
from strongroom.server import open_for, seal_for
from strongroom.server.product_pass import ROOM
from strongroom.vault import Place, PlaceUnknown, SealBroken
from strongroom.web import CALLER


def request_of(room: Strongroom) -> dict[str, Any]:
    """Return the scope of a request by somebody of an organization of their own."""
    caller = Caller(
        new_id(), new_id(), "a@x.invalid", new_id(), "A", "owner", datetime.now(UTC)
    )
    return {ROOM: room, CALLER: caller}


async def test_a_value_opens_for_the_organization_that_sealed_it(
    room: Strongroom,
) -> None:
    """Two lines seal and open; another organization's caller opens nothing."""
    ours, theirs = request_of(room), request_of(room)
    place = Place("strongroom.vault_checks", "phrase", new_id())
    sealed = await seal_for(ours, place, Secret("token"))
    assert (await open_for(ours, place, sealed)).reveal() == "token"
    await seal_for(theirs, place, Secret("theirs"))
    with pytest.raises(SealBroken):
        await open_for(theirs, place, sealed)


async def test_a_column_that_is_not_named_is_refused(room: Strongroom) -> None:
    """A product that forgets to name its column is told before anything is stored."""
    place = Place("shops", "token", new_id())
    with pytest.raises(PlaceUnknown, match=r"shops\.token is not registered"):
        await seal_for(request_of(room), place, Secret("token"))
