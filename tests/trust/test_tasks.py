"""The watch runs what is due, tries the sabotages in time, and keeps what it saw."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta

import msgspec
import pytest

from strongroom.claims import Claim
from strongroom.kernel import utc_now
from strongroom.lab import Contradicted, Lab, Proof, Sabotage, Unprovable
from strongroom.room import Strongroom
from strongroom.trust import Status, Trust, Watch
from strongroom.trust.policy import REBITE_AFTER, RETRY_AFTER
from strongroom.trust.tasks import LANES, LONGEST_GAP, MANY

from .conftest import HOUR, Clock, Lamp, MakeTrust, new_claim


DARK = Contradicted("it is dark")
MINUTE = timedelta(minutes=1)
MARGIN = timedelta(seconds=30)
"""A run's own times are real, so the moments beside them are not met to the second."""


@dataclass
class House:
    """The lab and the twin of one lamp, and how often each was opened."""

    lamp: Lamp
    twin_missing: bool = False
    unbreakable: bool = False
    labs: int = 0
    twins: int = 0
    broken_times: list[str] = field(default_factory=list)

    @asynccontextmanager
    async def lab(self) -> AsyncIterator[Lab]:
        """Lend a lab; these proofs do not look at its target."""
        self.labs += 1
        async with Lab("https://lamp.invalid") as opened:
            yield opened

    @asynccontextmanager
    async def twin(self) -> AsyncIterator["DarkTwin"]:
        """Lend a twin, unless none can be had.

        Raises:
            Unprovable: none can be had.

        """
        if self.twin_missing:
            message = "the twin does not start"
            raise Unprovable(message)
        self.twins += 1
        async with Lab("https://twin.invalid") as opened:
            yield DarkTwin(self, opened)


@dataclass
class DarkTwin:
    """A twin in which the lamp is out while it is broken."""

    house: House
    lab: Lab

    @asynccontextmanager
    async def broken(self, _: Proof, sabotage: Sabotage) -> AsyncIterator[None]:
        """Have the next look find the dark."""
        self.house.broken_times.append(sabotage.what)
        if not self.house.unbreakable:
            self.house.lamp.ends.append(DARK)
        yield


@pytest.fixture
def clock() -> Clock:
    """Return a clock that begins now, and moves when a test moves it."""
    return Clock(utc_now())


@pytest.fixture
def house() -> House:
    """Return a lamp that is on, with its lab and its twin."""
    return House(Lamp())


Watching = Callable[..., tuple[Trust, Watch]]


@pytest.fixture
def watching(house: House, trust_in: MakeTrust, clock: Clock) -> Watching:
    """Return a way to watch some claims, all of them about the lamp."""

    def watch(*claims: Claim) -> tuple[Trust, Watch]:
        trust = trust_in(*claims, lamp=house.lamp)
        return trust, Watch(trust, house.lab, house.twin, clock)

    return watch


async def status_of(trust: Trust, claim: Claim) -> Status:
    """Return how *claim* stands."""
    return (await trust.standing(claim.id)).status


async def test_the_first_turn_proves_everything(
    house: House, watching: Watching
) -> None:
    """With nobody doing anything: run, sabotaged, signed, green."""
    first, second = new_claim(), new_claim()
    trust, watch = watching(first, second)
    kept = await watch.turn()
    assert [run.claim for run in kept] == [first.id, second.id]
    assert house.broken_times == ["the lamp is out"] * 2
    assert (house.labs, house.twins) == (1, 1)
    assert await status_of(trust, first) is Status.PROVED
    assert await status_of(trust, second) is Status.PROVED


async def test_many_proofs_are_tried_side_by_side(
    house: House, watching: Watching
) -> None:
    """Two twins are broken at once, and what was seen is kept in the page's order."""
    claims = [new_claim() for _ in range(MANY)]
    trust, watch = watching(*claims)
    kept = await watch.turn()
    assert [run.claim for run in kept] == [claim.id for claim in claims]
    assert (house.labs, house.twins) == (1, LANES)
    assert house.broken_times == ["the lamp is out"] * MANY
    assert {await status_of(trust, claim) for claim in claims} == {Status.PROVED}


