"""How long operators are signed in."""

from dataclasses import dataclass
from datetime import timedelta


LONGEST = timedelta(hours=12)  # NIST SP 800-63B-4 §2.2.3, AAL2: 24 hours; we ask less.
LONGEST_IDLE = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class OperatorSettings:
    """The lifetimes of the operators' class; the database's clock decides."""

    lifetime: timedelta = LONGEST
    """A session ends this long after sign-in, whatever happens."""

    idle: timedelta = LONGEST_IDLE
    """A session ends when it was not used for this long."""

    impersonation: timedelta = timedelta(minutes=30)
    """For so long at most somebody acts as a customer; use makes it no longer."""

    def __post_init__(self) -> None:
        """Refuse lifetimes that are empty or longer than what pages promise.

        Raises:
            ValueError: one is.

        """
        if not timedelta(0) < self.idle <= LONGEST_IDLE:
            message = "idle must be more than nothing and at most 30 minutes"
            raise ValueError(message)
        if not self.idle <= self.lifetime <= LONGEST:
            message = "lifetimes need idle <= lifetime <= 12 hours"
            raise ValueError(message)
        if not timedelta(0) < self.impersonation <= LONGEST_IDLE:
            message = "impersonation must be more than nothing and at most 30 minutes"
            raise ValueError(message)
