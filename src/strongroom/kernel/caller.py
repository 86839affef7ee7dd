"""Who a request speaks for."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID


Acting = Literal["impersonation", "break-glass"]
"""How an operator acts as somebody: to look, or in an approved emergency."""


@dataclass(frozen=True, slots=True)
class Caller:
    """A signed-in account in its current organization, read at this moment."""

    session_id: UUID
    account_id: UUID
    email: str
    organization_id: UUID
    organization_name: str
    role: str
    """Its name, built in or the organization's own."""

    expires_at: datetime
    fresh: bool = False
    """Whether whatever second factor the account has was shown lately, so that
    sensitive actions ask for no other. A key shows none."""

    scopes: frozenset[str] | None = None
    """The only actions of an API key; None where a person is signed in. For a key,
    ``session_id`` is the key's own."""

    granted: frozenset[str] | None = None
    """The actions of a role that the organization defined; None of a built-in one."""

    networks: tuple[str, ...] = ()
    """From where the organization lets requests come, in CIDR form (RFC 4632); empty
    is from anywhere."""

    barred: Literal["factor", "network", "way"] | None = None
    """What the organization asks and the caller does not meet at this moment: it needs
    a second factor first, comes from elsewhere, or signed in by another way. Little is
    reached then."""

    operator: str | None = None
    """The address of the operator who acts as the account; None for the person."""

    acting: Acting | None = None
    """How that operator acts, which decides what is open to them."""
