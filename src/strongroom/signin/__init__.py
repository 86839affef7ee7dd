"""Signing up, signing in and out: composes the factors into sessions."""

from .models import Credentials, PasswordChange, SignUp
from .service import Parts, SignIn
from .settings import SignInSettings


__all__ = [
    "Credentials",
    "Parts",
    "PasswordChange",
    "SignIn",
    "SignInSettings",
    "SignUp",
]
