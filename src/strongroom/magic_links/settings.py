"""Whether links by mail sign in, and for how long one holds."""

from dataclasses import dataclass
from datetime import timedelta


LONGEST = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class MagicLinkSettings:
    """A way in that is open only where a profile opens it."""

    enabled: bool = False
    """Whether people may sign in by mail."""

    lifetime: timedelta = timedelta(minutes=10)
    """For so long a link and its code hold; at most 15 minutes."""

    def __post_init__(self) -> None:
        """Refuse links that lie about in mailboxes.

        Raises:
            ValueError: they would hold too long, or not at all.

        """
        if not timedelta() < self.lifetime <= LONGEST:
            message = "lifetime must be 15 minutes at most"
            raise ValueError(message)
