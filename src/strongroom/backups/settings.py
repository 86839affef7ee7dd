"""How often archives are made and tried, how many are kept, where, and for whom."""

from dataclasses import dataclass
from datetime import timedelta

from strongroom.archive import IdentityInvalid, require_recipient


SHORTEST = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class BackupSettings:
    """The policy of backups; the database's clock decides."""

    every: timedelta = timedelta(hours=24)
    """A backup is made when the newest is this old."""

    keep: int = 14
    """So many of the newest are kept."""

    keep_weekly: int = 0
    """Besides, the newest of each of so many weeks."""

    keep_monthly: int = 0
    """Besides, the newest of each of so many months."""

    drill_every: timedelta = timedelta(days=7)
    """The newest backup is restored into an empty database this often."""

    place: str = ""
    """A folder, or s3://bucket/prefix; empty is DATA/backups/archives."""

    recipients: tuple[str, ...] = ()
    """Who can open archives, as age1…, besides those in DATA/backups/recipients."""

    def __post_init__(self) -> None:
        """Refuse a policy that keeps nothing, and recipients that are none.

        Raises:
            ValueError: something of it cannot be used.

        """
        if self.keep < 1 or self.keep_weekly < 0 or self.keep_monthly < 0:
            message = "keep must be 1 or more, keep_weekly and keep_monthly 0 or more"
            raise ValueError(message)
        if self.every < SHORTEST or self.drill_every < self.every:
            message = "every must be 1h or more, and drill_every no less than every"
            raise ValueError(message)
        for each in self.recipients:
            try:
                require_recipient(each)
            except IdentityInvalid as reason:
                raise ValueError(str(reason)) from None
