"""Signing up, signing in and out: composes the factors into sessions."""

from .models import Credentials, Finished, PasswordChange, SignUp, WaitingSignIn
from .policy import WAITING
from .service import Parts, SignIn
from .settings import SignInSettings


__all__ = [
    "WAITING",
    "Credentials",
    "Finished",
    "Parts",
    "PasswordChange",
    "SignIn",
    "SignInSettings",
    "SignUp",
    "WaitingSignIn",
]