async def test_nothing_is_run_before_its_time(
    house: House, watching: Watching, clock: Clock
) -> None:
    """A proof waits for its cadence, and opens no lab meanwhile."""
    _, watch = watching(new_claim())
    await watch.turn()
    clock.advance(HOUR - MARGIN)
    assert await watch.turn() == []
    assert house.labs == 1
    clock.advance(2 * MARGIN)
    assert len(await watch.turn()) == 1


async def test_each_claim_has_its_own_cadence(watching: Watching, clock: Clock) -> None:
    """A quick one is run again while a slow one waits."""
    quick, slow = new_claim(cadence=10 * MINUTE), new_claim(cadence=HOUR)
    _, watch = watching(quick, slow)
    await watch.turn()
    clock.advance(10 * MINUTE + MARGIN)
    assert [run.claim for run in await watch.turn()] == [quick.id]


async def test_a_caught_sabotage_is_carried_forward(
    house: House, watching: Watching, clock: Clock
) -> None:
    """It vouches for later runs, with the moment at which it was caught."""
    claim = new_claim()
    trust, watch = watching(claim)
    (first,) = await watch.turn()
    clock.advance(HOUR + MARGIN)
    (second,) = await watch.turn()
    assert house.twins == 1
    assert second.sabotage == first.sabotage
    assert second.finished_at > first.finished_at
    assert await status_of(trust, claim) is Status.PROVED


async def test_sabotages_are_repeated_before_they_stop_counting(
    house: House, watching: Watching, clock: Clock
) -> None:
    """Green has no gap: the old ones still count when the new ones are tried."""
    claim = new_claim(cadence=999 * HOUR)
    trust, watch = watching(claim)
    await watch.turn()
    clock.advance(REBITE_AFTER - MARGIN)
    assert await watch.turn() == []
    clock.advance(2 * MARGIN)
    (run,) = await watch.turn()
    assert (house.twins, run.sabotage and run.sabotage.at) == (2, clock.now)
    assert await status_of(trust, claim) is Status.PROVED


async def test_a_missed_sabotage_is_tried_again_soon(
    house: House, watching: Watching, clock: Clock
) -> None:
    """A hiccup does not leave a claim toothless until tomorrow, and costs no haste."""
    claim = new_claim(cadence=999 * HOUR)
    trust, watch = watching(claim)
    house.unbreakable = True
    await watch.turn()
    assert await status_of(trust, claim) is Status.UNPROVEN
    house.unbreakable = False
    clock.advance(RETRY_AFTER - MARGIN)
    assert await watch.turn() == []
    clock.advance(2 * MARGIN)
    await watch.turn()
    assert await status_of(trust, claim) is Status.PROVED


async def test_another_build_is_sabotaged_at_once(
    house: House, watching: Watching
) -> None:
    """After an update, nothing waits for a cadence to be tried again."""
    claim = new_claim()
    trust, watch = watching(claim)
    await watch.turn()
    trust.build = "next"
    assert await status_of(trust, claim) is Status.UNPROVEN
    (run,) = await watch.turn()
    assert house.twins == 2
    assert run.sabotage is not None
    assert run.sabotage.build == "next"
    assert await status_of(trust, claim) is Status.PROVED


async def test_an_edited_sentence_is_proved_at_once(
    house: House, trust_in: MakeTrust, watching: Watching, clock: Clock
) -> None:
    """Other words do not wait for the cadence of the old ones."""
    claim = new_claim()
    await watching(claim)[1].turn()
    edited = msgspec.structs.replace(claim, statement="The lamp is always on.")
    trust = trust_in(edited, lamp=house.lamp)
    watch = Watch(trust, house.lab, house.twin, clock)
    (run,) = await watch.turn()
    assert run.subject_digest == edited.digest()
    assert await status_of(trust, edited) is Status.PROVED


