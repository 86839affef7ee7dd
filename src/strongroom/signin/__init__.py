"""Signing up, and in by a password: proofs of identity for the entrance."""

from .models import Credentials, PasswordChange, SignUp
from .service import SignIn
from .settings import SignInSettings


__all__ = ["Credentials", "PasswordChange", "SignIn", "SignInSettings", "SignUp"]
