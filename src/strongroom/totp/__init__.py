"""Second factors: an authenticator app, and codes for the day when it is lost."""

from .errors import CodeUsed, FactorLocked, FactorOn, NoFactor, WrongCode
from .models import Enrolment, Match, Standing
from .policy import address_of, find_counter, is_app_code, tidy
from .service import Parts, Totp
from .settings import TotpSettings


__all__ = [
    "CodeUsed",
    "Enrolment",
    "FactorLocked",
    "FactorOn",
    "Match",
    "NoFactor",
    "Parts",
    "Standing",
    "Totp",
    "TotpSettings",
    "WrongCode",
    "address_of",
    "find_counter",
    "is_app_code",
    "tidy",
]
