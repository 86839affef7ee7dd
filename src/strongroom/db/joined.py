"""Changes whose outcome nobody asks for travel with the next question, in one trip.

Measured, a round trip costs a small change as much again: a sign-in that is told by
mail keeps four rows, and took four trips for them.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cache
from typing import Any

from .doors import Row, Tx, shifted


class Joined(Tx):
    """A transaction in which `execute` waits, and goes with the next `fetch`.

    All statements of one trip see the rows as they were before it (PostgreSQL 17,
    section 7.8.4), so only changes that do not read each other may travel together.
    What one of them is refused for comes up with the question that takes it along.
    """

    __slots__ = ("_waiting",)

    def __init__(self, tx: Tx) -> None:
        """Go on in *tx*."""
        super().__init__(tx._connection)  # noqa: SLF001 - of the same class.
        self._waiting: list[tuple[str, tuple[Any, ...]]] = []

    async def execute(self, sql: str, *values: Any) -> str:
        """Keep a change for the next question; its tag is nobody's to know."""
        self._waiting.append((sql, values))
        return ""

    async def fetch(self, sql: str, *values: Any) -> list[Row]:
        """Run what waits, and return every row of *sql*."""
        return await super().fetch(*self._taken(sql, values))

    async def fetchrow(self, sql: str, *values: Any) -> Row | None:
        """Run what waits, and return the first row of *sql*, or None."""
        return await super().fetchrow(*self._taken(sql, values))

    async def fetchval(self, sql: str, *values: Any) -> Any:
        """Run what waits, and return the first value of *sql*, or None."""
        return await super().fetchval(*self._taken(sql, values))

    async def settle(self) -> None:
        """Run what still waits for a question."""
        if self._waiting:
            sql, values = self._waiting.pop()
            await super().execute(*self._taken(sql, values))

    def _taken(self, sql: str, values: tuple[Any, ...]) -> tuple[Any, ...]:
        waiting, self._waiting = self._waiting, []
        everything = [*waiting, (sql, values)]
        statements = tuple((each, len(given)) for each, given in everything)
        return one_statement(statements), *(v for _, given in everything for v in given)


@asynccontextmanager
async def joined(tx: Tx) -> AsyncIterator[Joined]:
    """Yield *tx* with changes that travel together; none is left behind at the end."""
    trip = Joined(tx)
    yield trip
    await trip.settle()


@cache
def one_statement(statements: tuple[tuple[str, int], ...]) -> str:
    """Return statements, each with its number of parameters, as one: the last's.

    All but the last become data-modifying parts of a ``with``, which Postgres runs
    whether or not anybody reads them.
    """
    *changes, last = _renumbered(statements)
    parts = [f"change_{number} as ({sql})" for number, sql in enumerate(changes)]
    return f"with {', '.join(parts)} {last}" if parts else last


def _renumbered(statements: tuple[tuple[str, int], ...]) -> list[str]:
    texts, taken = [], 0
    for sql, parameters in statements:
        texts.append(shifted(sql, taken))
        taken += parameters
    return texts
