"""Outside witnesses cosign the log, and the verifier can demand them."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import httpx
import pytest

from strongroom.egress import Gate, any_public
from strongroom.room import Strongroom
from strongroom.tlog import (
    Demand,
    Verdict,
    VerifierKey,
    WitnessKey,
    in_folder,
    verify_export,
    verify_tiles,
)
from strongroom.witnesses import Witnesses, WitnessSettings
from tests.egress.names import LOCAL
from tests.egress.receivers import Certificates, certificates
from tests.people import found_organization, organization_of
from tests.witnesses.witness import AskedWitness, witness


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return where the witnesses' authority lies."""
    return tmp_path_factory.mktemp("witnesses")


@pytest.fixture(scope="module")
def made(place: Path) -> Certificates:
    """Return the witnesses' own authority."""
    return certificates(place)


def asking(
    room: Strongroom, place: Path, asked: Sequence[AskedWitness], organization: UUID
) -> Witnesses:
    """Return what asks these witnesses, who know the organization's log."""
    key = room.audit_tree.verifier_key(organization)
    for each in asked:
        each.logs[key.name] = key
    named = tuple(f"{each.url} {each.key}" for each in asked)
    settings = WitnessSettings(named, str(place / "ca.pem"))
    return Witnesses(room.audit_tree, settings, Gate(any_public(LOCAL)))


async def verdict_of(
    room: Strongroom, organization: UUID, keys: Sequence[WitnessKey], number: int
) -> Verdict:
    """Return what the verifier says of the export, demanding *number* of *keys*."""
    lines = [line async for line in room.audit_tree.export(organization)]
    key: VerifierKey = room.audit_tree.verifier_key(organization)
    demand = Demand(keys, number)
    return verify_export(lines, [key], now=datetime.now(UTC), demand=demand)


async def test_the_verifier_demands_witnesses(
    room: Strongroom, app: httpx.AsyncClient, place: Path, made: Certificates
) -> None:
    """Two cosign, and grow with the log; a third that never did is missed."""
    await found_organization(room, app)
    organization = await organization_of(app)
    await room.audit_tree.seal()
    with witness(made, "one.example") as one, witness(made, "two.example") as two:
        asks = asking(room, place, (one, two), organization)
        keys = [one.key, two.key]
        before = await verdict_of(room, organization, keys, 2)
        assert [each.what for each in before.findings] == ["unwitnessed"]
        assert await asks.turn() == 1
        assert await asks.turn() == 0, "nothing is new"
        await app.put("/api/v1/password", json={"current": "x", "new": "x"})
        await room.audit_tree.seal()
        grown = await verdict_of(room, organization, keys, 2)
        assert (grown.holds, grown.witnessed, grown.size) == (True, 1, 2)
        assert await asks.turn() == 1
        after = await verdict_of(room, organization, keys, 2)
        assert (after.witnesses, after.witnessed) == (["one.example", "two.example"], 2)
        assert one.asked == [0, 1]
        stranger = AskedWitness("three.example").key
        missed = await verdict_of(room, organization, [*keys, stranger], 3)
        assert not missed.holds
        twice = await verdict_of(room, organization, [one.key, one.key], 2)
        assert not twice.holds, "one witness does not count twice"


async def test_after_a_restart_the_witness_says_where_it_was(
    room: Strongroom, app: httpx.AsyncClient, place: Path, made: Certificates
) -> None:
    """A conflict names the size that it knows, and the proof begins there."""
    await found_organization(room, app)
    organization = await organization_of(app)
    await room.audit_tree.seal()
    with witness(made, "one.example") as one:
        await asking(room, place, (one,), organization).turn()
        await app.put("/api/v1/password", json={"current": "x", "new": "x"})
        await room.audit_tree.seal()
        assert await asking(room, place, (one,), organization).turn() == 1
        assert one.asked == [0, 0, 1]


async def test_a_retold_history_is_not_cosigned(
    room: Strongroom, app: httpx.AsyncClient, place: Path, made: Certificates
) -> None:
    """What does not extend what the witness saw stays without its word."""
    await found_organization(room, app)
    organization = await organization_of(app)
    await room.audit_tree.seal()
    with witness(made, "one.example") as one:
        asks = asking(room, place, (one,), organization)
        await asks.turn()
        [known] = one.seen.values()
        one.seen[known.origin] = type(known)(known.origin, 1, b"\0" * 32)
        await app.put("/api/v1/password", json={"current": "x", "new": "x"})
        await room.audit_tree.seal()
        assert await asks.turn() == 0
        assert asks.failures["one.example", organization] == "It answers 422."


async def test_a_witness_that_is_away_costs_its_word_alone(
    room: Strongroom, app: httpx.AsyncClient, place: Path, made: Certificates
) -> None:
    """The other one's is kept, and sealing goes on."""
    await found_organization(room, app)
    organization = await organization_of(app)
    await room.audit_tree.seal()
    with witness(made, "one.example") as one, witness(made, "two.example") as two:
        two.away = True
        asks = asking(room, place, (one, two), organization)
        assert await asks.turn() == 1
        keys = [one.key, two.key]
        assert (await verdict_of(room, organization, keys, 1)).holds
        assert not (await verdict_of(room, organization, keys, 2)).holds
        two.away = False
        assert await asks.turn() == 1
        assert (await verdict_of(room, organization, keys, 2)).holds


async def test_a_folder_of_tiles_verifies_and_a_changed_tile_does_not(
    room: Strongroom, app: httpx.AsyncClient
) -> None:
    """The tree's own files are enough for its hashes."""
    await found_organization(room, app)
    organization = await organization_of(app)
    await room.audit_tree.seal()
    folder = room.audit_tree.tiles(organization).path
    key = room.audit_tree.verifier_key(organization)
    assert verify_tiles(in_folder(folder), [key]).holds
    [tile] = (folder / "tile" / "0" / "000.p").iterdir()
    whole = tile.read_bytes()
    tile.write_bytes(bytes([whole[0] ^ 1]) + whole[1:])
    found = verify_tiles(in_folder(folder), [key]).findings
    tile.write_bytes(whole)
    assert [each.what for each in found] == ["rewritten"]


@pytest.mark.parametrize(
    "text", ["", "http://w.example w+00000000+AA==", "https://w.example nonsense"]
)
def test_what_is_no_witness_stops_the_start(text: str) -> None:
    """A misspelt witness is not silently absent."""
    with pytest.raises(ValueError, match=r"verifier key|witness looks"):
        WitnessSettings((text,))
