"""What somebody brings who has forgotten a password."""

from dataclasses import dataclass

from strongroom.kernel import Secret


@dataclass(frozen=True, slots=True)
class NewPassword:
    """The token of the mailed link, and the password that shall be."""

    token: Secret
    password: Secret