async def test_a_failure_is_repeated_at_once_and_both_are_kept(
    house: House, watching: Watching
) -> None:
    """A red page shows two runs that contradict the claim."""
    claim = new_claim()
    house.lamp.ends += [DARK, DARK]
    trust, watch = watching(claim)
    kept = await watch.turn()
    assert [(run.result, run.reason) for run in kept] == [("failed", "it is dark")] * 2
    assert len(await trust.runs(claim.id)) == 2
    assert await status_of(trust, claim) is Status.FAILING


async def test_a_hiccup_is_not_red(house: House, watching: Watching) -> None:
    """A failure that does not repeat is on record, and the claim stands."""
    claim = new_claim()
    house.lamp.ends += [DARK]
    trust, watch = watching(claim)
    kept = await watch.turn()
    assert [run.result for run in kept] == ["failed", "passed"]
    assert await status_of(trust, claim) is Status.PROVED


async def test_a_failing_claim_is_looked_at_every_minute(
    house: House, watching: Watching, clock: Clock
) -> None:
    """It turns green soon after it is true again, not a cadence later."""
    claim = new_claim()
    house.lamp.ends += [DARK, DARK]
    trust, watch = watching(claim)
    await watch.turn()
    clock.advance(MARGIN)
    assert await watch.turn() == []
    clock.advance(2 * MARGIN)
    assert [run.result for run in await watch.turn()] == ["passed"]
    assert await status_of(trust, claim) is Status.PROVED


async def test_without_a_browser_it_says_so(house: House, watching: Watching) -> None:
    """What needs a browser is unproven where there is none, and tried again later."""
    claim = new_claim()
    house.lamp.ends += [Unprovable("no browser here")] * 2
    trust, watch = watching(claim)
    (run,) = await watch.turn()
    assert (run.result, run.reason) == ("unprovable", "no browser here")
    standing = await trust.standing(claim.id)
    assert (standing.status, standing.reason) == (Status.UNPROVEN, "no browser here")
    assert house.broken_times == []


async def test_without_a_twin_nothing_is_green(
    house: House, watching: Watching, clock: Clock
) -> None:
    """The proof runs all the same; it is green once a twin was broken and noticed."""
    claim = new_claim()
    house.twin_missing = True
    trust, watch = watching(claim)
    (run,) = await watch.turn()
    assert (run.result, run.sabotage) == ("passed", None)
    assert await status_of(trust, claim) is Status.UNPROVEN
    house.twin_missing = False
    clock.advance(MINUTE)
    assert len(await watch.turn()) == 1
    assert await status_of(trust, claim) is Status.PROVED


async def test_a_proof_that_breaks_does_not_stop_the_others(
    house: House, watching: Watching
) -> None:
    """A fault of one proof proves nothing about its claim, and nothing about others."""
    broken, sound = new_claim(), new_claim()
    house.lamp.ends.append(RuntimeError("oops"))
    trust, watch = watching(broken, sound)
    await watch.turn()
    assert await status_of(trust, broken) is Status.UNPROVEN
    assert await status_of(trust, sound) is Status.PROVED


async def test_history_holds_what_was_watched(
    room: Strongroom, watching: Watching, clock: Clock
) -> None:
    """The seconds between two turns count; a longer pause stays a gap."""
    claim = new_claim()
    _, watch = watching(claim)
    await watch.turn()
    clock.advance(timedelta(seconds=10))
    await watch.turn()
    clock.advance(LONGEST_GAP)
    await watch.turn()
    rows = await room.db.system(reason="read a history in a test").fetch(
        "select status, seconds from strongroom.claim_days where claim = $1", claim.id
    )
    assert [tuple(row) for row in rows] == [("proved", 10.0)]


async def test_two_watches_do_not_confuse_each_other(
    house: House, watching: Watching, trust_in: MakeTrust, clock: Clock
) -> None:
    """A second one over the same evidence finds nothing left to do."""
    claim = new_claim()
    await watching(claim)[1].turn()
    trust = trust_in(claim, lamp=house.lamp)
    assert await Watch(trust, house.lab, house.twin, clock).turn() == []
