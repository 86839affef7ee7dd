"""How long tokens live."""

from dataclasses import dataclass
from datetime import timedelta


LONGEST_ACCESS = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class TokenPairSettings:
    """The lifetimes of an app's tokens."""

    access: timedelta = timedelta(minutes=5)
    """How long an access token lives: ten minutes at most."""

    refresh: timedelta = timedelta(days=30)
    """After how long an app has to be connected anew, however often it refreshed."""

    grace: timedelta = timedelta(seconds=10)
    """For how long an app whose answer was lost may ask for the same one again."""

    def __post_init__(self) -> None:
        """Refuse lifetimes that are not what the page promises.

        Raises:
            ValueError: one is too long or too short.

        """
        if not timedelta(minutes=1) <= self.access <= LONGEST_ACCESS:
            message = "access must be between 1 and 10 minutes"
            raise ValueError(message)
        if not timedelta(0) <= self.grace <= timedelta(minutes=1):
            message = "grace must be a minute at most"
            raise ValueError(message)
