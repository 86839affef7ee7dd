"""Look-ups travel together, and are never answered from before they were asked."""

import asyncio
from collections.abc import Mapping

import pytest

from strongroom.db import Batch, DatabaseUnavailable, Turns


class Register:
    """A slow store that remembers what it was asked in one go."""

    def __init__(self) -> None:
        """Know one thing."""
        self.known = {"a": 1}
        self.asked: list[list[str]] = []

    async def look_up(self, keys: list[str]) -> Mapping[str, int]:
        """Answer after a moment."""
        self.asked.append(keys)
        await asyncio.sleep(0.05)
        return {key: self.known[key] for key in keys if key in self.known}


async def test_what_arrives_together_travels_together() -> None:
    """Of a hundred look-ups the first goes alone and the rest share one query."""
    register = Register()
    batch = Batch(register.look_up, flights=1)
    keys = ["a", *(f"unknown {number}" for number in range(99))]
    answers = await asyncio.gather(*(batch.find(key) for key in keys))
    assert answers == [1, *[None] * 99]
    assert [len(keys) for keys in register.asked] == [1, 99]


async def test_no_answer_is_older_than_its_question() -> None:
    """A question asked while a query is under way waits for the next query."""
    register = Register()
    batch = Batch(register.look_up, flights=1)
    first = asyncio.create_task(batch.find("a"))
    await asyncio.sleep(0.01)
    register.known.clear()  # Revoked while the first look-up is under way.
    assert await batch.find("a") is None
    await first
    assert len(register.asked) == 2


async def test_a_cancelled_asker_does_not_take_the_others_answer() -> None:
    """Two ask the same; one goes away; the other is answered."""
    batch = Batch(Register().look_up, flights=1)
    leaving, staying = (asyncio.create_task(batch.find("a")) for _ in range(2))
    await asyncio.sleep(0.01)
    leaving.cancel()
    assert await staying == 1


async def test_a_failing_query_fails_its_askers_and_nobody_after() -> None:
    """The error reaches whoever asked, and the next question is asked anew."""
    register = Register()
    batch = Batch(register.look_up)
    register.known = None  # type: ignore[assignment]
    with pytest.raises(TypeError):
        await batch.find("a")
    register.known = {"a": 1}
    assert await batch.find("a") == 1


async def test_a_store_that_hangs_is_unavailable(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """No answer in time is told as unavailable, never as nobody."""
    monkeypatch.setattr("strongroom.db.batch.PATIENCE_SECONDS", 0.05)

    async def hang(_: list[str]) -> Mapping[str, int]:
        await asyncio.sleep(60)
        return {}

    with pytest.raises(DatabaseUnavailable):
        await Batch(hang).find("a")


async def test_in_turns_nobody_shares_an_answer() -> None:
    """Three ask about one thing and one about another: three flights, of one each."""
    register = Register()
    turns = Turns(register.look_up, flights=1)
    answers = await asyncio.gather(*(turns.find(key) for key in ("a", "a", "b", "a")))
    assert answers == [1, 1, None, 1]
    assert register.asked == [["a"], ["a", "b"], ["a"]]


async def test_in_turns_nobody_is_asked_for_who_went_away() -> None:
    """What a flight changes is not changed for somebody who left before it."""
    register = Register()
    turns = Turns(register.look_up, flights=1)
    first, leaving = (asyncio.create_task(turns.find("a")) for _ in range(2))
    await asyncio.sleep(0.01)
    leaving.cancel()
    assert await first == 1
    assert await turns.find("b") is None
    assert register.asked == [["a"], ["b"]]
