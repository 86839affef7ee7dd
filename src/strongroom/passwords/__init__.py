"""Passwords: chosen under rules, kept as verifiers, proved at sign-in."""

from .errors import PasswordRefused, TooBusyToHash, WrongPassword
from .service import Passwords
from .settings import PasswordSettings


__all__ = [
    "PasswordRefused",
    "PasswordSettings",
    "Passwords",
    "TooBusyToHash",
    "WrongPassword",
]
