"""How long sessions last."""

from dataclasses import dataclass
from datetime import timedelta


LONGEST_LIFETIME = timedelta(days=30)  # NIST SP 800-63B-4 §2.1.3, AAL1.
LONGEST_FRESH = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class SessionSettings:
    """The lifetimes of the customer class; the database's clock decides."""

    lifetime: timedelta = timedelta(days=7)
    """A session ends this long after sign-in, whatever happens."""

    idle: timedelta = timedelta(hours=24)
    """A session ends when it was not used for this long."""

    fresh: timedelta = timedelta(minutes=5)
    """For so long after a second factor was shown, no sensitive action asks again."""

    def __post_init__(self) -> None:
        """Refuse lifetimes that are empty or longer than the standard allows.

        Raises:
            ValueError: one is.

        """
        if not timedelta(0) < self.idle <= self.lifetime <= LONGEST_LIFETIME:
            message = "lifetimes need 0 < idle <= lifetime <= 30 days"
            raise ValueError(message)
        if not timedelta(0) < self.fresh <= LONGEST_FRESH:
            message = "fresh must be more than nothing and at most an hour"
            raise ValueError(message)
