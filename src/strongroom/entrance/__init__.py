"""The one door behind every way in: a session, or the question for a second factor."""

from .errors import NoOrganization, PasswordFirst, SignInExpired
from .models import CODE_PAGE, Arrival
from .policy import REFUSED, WAITING
from .service import Desk, Entrance, Parts, entry_of


__all__ = [
    "CODE_PAGE",
    "REFUSED",
    "WAITING",
    "Arrival",
    "Desk",
    "Entrance",
    "NoOrganization",
    "Parts",
    "PasswordFirst",
    "SignInExpired",
    "entry_of",
]
