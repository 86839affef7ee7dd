"""Look-ups that arrive together travel together.

While one query is under way, new questions wait and share the next one. Nothing
is cached: an answer is always read after its question was asked. Measured, this
carries a quarter more strict look-ups than a query each (docs/decisions/0007).
"""

import asyncio
from collections.abc import Awaitable, Callable, Hashable, Iterator, Mapping
from typing import Any, Generic, TypeVar

from .errors import DatabaseUnavailable


Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")

Asked = dict[Key, list[asyncio.Future[Value | None]]]
"""Who waits for the answer to each question."""

PATIENCE_SECONDS = 1.5
"""A look-up that takes longer is answered as unavailable."""


class Batch(Generic[Key, Value]):
    """Turns many concurrent ``find(key)`` into few ``look_up(keys)``."""

    def __init__(
        self,
        look_up: Callable[[list[Key]], Awaitable[Mapping[Key, Value]]],
        flights: int = 2,
    ) -> None:
        """Ask through *look_up*, at most *flights* queries at a time."""
        self._look_up, self._free = look_up, flights
        self._asked: Asked[Key, Value] = {}
        self._flying: set[asyncio.Task[None]] = set()

    async def find(self, key: Key) -> Value | None:
        """Return what the database says now about *key*, or None.

        Raises:
            DatabaseUnavailable: it did not say anything in time.

        """
        # One's own: a caller that goes away must not cancel the others' answer.
        answer: asyncio.Future[Value | None]
        answer = asyncio.get_running_loop().create_future()
        self._asked.setdefault(key, []).append(answer)
        if self._free:
            self._depart()
        return await answer

    def _take(self) -> Asked[Key, Value]:
        """Return whom the next flight takes along; the others stay."""
        asked, self._asked = self._asked, {}
        return asked

    def _depart(self) -> None:
        asked = self._take()
        if not asked:
            return
        self._free -= 1
        task = asyncio.get_running_loop().create_task(self._fly(asked))
        self._flying.add(task)
        task.add_done_callback(self._flying.discard)

    async def _fly(self, asked: Asked[Key, Value]) -> None:
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                found = await self._look_up(list(asked))
            for key, answer in each_open(asked):
                answer.set_result(found.get(key))
        except Exception as failed:  # noqa: BLE001 - handed to everyone who asked.
            gone = DatabaseUnavailable() if isinstance(failed, TimeoutError) else failed
            for _, answer in each_open(asked):
                answer.set_exception(gone)
        finally:
            self._free += 1
            if self._asked:
                self._depart()


class Turns(Batch[Key, Value]):
    """A batch in which everybody is asked for alone: no two share an answer.

    For questions that change something. Of those about one key, each flight takes the
    one that waits longest.
    """

    def _take(self) -> Asked[Key, Value]:
        # Whoever went away meanwhile is not asked for.
        waiting = {
            key: [each for each in answers if not each.done()]
            for key, answers in self._asked.items()
        }
        taken = {key: answers[:1] for key, answers in waiting.items() if answers}
        self._asked = {
            key: answers[1:] for key, answers in waiting.items() if answers[1:]
        }
        return taken


def each_open(asked: Asked[Key, Value]) -> Iterator[tuple[Key, Any]]:
    """Yield everybody who still waits, and what they asked."""
    for key, answers in asked.items():
        for answer in answers:
            if not answer.done():
                yield key, answer
