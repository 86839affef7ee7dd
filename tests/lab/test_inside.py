"""One prover at a time, in whichever process."""

import asyncio

from strongroom.db import OWNER
from strongroom.db.embedded import EmbeddedPostgres
from strongroom.lab import Evidence, Inside, Lab, Proof, Vantage, proof, run_proof
from tests.conftest import KEYS, OWNER_PASSWORD

from .test_proof import SEEN, no_light


def lab_at(url: str) -> Lab:
    """Return a lab of an installation, as another process would have it."""
    return Lab("https://lamp.invalid", inside=Inside(url, url, KEYS, ()))


def slow_proof(order: list[str], name: str) -> Proof:
    """Return a proof that says when it begins and when it ends."""

    @proof("lamp.on", vantage=Vantage.INSIDE, sabotages=[no_light])
    async def look(_: Lab) -> Evidence:
        order.append(f"{name} begins")
        await asyncio.sleep(0.2)
        order.append(f"{name} ends")
        return SEEN

    return look


async def test_two_provers_take_turns(
    postgres: EmbeddedPostgres, database: str
) -> None:
    """What one plants, the other does not find: they never look together."""
    url, order = postgres.url(OWNER, OWNER_PASSWORD, database), list[str]()
    async with lab_at(url) as one, lab_at(url) as other:
        outcomes = await asyncio.gather(
            run_proof(slow_proof(order, "one"), one, {}),
            run_proof(slow_proof(order, "other"), other, {}),
        )
    assert [each.result for each in outcomes] == ["passed", "passed"]
    first, second = order[0].split()[0], order[2].split()[0]
    assert order == [
        f"{first} begins",
        f"{first} ends",
        f"{second} begins",
        f"{second} ends",
    ]
    assert first != second


async def test_without_a_database_nobody_can_tell() -> None:
    """A prover that cannot ask whether it is alone proves nothing, and says why."""
    async with lab_at("postgresql://nobody@127.0.0.1:1/none") as lab:
        outcome = await run_proof(slow_proof([], "one"), lab, {})
    assert (outcome.result, outcome.reason) == (
        "unprovable",
        "The database does not answer.",
    )
