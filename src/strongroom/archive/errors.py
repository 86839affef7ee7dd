"""How an archive says no, each in one line that says what to do.

ArchiveBroken     it was altered, cut or never finished: take another one
ArchiveUnfit      it is whole, and does not fit the database it shall be put into
DepotFailed       the place where archives lie is full, away, or refuses us
NotForThisKey     it was encrypted for others
IdentityInvalid   what was brought is no age identity, or no recipient
"""


class ArchiveBroken(Exception):
    """An archive was altered, cut, or never finished."""


class ArchiveUnfit(Exception):
    """An archive is whole and does not fit the database."""


class DepotFailed(Exception):
    """The place where archives lie is full, away, or refuses us."""


class NotForThisKey(Exception):
    """An archive was encrypted for others than whoever brought a key."""


class IdentityInvalid(Exception):
    """The text is no age identity, or no recipient."""
