"""What a limit is, what it says of somebody, and what an alarm tells."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from strongroom.kernel import Budget, Origin


Outage = Literal["refuse", "this process"]
"""What happens while the shared store is away: nothing passes, or each process
goes on counting for itself."""


@dataclass(frozen=True, slots=True)
class Limit:
    """A named budget, such as that of wrong passwords for one account."""

    name: str
    """As answers name it: letters, digits, dots, dashes and a colon."""

    budget: Budget
    outage: Outage = "refuse"


@dataclass(frozen=True, slots=True)
class Charge:
    """One unit of a limit, spent by one subject."""

    limit: Limit
    subject: str


Spent = tuple[Limit, float]
"""A decision: by which limit, and the seconds to wait, above zero where it refuses.

Where it lets pass, the negative of how many seconds' worth are left. A plain pair,
because every request makes one; what it tells is worked out where it is told.
"""


@dataclass(frozen=True, slots=True)
class Standing:
    """How a subject stands with a limit just now."""

    limit: Limit
    left: int
    """Units that are there."""

    seconds: int
    """After which one more is there, rounded up."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """A wrong password or second factor, as far as it matters for an alarm."""

    email: str
    origin: Origin
    account_id: UUID | None = None
    organization_ids: Sequence[UUID] = ()


@dataclass(frozen=True, slots=True)
class Alarm:
    """An attack that was noticed in an organization."""

    id: UUID
    shape: str
    """Its permanent name, such as ``many-addresses``."""

    seen: int
    """How many different ones, or how often."""

    budget: str
    """The figure that was passed, such as ``5/10m``."""

    account_id: str | None
    address: str | None
    """From where the last attempt came."""

    occurred_at: datetime | None


@dataclass(frozen=True, slots=True)
class Words:
    """What alarms call the service, and where their links begin."""

    service_name: str
    public_url: str
