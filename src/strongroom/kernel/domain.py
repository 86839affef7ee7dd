"""What a domain tells the house about itself."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from .personal import PersonalTable


@dataclass(frozen=True, slots=True)
class Domain:
    """One domain's contributions, collected by the composition root.

    ``api`` is mounted below ``/api/v1`` and ``pages`` at the root; ``events`` are the
    actions that it puts on record; ``proofs`` are bound to claims by name;
    ``exercises`` perform operations once, as a canary; ``personal_data`` says of each
    of its tables what it holds about people; ``sealed`` names the columns whose values
    the vault seals; ``operator_pages`` are mounted on the operator's listener alone.
    """

    name: str
    api: Sequence[Any] = ()
    pages: Sequence[Any] = ()
    events: Sequence[str] = ()
    proofs: Sequence[Any] = ()
    exercises: Sequence[Any] = ()
    personal_data: Sequence[PersonalTable] = ()
    sealed: Sequence[Any] = ()
    operator_pages: Sequence[Any] = ()
