"""The watch of a real server's proofs, with a real twin to break."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

from strongroom.claims import Profile
from strongroom.lab import Lab
from strongroom.room import Strongroom
from strongroom.server.labs import TwinProcess, all_proofs
from strongroom.trust import Status, Subject, Trust, Watch
from tests.conftest import KEYS

from .conftest import TwinOf


WATCHED = ("trust.security-txt", "sessions.devices", "tenancy.context")


async def test_one_turn_proves_and_sabotages(
    twin_of: TwinOf, room: Strongroom, profile: Profile
) -> None:
    """With nobody doing anything, claims are proved and each sabotage is caught."""
    twin = await twin_of("default")
    claims = {name: profile.claims[name] for name in WATCHED}
    subject = Subject(replace(profile, claims=claims), all_proofs(), twin.lab.url)
    trust = Trust(room.db, KEYS, subject)

    @asynccontextmanager
    async def lab() -> AsyncIterator[Lab]:
        yield twin.lab

    @asynccontextmanager
    async def lent() -> AsyncIterator[TwinProcess]:
        yield twin

    kept = await Watch(trust, lab, lent).turn()
    assert {run.claim: (run.result, run.reason) for run in kept} == dict.fromkeys(
        WATCHED, ("passed", None)
    )
    for run in kept:
        proof = all_proofs()[run.claim]
        record = run.sabotage
        assert record is not None
        assert [bite["what"] for bite in record.bites] == [
            sabotage.what for sabotage in proof.sabotages
        ]
        assert record.all_caught
    statuses = {each.claim.id: each.status for each in await trust.standings()}
    assert statuses == dict.fromkeys(WATCHED, Status.PROVED)
