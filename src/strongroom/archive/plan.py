"""Which tables go into an archive, and which of their cells are sealed for whom.

Decided above, from what every domain says of its tables; here it is only obeyed. A
table that no plan names goes in whole, so that a new one is never forgotten.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence, Set as AbstractSet
from dataclasses import dataclass, field
from typing import Literal


Owner = str
"""Whose a row is: ``person:<uuid>`` or ``organization:<uuid>``."""

Keys = Callable[[AbstractSet[Owner]], Awaitable[Mapping[Owner, bytes | None]]]
"""Finds keys; None is one that was destroyed, and an owner left out never had one."""


@dataclass(frozen=True, slots=True)
class TablePlan:
    """How one table's rows are sealed."""

    table: str
    sealed: tuple[str, ...]
    owner: str
    """An SQL expression over the row ``t`` that names its owner, or is null."""

    unopened: Literal["blank", "drop"] = "blank"
    """What becomes of a row whose key was destroyed since."""

    instead: Mapping[str, str] = field(default_factory=dict)
    """What a blank column holds; one that is not named holds no value."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What goes into archives of one house."""

    left_out: Mapping[str, str]
    """Tables that stay out, each with the reason."""

    tables: Sequence[TablePlan] = ()
    only: frozenset[str] | None = None
    """The only tables that go in; None takes all that are not left out."""

    def takes(self, table: str) -> bool:
        """Say whether *table* goes in."""
        return table not in self.left_out and (self.only is None or table in self.only)

    def of(self, table: str) -> TablePlan | None:
        """Return how the rows of *table* are sealed, if they are."""
        return next((each for each in self.tables if each.table == table), None)
