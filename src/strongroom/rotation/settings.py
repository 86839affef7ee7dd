"""How often keys are replaced."""

from dataclasses import dataclass
from datetime import timedelta


SHORTEST_ROTATION = timedelta(days=1)
LONGEST_ROTATION = timedelta(days=366)
LONGEST_GRACE = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class RotationSettings:
    """The periods of the vault; the database's clock decides."""

    rotation: timedelta = timedelta(days=90)
    """No key seals for longer than this; the house replaces it a day before."""

    grace: timedelta = timedelta(minutes=10)
    """A replaced key is kept for so long at least, for values still on their way."""

    def __post_init__(self) -> None:
        """Refuse periods that are pointless or endless.

        Raises:
            ValueError: one is.

        """
        if not SHORTEST_ROTATION < self.rotation <= LONGEST_ROTATION:
            message = "rotation must be between 1 day and 366 days"
            raise ValueError(message)
        if not timedelta(minutes=1) <= self.grace <= LONGEST_GRACE:
            message = "grace must be between 1 minute and 1 day"
            raise ValueError(message)
