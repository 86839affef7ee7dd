"""What a proof is, and the ways it can end.

A proof must be able to fail: it names the sabotages that it has to catch, looks at
more than nothing, and shows first that its target really answers.

    returns Evidence   the claim held for everything that was looked at
    Contradicted       the claim is false; the reason is what was seen
    Unprovable         nobody can tell: no access, no browser, nothing to look at
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Protocol


class Vantage(StrEnum):
    """From where a proof looks."""

    OUTSIDE = "outside"
    """Over the network, as any stranger; anyone can repeat it."""

    INSIDE = "inside"
    """With the data folder: canary organizations, the catalogue, logs and files."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a proof saw when the claim held."""

    population: int
    """How many things were looked at; zero proves nothing."""

    positive: str
    """What showed that the target really answers."""

    observed: Mapping[str, Any] = field(default_factory=dict)
    """What was seen, without anything secret."""


class Twin(Protocol):
    """A throwaway server of the same build, to be broken on purpose."""

    room: Any
    """Its verbs, of type ``strongroom.room.Strongroom``."""

    edge: Any
    """Its edge pass."""

    def change(self, thing: Any, attribute: str, value: Any) -> None:
        """Set an attribute until the sabotage ends."""

    def allow_old_tls(self) -> None:
        """Accept every TLS version that the library still speaks."""

    async def sql(self, statement: str, *, undo: str) -> None:
        """Run *statement* as the owner role, and *undo* when the sabotage ends."""

    async def value(self, query: str) -> Any:
        """Return the one value of *query*, asked as the owner role."""


@dataclass(frozen=True, slots=True)
class Sabotage:
    """One way to break the control, and a word that the proof must then say."""

    what: str
    apply: Callable[[Twin], Awaitable[None]]
    tells: str


@dataclass(frozen=True, slots=True)
class Proof:
    """An executable claim."""

    claim: str
    run: Callable[..., Awaitable[Evidence]]
    vantage: Vantage
    sabotages: Sequence[Sabotage]

    @property
    def name(self) -> str:
        """The proof's dotted name in this code base."""
        return f"{self.run.__module__}.{self.run.__name__}"


def sabotage(
    what: str, *, tells: str
) -> Callable[[Callable[[Twin], Awaitable[None]]], Sabotage]:
    """Declare how to break a control, and what its proof must say then."""

    def declare(apply: Callable[[Twin], Awaitable[None]]) -> Sabotage:
        return Sabotage(what, apply, tells)

    return declare


def proof(
    claim: str, *, vantage: Vantage, sabotages: Sequence[Sabotage]
) -> Callable[[Callable[..., Awaitable[Evidence]]], Proof]:
    """Bind a coroutine ``(lab, **expectation) -> Evidence`` to a claim.

    Raises:
        ValueError: it names no sabotage, so nothing shows that it can fail.

    """
    if not sabotages:
        message = f"the proof of {claim} names no sabotage"
        raise ValueError(message)

    def bind(run: Callable[..., Awaitable[Evidence]]) -> Proof:
        return Proof(claim, run, vantage, tuple(sabotages))

    return bind
