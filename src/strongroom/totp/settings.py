"""How many wrong codes are too many."""

from dataclasses import dataclass
from datetime import timedelta


MOST_IN_A_ROW = 100  # NIST SP 800-63B-4 §3.2.2.
MOST_AT_ONCE = 10
SHORTEST_LOCK = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class TotpSettings:
    """When guessing ends; none can be set to where guessing pays."""

    guesses: int = 5
    """After so many wrong codes the factor is locked for a while."""

    locked_for: timedelta = timedelta(minutes=15)
    """For so long it is locked."""

    hard_stop: int = 100
    """After so many wrong codes in a row only a recovery code or the operator opens."""

    def __post_init__(self) -> None:
        """Refuse figures under which guessing pays.

        Raises:
            ValueError: one is.

        """
        if not 0 < self.guesses <= MOST_AT_ONCE:
            message = f"guesses must be 1 to {MOST_AT_ONCE}"
            raise ValueError(message)
        if not self.guesses <= self.hard_stop <= MOST_IN_A_ROW:
            message = f"hard_stop must be {self.guesses} to {MOST_IN_A_ROW}"
            raise ValueError(message)
        if self.locked_for < SHORTEST_LOCK:
            message = "locked_for must be a minute at least"
            raise ValueError(message)
