"""Accounts: the people, known by an e-mail address that they confirmed."""

from .errors import AccountChanged, AccountFrozen, EmailInvalid
from .models import Account, KnownAccount
from .policy import normalise_email
from .service import Accounts


__all__ = [
    "Account",
    "AccountChanged",
    "AccountFrozen",
    "Accounts",
    "EmailInvalid",
    "KnownAccount",
    "normalise_email",
]
