"""What a person brings to get in."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from strongroom.kernel import Secret
from strongroom.sessions import NewSession


@dataclass(frozen=True, slots=True)
class SignUp:
    """A new person founding a new organization."""

    email: str
    password: Secret
    organization: str


@dataclass(frozen=True, slots=True)
class WaitingSignUp:
    """A sign-up whose address is not confirmed yet: no account exists."""

    id: UUID
    email: str
    verifier: str
    organization_name: str


@dataclass(frozen=True, slots=True)
class Credentials:
    """A person who says to be known."""

    email: str
    password: Secret
    device: str | None = None
    """What the device shows that signed in before, if it did."""


@dataclass(frozen=True, slots=True)
class WaitingSignIn:
    """A sign-in whose password was right and whose second factor is still asked.

    It is no session: its token opens nothing but the question for a code.
    """

    token: Secret
    lifetime: timedelta


@dataclass(frozen=True, slots=True)
class Finished:
    """A sign-in that showed its second factor, and whose it is."""

    session: NewSession
    email: str


@dataclass(frozen=True, slots=True)
class PasswordChange:
    """The password that is, and the one that shall be."""

    current: Secret
    new: Secret
