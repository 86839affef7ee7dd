"""The lane: hashes wait their turn, off the event loop, and only so many of them."""

import asyncio
import os
import threading

import pytest

from strongroom.crypto import (
    Bcrypt,
    HashingBusy,
    HashingLane,
    Mismatch,
    verify,
)


PEPPER = b"a pepper that is 32 bytes long.."
PASSWORD = "a rather long passphrase"


async def settle() -> None:
    """Let every task that can run reach its next wait."""
    for _ in range(5):
        await asyncio.sleep(0)


def own_niceness() -> int:
    """Return the niceness of the thread that asks."""
    return os.getpriority(os.PRIO_PROCESS, threading.get_native_id())


@pytest.mark.asyncio
async def test_the_lane_returns_and_raises_what_the_hash_does() -> None:
    """A verifier comes back, a mismatch is raised at the one who asked."""
    lane = HashingLane()
    verifier = await lane.run(Bcrypt(4).hash, PASSWORD, PEPPER)
    await lane.run(verify, verifier, PASSWORD, pepper=PEPPER)
    with pytest.raises(Mismatch):
        await lane.run(verify, verifier, "another long passphrase", PEPPER)
    await lane.close()


@pytest.mark.asyncio
async def test_only_the_lanes_thread_is_niced() -> None:
    """Hashing yields the processor to others; the event loop gives nothing up."""
    before = own_niceness()
    lane = HashingLane()
    assert await lane.run(own_niceness) == max(17, before)
    assert await lane.run(threading.get_ident) != threading.get_ident()
    assert own_niceness() == before
    await lane.close()


@pytest.mark.asyncio
async def test_the_event_loop_runs_on_while_a_hash_is_made() -> None:
    """Other work keeps its turns during a hash of some hundred milliseconds."""
    lane = HashingLane()
    hashing = asyncio.ensure_future(lane.run(Bcrypt(11).hash, PASSWORD, PEPPER))
    turns = 0
    while not hashing.done():
        await asyncio.sleep(0.001)
        turns += 1
    await hashing
    await lane.close()
    assert turns > 10


@pytest.mark.asyncio
async def test_hashes_run_one_after_another_in_order() -> None:
    """One thread serves all, so that two hashes never take two processors."""
    lane = HashingLane(waiting=20)
    threads = set[int]()
    order = list[int]()

    def note(number: int) -> None:
        threads.add(threading.get_ident())
        order.append(number)

    await asyncio.gather(*(lane.run(note, number) for number in range(20)))
    await lane.close()
    assert order == list(range(20))
    assert len(threads) == 1


@pytest.mark.asyncio
async def test_one_more_than_may_wait_is_refused_at_once() -> None:
    """With one hash running and two waiting, the fourth is busy, later ones are not."""
    lane, gate = HashingLane(waiting=2), threading.Event()
    held = [asyncio.ensure_future(lane.run(gate.wait, 10)) for _ in range(3)]
    await settle()
    with pytest.raises(HashingBusy):
        await lane.run(own_niceness)
    gate.set()
    assert await asyncio.gather(*held) == [True, True, True]
    await lane.run(own_niceness)
    await lane.close()


@pytest.mark.asyncio
async def test_a_hash_that_fails_gives_its_place_back() -> None:
    """Failures do not use the lane up."""
    lane = HashingLane(waiting=0)
    for _ in range(5):
        with pytest.raises(Mismatch):
            await lane.run(verify, "", PASSWORD, PEPPER)
    await lane.run(own_niceness)
    await lane.close()


@pytest.mark.asyncio
async def test_a_waiter_that_gives_up_frees_its_place() -> None:
    """Someone who hangs up while waiting costs no hash and no place."""
    lane, gate, made = HashingLane(waiting=1), threading.Event(), list[str]()
    running = asyncio.ensure_future(lane.run(gate.wait, 10))
    waiting = asyncio.ensure_future(lane.run(made.append, "gave up"))
    await settle()
    waiting.cancel()
    await settle()
    another = asyncio.ensure_future(lane.run(made.append, "stayed"))
    await settle()
    gate.set()
    await asyncio.gather(running, another)
    await lane.close()
    assert waiting.cancelled()
    assert made == ["stayed"]


@pytest.mark.asyncio
async def test_a_running_hash_keeps_its_place_when_its_caller_leaves() -> None:
    """Hanging up cannot make room for more hashes than the thread really has."""
    lane, gate, started = HashingLane(waiting=0), threading.Event(), threading.Event()

    def hold() -> None:
        started.set()
        gate.wait(10)

    leaving = asyncio.ensure_future(lane.run(hold))
    await asyncio.to_thread(started.wait)
    leaving.cancel()
    await settle()
    with pytest.raises(HashingBusy):
        await lane.run(own_niceness)
    gate.set()
    await lane.close()
    assert leaving.cancelled()


@pytest.mark.asyncio
async def test_closing_finishes_what_was_let_in_and_refuses_the_rest() -> None:
    """Nobody who was let in loses the answer; nobody enters a closed lane."""
    lane, gate = HashingLane(waiting=5), threading.Event()
    held = [asyncio.ensure_future(lane.run(gate.wait, 10)) for _ in range(3)]
    await settle()
    closing = asyncio.ensure_future(lane.close())
    await asyncio.sleep(0.05)
    assert not closing.done()
    gate.set()
    await closing
    assert await asyncio.gather(*held) == [True, True, True]
    with pytest.raises(HashingBusy):
        await lane.run(own_niceness)
    await lane.close()
    assert not any(
        thread.name.startswith("hashing") for thread in threading.enumerate()
    )


def test_a_negative_number_cannot_wait() -> None:
    """A lane that could never let anyone in is refused."""
    with pytest.raises(ValueError, match="negative"):
        HashingLane(waiting=-1)
