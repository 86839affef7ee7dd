"""Access tokens, lent while they are good. They lie in this process's memory alone.

Guards against a token address that answers slowly, or never: an exchange may hold a
connection to the database, so that few go on at once, and one for each credential.
"""

import asyncio
from collections.abc import Awaitable, Callable, Hashable
from dataclasses import dataclass, field
from time import monotonic
from uuid import UUID
from weakref import WeakValueDictionary

from strongroom.kernel import Secret

from .speak import Renew
from .tokens import Token


AT_ONCE = 2
"""So many exchanges of a process, of all credentials together."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A token, what it was asked for, and until when by the process's clock."""

    mark: Hashable
    until: float
    access: Secret = field(repr=False)


class Lender:
    """Lends the access token of each credential, and asks for the next one."""

    def __init__(self, now: Callable[[], float] = monotonic) -> None:
        """Keep nothing yet; *now* is the process's clock, in seconds."""
        self._now = now
        self._kept: dict[UUID, Kept] = {}
        self._turns = asyncio.Semaphore(AT_ONCE)
        self._rows: WeakValueDictionary[UUID, asyncio.Lock] = WeakValueDictionary()

    def of(
        self, row: UUID, mark: Hashable, exchange: Callable[[], Awaitable[Token]]
    ) -> Renew:
        """Return what lends the token of the credential in *row*.

        A token is good until it ends, or until *mark* is another: that is all that a
        person may change of the credential.
        """

        async def renew(*, fresh: bool) -> Secret:
            before = self._find(row, mark)
            if before is not None and not fresh:
                return before
            async with self._rows.setdefault(row, asyncio.Lock()), self._turns:
                meanwhile = self._find(row, mark)
                if meanwhile is not None and meanwhile is not before:
                    return meanwhile
                token = await exchange()
                self._keep(row, mark, token)
            return token.access

        return renew

    def _find(self, row: UUID, mark: Hashable) -> Secret | None:
        kept = self._kept.get(row)
        good = kept is not None and kept.until > self._now() and kept.mark == mark
        return kept.access if kept is not None and good else None

    def _keep(self, row: UUID, mark: Hashable, token: Token) -> None:
        now = self._now()
        living = {n: each for n, each in self._kept.items() if each.until > now}
        self._kept = living | {row: Kept(mark, now + token.seconds, token.access)}
