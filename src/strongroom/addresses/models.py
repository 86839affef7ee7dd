"""A change of address."""

from dataclasses import dataclass
from uuid import UUID

from strongroom.kernel import Secret


@dataclass(frozen=True, slots=True)
class AddressChange:
    """An account that moves from one address to another, once both are confirmed."""

    id: UUID
    account_id: UUID
    old_email: str
    new_email: str


@dataclass(frozen=True, slots=True)
class WantedAddress:
    """The address that shall be, and the password that shows whose wish it is."""

    email: str
    password: Secret
