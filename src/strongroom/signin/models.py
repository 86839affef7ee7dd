"""What a person brings to get in."""

from dataclasses import dataclass
from uuid import UUID

from strongroom.accounts import Account
from strongroom.kernel import Secret


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
class Known:
    """Who holds an address, if anybody, and the verifier of their password, if any."""

    account: Account | None = None
    verifier: str | None = None


@dataclass(frozen=True, slots=True)
class PasswordChange:
    """The password that is, and the one that shall be."""

    current: Secret
    new: Secret
